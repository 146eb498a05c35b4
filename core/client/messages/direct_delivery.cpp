// tested by unit/client/messages/deliveries_test.cpp
#include "client/messages/direct_delivery.h"

#include <algorithm>

#include "client/messages/fanout.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/outbox_row.h"
#include "client/messages/questions.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;
using wire::Server;

constexpr std::uint8_t kListAsksMax = 2, kBundleAsksMax = 2;

bool any_is(const std::vector<Jid>& users, const Jid& user, const store::Txn& txn) {
  return std::any_of(users.begin(), users.end(), [&](const Jid& one) { return same_user(txn, one, user); });
}

stanza::OutgoingMessage stanza_of(const Queued& what, const Jid& destination, const Kind* kind, Sealed& sealed,
                                  const Account& account, Turn& turn) {
  stanza::OutgoingMessage message;
  message.id = what.id;
  message.to = destination;
  message.traits = traits_of(kind);
  if (destination.server == Server::lid) message.peer_recipient_pn = pn_of(turn.txn, destination);
  message.participants = std::move(sealed.devices);
  if (sealed.any_prekey) message.device_identity = account.signed_device_identity;
  if (account.is_own_user(destination)) return message;
  message.tc_token = token_for(turn.txn, destination, turn.service_time()).value_or(Bytes());
  if (message.tc_token.empty()) message.cs_token = fallback_token_for(turn.txn, destination).value_or(Bytes());
  return message;
}

}  // namespace

Progress DirectDelivery::advance(const Queued& what, Out& out, Turn& turn) {
  const Account& account = out.account();
  const Jid destination = destination_of(turn.txn, account, what.to);
  const std::vector<Jid> users = users_to_ask(turn.txn, account, destination, turn.now.wall);
  const bool recipient_unknown = std::find(users.begin(), users.end(), destination) != users.end();
  if (!users.empty() && list_asks_ < kListAsksMax) {
    if (ask_device_lists(users, {}, out, turn).open == 0) return NotAsked{};
    ++list_asks_;
    state_ = AskingLists{recipient_unknown};
    return Asking{};
  }
  if (recipient_unknown) return Refused{SendFailure::unknown_recipient};
  const Targets targets = targets_of(turn.txn, account, destination, turn.now.wall);
  if (targets.recipient.empty() && !account.is_own_user(destination)) return Refused{SendFailure::unknown_recipient};
  std::vector<Jid> missing = without_session(turn.txn, targets.all());
  if (bundle_asks_ > 0) {
    // Once more for the recipient's phone only: it must not be left out (pitfalls 20).
    missing.erase(std::remove_if(missing.begin(), missing.end(),
                                 [&](const Jid& jid) { return jid.device != 0 || jid.user != destination.user; }),
                  missing.end());
  }
  if (!missing.empty() && bundle_asks_ < kBundleAsksMax) return ask_for(missing, what, out, turn);
  return send(what, destination, out, turn);
}

Progress DirectDelivery::ask_for(const std::vector<Jid>& devices, const Queued& what, Out& out, Turn& turn) {
  const AskedParts parts = ask_bundles(devices, what.id, out, turn);
  if (parts.open == 0) return NotAsked{};
  ++bundle_asks_;
  state_ = AskingBundles{parts.open};
  return Asking{};
}

Progress DirectDelivery::send(const Queued& what, const Jid& destination, Out& out, Turn& turn) {
  const auto row = load_outbox_row(turn.txn, what.key);
  if (!row) return Refused{};
  const Targets targets = targets_of(turn.txn, out.account(), destination, turn.now.wall);
  Sealed sealed = seal_for(targets, destination, row->content, turn);
  if (sealed.recipient_devices == 0) return Refused{SendFailure::no_devices, bundle_error_};
  remember_sent(turn.txn, what.id, {destination, row->content, turn.service_time(), false});
  std::vector<Jid> reached;
  for (const auto& device : sealed.devices) reached.push_back(device.device);
  phash_ = build_phash(reached);
  out.send(stanza::build_message(stanza_of(what, destination, row->kind, sealed, out.account(), turn)), turn);
  state_ = AwaitingAck{};
  return OnItsWay{static_cast<int>(sealed.failed)};
}

Progress DirectDelivery::on_answer(const Answered& answer, const Queued& what, const Account& account, Turn& turn) {
  const auto* lists = std::get_if<ListsAnswer>(&answer);
  if (const auto* asking = lists ? std::get_if<AskingLists>(&state_) : nullptr) {
    if (!lists->query.message_id.empty()) return NotConcerned{};
    if (!any_is(lists->query.users, asking->recipient ? what.to : account.pn, turn.txn)) return NotConcerned{};
    state_ = Waiting{};
    if (lists->answered) return Ready{};
    --list_asks_;
    return Unanswered{};
  }
  const auto* bundles = std::get_if<BundlesAnswer>(&answer);
  auto* asking = bundles ? std::get_if<AskingBundles>(&state_) : nullptr;
  if (!asking || bundles->query.message_id != what.id) return NotConcerned{};
  if (bundles->error != 0) bundle_error_ = bundles->error;
  if (--asking->open > 0) return Asking{};
  state_ = Waiting{};
  return Ready{};
}

void DirectDelivery::on_accepted(const Queued& what, MessageSent&, Out& out, Turn& turn) {
  const Jid destination = destination_of(turn.txn, out.account(), what.to);
  if (out.account().is_own_user(destination) || !note_token_issue(turn.txn, destination, turn.service_time())) return;
  out.query(stanza::build_privacy_token_issue(destination, turn.service_time().seconds()), IgnoredQuery{}, turn);
}

bool DirectDelivery::on_ack(const stanza::Ack& ack, const Queued& what, const Account& account, Turn& turn) {
  if (ack.error != 0 || ack.phash.empty() || ack.phash == phash_) return false;
  forget_devices(turn.txn, destination_of(turn.txn, account, what.to));
  forget_devices(turn.txn, account.pn);
  return false;
}

void DirectDelivery::on_offline() {
  state_ = Waiting{};
  list_asks_ = bundle_asks_ = 0;
}

}  // namespace wa::client
