// tested by unit/client/messages/deliveries_test.cpp
#include "client/messages/peer_delivery.h"

#include "client/messages/fanout.h"
#include "client/messages/outbox_row.h"
#include "client/messages/peer_requests.h"
#include "client/messages/questions.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"

namespace wa::client {
namespace {

using wire::Jid;

constexpr std::uint8_t kPhoneAsksMax = 2;
constexpr std::size_t kCompanionsMax = 16;

Jid own_phone(const store::Txn& txn, const Account& account) {
  return account.lid.user.empty() ? lid_or_same(txn, account.pn.user_jid()) : account.lid.user_jid();
}

}  // namespace

Progress PeerDelivery::advance(const Queued& what, Out& out, Turn& turn) {
  if (what.to.device == kCompanions) return fan_out(what, out, turn);
  Jid device = own_phone(turn.txn, out.account());
  device.device = what.to.device;
  const std::vector<Jid> missing = without_session(turn.txn, std::span(&device, 1));
  if (missing.empty() || bundle_asks_ >= kPhoneAsksMax) return send(what, device, out, turn);
  if (ask_bundles(missing, what.id, out, turn).open == 0) return NotAsked{};
  ++bundle_asks_;
  state_ = AskingBundle{};
  return Asking{};
}

Progress PeerDelivery::fan_out(const Queued& what, Out& out, Turn& turn) {
  const Jid user = own_phone(turn.txn, out.account());
  const auto devices = known_devices(turn.txn, user, turn.now.wall);
  if (!devices) {
    if (list_asks_ > 0) {
      list_asks_ = 0;
      return Later{};
    }
    if (ask_device_lists({user}, what.id, out, turn).open == 0) return NotAsked{};
    ++list_asks_;
    state_ = AskingList{};
    return Asking{};
  }
  PeerFanout others;
  for (const Jid& device : *devices) {
    const bool other = device.server == user.server && device.device != 0 && device.device != out.account().pn.device;
    if (other && others.companions.size() < kCompanionsMax) others.companions.push_back(device);
  }
  if (const auto row = load_outbox_row(turn.txn, what.key)) others.request = row->content;
  if (!others.companions.empty()) turn.notify(std::move(others));
  return Dropped{};
}

Progress PeerDelivery::send(const Queued& what, const Jid& device, Out& out, Turn& turn) {
  const auto row = load_outbox_row(turn.txn, what.key);
  auto sealed = row ? seal_one(device, row->content, turn) : std::nullopt;
  if (!sealed) {
    turn.log(LogLevel::warning, "no session with an own device", device.device);
    bundle_asks_ = 0;
    if (!row || device.device != 0) return Dropped{};
    return Later{};
  }
  remember_sent(turn.txn, what.id, {what.to, row->content, turn.service_time(), true});
  stanza::PeerMessage message;
  message.id = what.id;
  message.to = out.account().pn;
  message.device = what.to.device;
  message.push_priority = row->high_priority ? "high" : "";
  if (asks_for_history(row->content)) {
    message.push_priority = "high_force";
    message.privacy_sensitive = true;
  }
  if (sealed->type == "pkmsg") message.device_identity = out.account().signed_device_identity;
  message.enc_type = std::move(sealed->type);
  message.ciphertext = std::move(sealed->ciphertext);
  out.send(stanza::build_peer_message(message), turn);
  state_ = AwaitingAck{};
  return OnItsWay{};
}

Progress PeerDelivery::on_answer(const Answered& answer, const Queued& what, const Account&, Turn&) {
  if (const auto* lists = std::get_if<ListsAnswer>(&answer); lists && lists->query.message_id == what.id) {
    if (!std::holds_alternative<AskingList>(state_)) return NotConcerned{};
    state_ = Waiting{};
    return Ready{};
  }
  const auto* bundles = std::get_if<BundlesAnswer>(&answer);
  if (!bundles || bundles->query.message_id != what.id) return NotConcerned{};
  if (!std::holds_alternative<AskingBundle>(state_)) return NotConcerned{};
  state_ = Waiting{};
  return Ready{};
}

void PeerDelivery::on_offline() {
  state_ = Waiting{};
  bundle_asks_ = list_asks_ = 0;
}

}  // namespace wa::client
