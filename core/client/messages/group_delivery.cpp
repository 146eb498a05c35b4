#include "client/messages/group_delivery.h"

#include <algorithm>

#include "client/messages/fanout.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_context.h"
#include "client/messages/outbox_row.h"
#include "client/messages/questions.h"
#include "client/messages/reporting.h"
#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/groups.h"

namespace wa::client {
namespace {

using wire::Jid;

constexpr std::uint8_t kMemberAsksMax = 2, kMemberListAsksMax = 2;

bool is_stale_addressing(int code) { return code == 420 || code == 421; }

std::vector<Jid> others_in(const Group& group, const Account& account) {
  std::vector<Jid> out;
  for (const Jid& member : group.members) {
    if (!account.is_own_user(member)) out.push_back(member);
  }
  return out;
}

// As the group names people, and with its timer.
Bytes in_context_of(const Jid& chat, const Group& group, const OutboxRow& row, const Account& account,
                    const store::Txn& txn) {
  const ChatTimer known = timer_of(txn, chat);
  ContextEdit edit{&txn, group.by_lid, {}, {group.timer_s, known.seconds == group.timer_s ? known.set_s : 0}};
  if (row.mention_all) edit.everybody = others_in(group, account);
  return edit_context(row.content, edit);
}

}  // namespace

Progress GroupDelivery::advance(const Queued& what, Out& out, Turn& turn) {
  const auto group = known_group(turn.txn, what.to, turn.now.wall);
  if (!group) {
    if (member_asks_ < kMemberAsksMax) return ask_members(what, out, turn);
    member_asks_ = 0;
    return Unanswered{};
  }
  if (list_asks_ < kMemberListAsksMax) {
    const std::vector<Jid> unknown = members_to_ask(turn.txn, *group, turn.now.wall, list_asks_ > 0);
    if (!unknown.empty()) return ask_lists(unknown, what, out, turn);
  }
  note_without_devices(turn.txn, members_to_ask(turn.txn, *group, turn.now.wall, false), turn.now.wall);
  const Readers readers = readers_of(turn.txn, out.account(), what.to, *group, turn.now.wall);
  const std::vector<Jid> missing = without_session(turn.txn, readers.lacking);
  // Once: who has no bundle must not hold up the others. It will ask by retry receipt.
  if (!missing.empty() && bundle_asks_ == 0) {
    note_key(turn.txn, what.to, missing, false);
    return ask_for(missing, what, out, turn);
  }
  return send(what, *group, readers, out, turn);
}

Progress GroupDelivery::ask_members(const Queued& what, Out& out, Turn& turn) {
  if (!out.query(stanza::build_group_query(what.to), GroupQuery{what.to, what.id}, turn)) return NotAsked{};
  ++member_asks_;
  state_.emplace<AskingMembers>();
  return Asking{};
}

Progress GroupDelivery::ask_lists(const std::vector<Jid>& members, const Queued& what, Out& out, Turn& turn) {
  const AskedParts parts = ask_device_lists(members, what.id, out, turn, list_asks_ > 0);
  if (parts.open == 0) return NotAsked{};
  ++list_asks_;
  state_.emplace<AskingLists>(AskingLists{parts.open, parts.failed});
  return Asking{};
}

Progress GroupDelivery::ask_for(const std::vector<Jid>& devices, const Queued& what, Out& out, Turn& turn) {
  const AskedParts parts = ask_bundles(devices, what.id, out, turn);
  if (parts.open == 0) return NotAsked{};
  ++bundle_asks_;
  state_.emplace<AskingBundles>(AskingBundles{parts.open});
  return Asking{};
}

Progress GroupDelivery::send(const Queued& what, const Group& group, const Readers& readers, Out& out, Turn& turn) {
  const auto row = load_outbox_row(turn.txn, what.key);
  if (!row) return Refused{};
  const auto is_other = [&](const Jid& device) { return !out.account().is_own_user(device); };
  const bool any_other = std::any_of(readers.devices.begin(), readers.devices.end(), is_other);
  if (!any_other && !others_in(group, out.account()).empty()) return Refused{SendFailure::no_devices};
  const Bytes content = in_context_of(what.to, group, *row, out.account(), turn.txn);
  auto sealed = seal_for_group(what.to, group, readers, content, out.account(), turn);
  if (!sealed) return Refused{};
  meet(turn.txn, what.to, true);
  remember_sent(turn.txn, what.id, {what.to, content, turn.service_time(), false});
  stanza::OutgoingMessage message;
  message.id = what.id;
  message.to = what.to;
  message.traits = traits_of(row->kind, content);
  message.t = turn.service_time().seconds();
  const Jid& own = group.by_lid && !out.account().lid.user.empty() ? out.account().lid : out.account().pn;
  message.reporting_token = reporting_token(content, {what.id, own, what.to});
  message.addressing_mode = group.by_lid ? "lid" : "pn";
  message.phash = sealed->phash;
  AwaitingAck& sent = state_.emplace<AwaitingAck>();
  for (const auto& device : sealed->devices) sent.given.push_back(device.device);
  message.participants = std::move(sealed->devices);
  message.sender_key_ciphertext = std::move(sealed->body);
  if (sealed->any_prekey) message.device_identity = out.account().signed_device_identity;
  out.send(stanza::build_message(message), turn);
  phash_ = std::move(sealed->phash);
  return OnItsWay{static_cast<int>(sealed->failed + readers.unreached)};
}

Progress GroupDelivery::on_answer(const Answered& answer, const Queued& what, const Account&, Turn&) {
  if (const auto* members = std::get_if<GroupAnswer>(&answer)) {
    return members->query.message_id == what.id ? on_members(*members) : NotConcerned{};
  }
  if (const auto* lists = std::get_if<ListsAnswer>(&answer)) {
    return lists->query.message_id == what.id ? on_lists(*lists) : NotConcerned{};
  }
  const auto* bundles = std::get_if<BundlesAnswer>(&answer);
  auto* asking = std::get_if<AskingBundles>(&state_);
  if (!bundles || !asking || bundles->query.message_id != what.id) return NotConcerned{};
  if (--asking->open > 0) return Asking{};
  put_back();
  return Ready{};
}

Progress GroupDelivery::on_members(const GroupAnswer& answer) {
  if (!std::holds_alternative<AskingMembers>(state_)) return NotConcerned{};
  put_back();
  if (answer.refused) return *answer.refused;
  if (answer.answered) return Ready{};
  --member_asks_;
  return Unanswered{};
}

Progress GroupDelivery::on_lists(const ListsAnswer& answer) {
  auto* asking = std::get_if<AskingLists>(&state_);
  if (!asking) return NotConcerned{};
  const bool failed = asking->failed || !answer.answered;
  asking->failed = failed;
  if (--asking->open > 0) return Asking{};
  put_back();
  if (!failed) return Ready{};
  --list_asks_;
  return Unanswered{};
}

void GroupDelivery::on_accepted(const Queued& what, MessageSent& event, Out&, Turn& turn) {
  if (const auto sent = find_sent(turn.txn, what.id)) event.mentioned = mentions_of(sent->content);
  for (Jid& jid : event.mentioned) jid = pn_or_same(turn.txn, jid);
  if (const auto* sent = std::get_if<AwaitingAck>(&state_)) note_key(turn.txn, what.to, sent->given, true);
}

bool GroupDelivery::on_ack(const stanza::Ack& ack, const Queued& what, const Account&, Turn& turn) {
  if (is_stale_addressing(ack.error)) {
    outdate_group(turn.txn, what.to);
    member_asks_ = list_asks_ = bundle_asks_ = 0;
    return true;
  }
  if (ack.error == 0 && !ack.phash.empty() && ack.phash != phash_) {
    forget_group_devices(turn.txn, what.to, turn.now.wall);
  }
  return false;
}

void GroupDelivery::put_back() { state_.emplace<Waiting>(); }

void GroupDelivery::on_offline() {
  put_back();
  member_asks_ = list_asks_ = bundle_asks_ = 0;
}

Stage GroupDelivery::stage() const {
  const auto* sent = std::get_if<AwaitingAck>(&state_);
  return sent && !sent->given.empty() ? Stage::leading : stage_of(state_);
}

GroupAnswer learn(const GroupQuery& query, const QueryAnswer& answer, Turn& turn) {
  GroupAnswer out{query, false, std::nullopt};
  const auto* refused = std::get_if<stanza::IqError>(&answer);
  if (refused && !is_temporary(refused->code)) out.refused = Refused{failure_of(refused->code), refused->code};
  const auto* iq = std::get_if<wire::Node>(&answer);
  const auto info = iq ? stanza::parse_group(*iq) : Result<stanza::GroupInfo>(Errc::bad_input, "no group answer");
  if (!info) return out;
  out.answered = true;
  if (!store_group(turn.txn, query.group, *info, turn.now.wall)) out.refused = Refused{};   // too large
  return out;
}

}  // namespace wa::client
