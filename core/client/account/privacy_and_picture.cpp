#include "client/account/privacy_and_picture.h"

#include <algorithm>

#include "base/reader.h"
#include "stanza/queries/result.h"
#include "stanza/queries/session.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kAccountSettingsRowVersion = 1;
constexpr std::string_view kReadReceiptsRow = "read_receipts";

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

using Categories = std::vector<std::pair<std::string, std::string>>;

void note_read_receipts(const Categories& categories, store::Txn& txn) {
  const auto hidden = std::find(categories.begin(), categories.end(), Categories::value_type("readreceipts", "none"));
  RowWriter row(kAccountSettingsRowVersion);
  row.flag(hidden == categories.end());
  txn.put(store::Table::device, kReadReceiptsRow, std::move(row).finish());
}

}  // namespace

bool shows_what_was_read(const store::Txn& txn) {
  const auto row = txn.get(store::Table::device, kReadReceiptsRow);
  if (!row) return false;
  RowReader reader(*row, kAccountSettingsRowVersion);
  return reader.flag() && reader.finish();
}

void learn_privacy(Out& out, Turn& turn) {
  if (!turn.txn.get(store::Table::device, kReadReceiptsRow)) out.query(stanza::build_privacy_query(), PrivacyQuery{}, turn);
}

void forget_privacy(store::Txn& txn) { txn.erase(store::Table::device, kReadReceiptsRow); }

Result<void> ask_privacy(const AskPrivacy& command, Out& out, Turn& turn) {
  return ask(stanza::build_privacy_query(), PrivacyQuery{command.command}, out, turn);
}

Result<void> set_own_picture(const SetOwnPicture& command, Out& out, Turn& turn) {
  return ask(stanza::build_own_picture(command.jpeg), OwnPictureQuery{command.command}, out, turn);
}

void on_privacy_answer(const PrivacyQuery& query, const QueryAnswer& answer, Turn& turn) {
  const auto* node = std::get_if<wire::Node>(&answer);
  auto categories = node ? stanza::parse_privacy(*node) : Result<Categories>(Errc::bad_input, "no answer");
  if (categories.ok()) note_read_receipts(*categories, turn.txn);
  if (query.command == 0) return;  // learn_privacy
  if (!node) return turn.event(without_result<PrivacyDone>(query.command, answer));
  if (!categories.ok()) return turn.event(PrivacyDone{query.command, AccountOutcome::refused, 0, {}});
  turn.event(PrivacyDone{query.command, AccountOutcome::done, 0, *std::move(categories)});
}

void on_picture_answer(const OwnPictureQuery& query, const QueryAnswer& answer, Turn& turn) {
  const auto* node = std::get_if<wire::Node>(&answer);
  if (!node) return turn.event(without_result<OwnPictureDone>(query.command, answer));
  auto id = stanza::parse_picture_id(*node);
  if (!id.ok()) return turn.event(OwnPictureDone{query.command, AccountOutcome::refused, 0, {}});
  turn.event(OwnPictureDone{query.command, AccountOutcome::done, 0, *std::move(id)});
}

}  // namespace wa::client
