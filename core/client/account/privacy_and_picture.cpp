// tested by unit/gateway/api/connection_test.cpp
#include "client/account/privacy_and_picture.h"

#include "client/rows/privacy_row.h"
#include "client/rows/status_rows.h"
#include "stanza/queries/account.h"

namespace wa::client {
namespace {

Result<void> ask(wire::Node iq, Query what, Out& out, Turn& turn) {
  if (!out.online()) return {Errc::not_ready, "not connected"};
  if (!out.query(std::move(iq), std::move(what), turn)) return {Errc::full, "too many open queries"};
  return {};
}

// What became of a query whose answer is not a result.
template <class Done>
Done without_result(CommandId command, const QueryAnswer& answer) {
  Done done;
  done.command = command;
  done.outcome = std::holds_alternative<QueryTimeout>(answer) ? AccountOutcome::timeout : AccountOutcome::link_lost;
  if (const auto* error = std::get_if<stanza::IqError>(&answer)) {
    done.outcome = AccountOutcome::refused;
    done.upstream_code = error->code;
  }
  return done;
}

}  // namespace

void AccountSettings::learn_privacy(Out& out, Turn& turn) {
  if (!knows_privacy(turn.txn)) out.query(stanza::build_privacy_query(), PrivacyQuery{}, turn);
}

Result<void> AccountSettings::execute(const AskPrivacy& command, Out& out, Turn& turn) {
  return ask(stanza::build_privacy_query(), PrivacyQuery{command.command}, out, turn);
}

Result<void> AccountSettings::execute(const AskStatusPrivacy& command, Out& out, Turn& turn) {
  return ask(stanza::build_status_privacy_query(), StatusPrivacyQuery{command.command}, out, turn);
}

Result<void> AccountSettings::execute(const SetOwnPicture& command, Out& out, Turn& turn) {
  return ask(stanza::build_own_picture(command.jpeg), OwnPictureQuery{command.command}, out, turn);
}

void AccountSettings::on_answer(const PrivacyQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  const auto* node = std::get_if<wire::Node>(&answer);
  auto categories = node ? stanza::parse_privacy(*node) : Result<PrivacyCategories>(Errc::bad_input, "no answer");
  if (categories.ok()) note_read_receipts(turn.txn, *categories);
  if (query.command == 0) return;  // learn_privacy
  if (!node) return turn.event(without_result<PrivacyDone>(query.command, answer));
  if (!categories.ok()) return turn.event(PrivacyDone{query.command, AccountOutcome::refused, 0, {}});
  turn.event(PrivacyDone{query.command, AccountOutcome::done, 0, *std::move(categories)});
}

// What was set by app state meanwhile may not stand in the answer yet.
void AccountSettings::on_answer(const StatusPrivacyQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  auto lists = status_lists_in(answer);
  if (!lists) return turn.event(without_result<StatusPrivacyDone>(query.command, answer));
  note_told_status_privacy(turn.txn, lists->in_force, turn.service_time());
  const StatusPrivacy counts = status_privacy(turn.txn).value_or(lists->in_force);
  const bool same = counts.audience == lists->in_force.audience && counts.people == lists->in_force.people;
  if (!same) lists = with_in_force(*std::move(lists), counts);
  turn.event(StatusPrivacyDone{query.command, AccountOutcome::done, 0, std::move(lists->all)});
}

void AccountSettings::on_answer(const OwnPictureQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  const auto* node = std::get_if<wire::Node>(&answer);
  if (!node) return turn.event(without_result<OwnPictureDone>(query.command, answer));
  auto id = stanza::parse_picture_id(*node);
  if (!id.ok()) return turn.event(OwnPictureDone{query.command, AccountOutcome::refused, 0, {}});
  turn.event(OwnPictureDone{query.command, AccountOutcome::done, 0, *std::move(id)});
}

void AccountSettings::on(const OwnNameNotice& notice, Out& out, Turn& turn) {
  out.account().push_name = notice.name;
  out.save_account(turn);
}

}  // namespace wa::client
