// tested by unit/gateway/api/contacts_test.cpp
#include "client/people/profiles.h"

#include "business.pb.h"
#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "proto/reader.h"
#include "stanza/queries/people.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;

Result<void> send(wire::Node iq, PeopleQuery what, Out& out, Turn& turn) {
  if (!out.online()) return {Errc::not_ready, "not connected"};
  if (!out.query(std::move(iq), std::move(what), turn)) return {Errc::full, "too many queries are open"};
  return {};
}

// Whoever trusts us shows us more. Never of ourselves: there would be no answer (12 section 4).
Bytes token_of(const Jid& who, const Out& out, const Turn& turn) {
  if (!takes_token(out.account(), who)) return {};
  return token_for(turn.txn, who, turn.service_time()).value_or(Bytes());
}

// The PN and LID of a user the service has just named.
void learn(const stanza::UserFacts& facts, store::Txn& txn) {
  if (facts.jid) learn_pair(txn, facts.jid, facts.lid);
}

// Shown as told: the signature is not checked, so nothing may rest on it.
std::string verified_name(ByteView certificate) {
  using Field = pb::VerifiedNameCertificate;
  const proto::Parsed in(certificate);
  const proto::Parsed details(in->bytes(Field::kDetailsFieldNumber));
  return details->text(Field::Details::kVerifiedNameFieldNumber);
}

UserFound found(const stanza::UserFacts& facts, const store::Txn& txn) {
  UserFound out;
  out.number = facts.number;
  out.exists = facts.exists;
  if (facts.jid) {
    out.jid = pn_or_same(txn, *facts.jid);
    out.lid = facts.lid ? facts.lid : lid_of(txn, *facts.jid);
  }
  out.about = facts.about;
  out.picture_id = facts.picture_id;
  out.verified_name = verified_name(facts.verified_name_certificate);
  out.devices = facts.devices;
  return out;
}

void tell_users(const PeopleQuery& query, const wire::Node& iq, Turn& turn) {
  const auto users = stanza::parse_users(iq);
  if (!users) return turn.event(PeopleFailed{query.command, 0});
  UsersFound event{query.command, {}};
  for (const stanza::UserFacts& facts : *users) {
    learn(facts, turn.txn);
    event.users.push_back(found(facts, turn.txn));
  }
  turn.event(std::move(event));
}

void tell_picture(const PeopleQuery& query, const wire::Node& iq, Turn& turn) {
  auto facts = stanza::parse_picture(iq);
  if (!facts) return turn.event(PeopleFailed{query.command, 0});
  turn.event(PictureFound{query.command, facts->unchanged, facts->id, facts->url, facts->type, facts->direct_path});
}

void tell_blocklist(const PeopleQuery& query, const wire::Node& iq, Turn& turn) {
  const auto facts = stanza::parse_blocklist(iq);
  if (!facts) return turn.event(PeopleFailed{query.command, 0});
  BlocklistFound event{query.command, {}, facts->dhash};
  for (const stanza::BlocklistFacts::Item& item : facts->items) {
    learn_pair(turn.txn, item.jid, item.pn);
    event.blocked.push_back(pn_or_same(turn.txn, item.jid));
  }
  turn.event(std::move(event));
}

}  // namespace

Result<void> People::execute(const AskNumbers& command, Out& out, Turn& turn) {
  if (command.numbers.empty()) return {Errc::invalid_argument, "no numbers"};
  return send(stanza::build_contact_query(command.numbers, out.next_id(turn)), {PeopleQuery::users, command.command}, out, turn);
}

Result<void> People::execute(const AskProfile& command, Out& out, Turn& turn) {
  const Bytes token = token_of(command.who, out, turn);
  wire::Node iq = stanza::build_profile_query(command.who, out.next_id(turn), token);
  return send(std::move(iq), {PeopleQuery::users, command.command}, out, turn);
}

Result<void> People::execute(const AskPicture& command, Out& out, Turn& turn) {
  const Bytes token = token_of(command.who, out, turn);
  return send(stanza::build_picture_query(command.who, command.preview, command.existing_id, token),
              {PeopleQuery::picture, command.command}, out, turn);
}

Result<void> People::execute(const AskBlocklist& command, Out& out, Turn& turn) {
  return send(stanza::build_blocklist_query(), {PeopleQuery::blocklist, command.command}, out, turn);
}

Result<void> People::execute(const ChangeBlock& command, Out& out, Turn& turn) {
  const Jid lid = lid_or_same(turn.txn, command.who);
  const Jid pn = pn_or_same(turn.txn, command.who);
  const std::optional<Jid> with = pn == lid ? std::nullopt : std::optional(pn);
  return send(stanza::build_block(lid, with, command.block), {PeopleQuery::blocklist, command.command}, out, turn);
}

void People::on_answer(const PeopleQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  const auto* error = std::get_if<stanza::IqError>(&answer);
  if (error != nullptr) return turn.event(PeopleFailed{query.command, error->code});
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return turn.event(PeopleFailed{query.command, -1});
  switch (query.what) {
    case PeopleQuery::users: return tell_users(query, *iq, turn);
    case PeopleQuery::picture: return tell_picture(query, *iq, turn);
    case PeopleQuery::blocklist: return tell_blocklist(query, *iq, turn);
  }
}

void People::on(const TokenDue& due, Out& out, Turn& turn) {
  const WallTime now = turn.service_time();
  const Jid user = lid_or_same(turn.txn, due.user.user_jid());
  std::optional<std::int64_t> t_s;
  if (due.lost) t_s = token_issued_s(turn.txn, user, now);
  else if (token_issue_is_due(turn.txn, user, now)) t_s = now.seconds();
  if (!t_s || !out.online() || !issuing_.insert(user.text()).second) return;
  wire::Node iq = stanza::build_privacy_token_issue(token_holder(turn.txn, user), *t_s);
  if (!out.query(std::move(iq), TokenIssueQuery{user, *t_s}, turn)) issuing_.erase(user.text());
}

// Only what the service took was issued; a refusal is nobody's failure, the next message asks again.
void People::on_answer(const TokenIssueQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  issuing_.erase(query.user.text());
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return;
  note_token_issued(turn.txn, query.user, query.t_s);
  const auto token = stanza::parse_issued_token(*iq);
  if (token && takes_token(out.account(), query.user)) store_token(turn.txn, query.user, token->token, token->t);
}

void People::on(const PushNameNotice& notice, Out&, Turn& turn) {
  if (!note_push_name(turn.txn, notice.who, notice.name, notice.t * 1000)) return;
  turn.event(PushNameChanged{pn_or_same(turn.txn, notice.who), notice.name});
}

void People::on(const LearntMapping& learnt, Out&, Turn& turn) { learn_lid(turn.txn, learnt.pn, learnt.lid); }

void People::on(const LearntToken& learnt, Out& out, Turn& turn) {
  if (!takes_token(out.account(), learnt.user)) return;
  if (!learnt.token.empty()) store_token(turn.txn, learnt.user, learnt.token, learnt.t);
  note_token_issued(turn.txn, learnt.user, learnt.issued_s);
}

}  // namespace wa::client
