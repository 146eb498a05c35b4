// Where each stanza goes. Every received stanza that wants an acknowledgement gets exactly one, last, in this step.
#include "client/rooms.h"

#include "base/limits.h"
#include "client/messages/receipts.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/own_devices.h"
#include "client/rows/privacy_row.h"
#include "client/rows/privacy_tokens.h"
#include "stanza/outbound/answer.h"
#include "stanza/queries/session.h"

namespace wa::client {

// --- the session itself
void Client::Parts::on(const stanza::Success& success, Turn& turn) {
  life.on(success, turn);
  drop_forged_phone(turn.txn, account);
}
void Client::Parts::on(const stanza::Failure& failure, Turn& turn) { life.on(failure, turn); }
void Client::Parts::on(const stanza::StreamError& error, Turn& turn) { life.on(error, turn); }
void Client::Parts::on(const stanza::StreamEnd&, Turn& turn) { turn.log(LogLevel::info, "the service ends the stream"); }
void Client::Parts::on(const stanza::Ping& ping, Turn& turn) { out.send(stanza::build_iq_result(ping.id), turn); }

void Client::Parts::on(const stanza::EdgeRouting& routing, Turn& turn) {
  if (!config.use_routing_info || account.routing_info == routing.routing_info) return;
  account.routing_info = routing.routing_info;
  out.save_account(turn);
}

void Client::Parts::on(const stanza::ClientExpiration& expiration, Turn& turn) {
  turn.log(LogLevel::warning, "this app version stops working at (unix seconds)", expiration.t);
}

// --- answers to queries
void Client::Parts::on(stanza::IqResult& result, Turn& turn) {
  if (const auto query = requests.take(result.id)) answer(*query, std::move(result.node), turn);
}

void Client::Parts::on(const stanza::IqError& error, Turn& turn) {
  if (const auto query = requests.take(error.id)) answer(*query, error, turn);
}

void Client::Parts::answer(const Query& query, const QueryAnswer& answer, Turn& turn) {
  std::visit([&](const auto& what) { to(what, answer, turn); }, query);
}

void Client::Parts::to(const MediaConnQuery& query, const QueryAnswer& answer, Turn& turn) {
  const bool for_history = query.owner == static_cast<std::uint8_t>(FileKind::history);
  carry_out(for_history ? history.on_answer(query, answer, turn) : chats.on_answer(query, answer, turn), turn);
}

void Client::Parts::to(const BundleQuery& query, const QueryAnswer& answer, Turn& turn) {
  if (query.reason == Retries::kReason) return retries.on_answer(query, answer, out, turn);
  outbox.on_answer(query, answer, out, turn);
}

// --- what one flow wants of others
void Client::Parts::carry_out(Wanted wanted, Turn& turn) {
  for (const auto& mapping : wanted.mappings) learn_lid(turn.txn, mapping.first, mapping.second);
  for (const LearntToken& token : wanted.tokens) store_token(turn.txn, token.user, token.token, token.t);
  if (!wanted.key_requests.empty()) outbox.send_peer(build_key_request(wanted.key_requests), out, turn);
  if (wanted.push_name) {
    account.push_name = *wanted.push_name;
    out.save_account(turn);
  }
  for (const std::string& id : wanted.history_done) {
    out.send(stanza::build_peer_receipt(id, account.pn, stanza::PeerReceiptType::hist_sync), turn);
  }
  for (Ask& ask : wanted.queries) {
    if (!out.query(std::move(ask.iq), ask.what, turn)) answer(ask.what, QueryLinkLost{}, turn);
  }
}

// --- pairing
void Client::Parts::on(const stanza::PairDevice& stanza, Turn& turn) {
  if (account.paired) return;
  life.on_pair_device(turn);
  pairing.on_pair_device(stanza, out, turn);
}

void Client::Parts::on(const stanza::PairSuccess& stanza, Turn& turn) {
  if (!account.paired) pairing.on_pair_success(stanza, out, turn);
}

void Client::Parts::on(const stanza::DowngradeWebclient&, Turn& turn) {
  turn.log(LogLevel::warning, "the phone that scanned has no linked devices; the code stays valid");
}

// --- calls
void Client::Parts::on(const stanza::Call& call, Turn& turn) {
  if (call.offline) queue.on_queued_stanza(turn);
  out.send(calls.on_call(call, account, turn), turn);
}

void Client::Parts::on(const stanza::Ack& ack, Turn& turn) {
  if (calls.on_ack(ack, turn)) return;
  const Outbox::AckResult result = outbox.on_ack(ack, out, turn);
  if (result.sent) hand_on(*result.sent, turn);
}

// --- messages
void Client::Parts::on(const stanza::Message& message, Turn& turn) {
  if (message.offline) queue.on_queued_stanza(turn);
  for (const PeerNotice& notice : inbox.on_message(message, out, turn)) {
    std::visit([&](const auto& what) { hand_on(what, turn); }, notice);
  }
}

void Client::Parts::hand_on(const KeyShareNotice& share, Turn& turn) { carry_out(chats.on_key_share(share.keys, turn), turn); }
void Client::Parts::hand_on(const HistoryNotification& about, Turn& turn) {
  carry_out(history.on_notification(about, turn), turn);
}
void Client::Parts::hand_on(const PushNameNotice& name, Turn& turn) {
  if (note_push_name(turn.txn, name.who, name.name)) turn.event(PushNameChanged{pn_or_same(turn.txn, name.who), name.name});
}

void Client::Parts::hand_on(const MissingNotice& missing, Turn& turn) {
  outbox.send_peer_later(missing.request_id, missing.request, turn.now.wall + limits::kAskPhoneAfterMs, out, turn);
}

void Client::Parts::hand_on(const ArrivedNotice& arrived, Turn& turn) { outbox.withdraw(arrived.request_id, turn); }

void Client::Parts::hand_on(const ChatNotice& notice, Turn& turn) { note_message(notice.chat, notice.last, turn); }

void Client::Parts::on(const stanza::Receipt& receipt, Turn& turn) {
  if (receipt.offline) queue.on_queued_stanza(turn);
  if (is_retry(receipt)) return retries.on_retry(receipt, out, turn);
  for (const ChatNotice& sent : outbox.on_receipt(receipt, out, turn)) hand_on(sent, turn);
  on_receipt(receipt, out, turn);
}

void Client::Parts::on(const stanza::Presence& presence, Turn& turn) { on_presence(presence, turn); }
void Client::Parts::on(const stanza::ChatState& state, Turn& turn) { on_chat_state(state, turn); }

// --- notifications
void Client::Parts::on(const stanza::Notification& notification, Turn& turn) {
  if (notification.offline) queue.on_queued_stanza(turn);
  std::visit([&](const auto& notice) { on_notice(notice, turn); }, stanza::parse_notification(notification));
  out.ack(notification.ack, turn);
}

void Client::Parts::on_notice(const stanza::PrekeysLow& low, Turn& turn) { prekeys.on_low(low.left, out, turn); }
void Client::Parts::on_notice(const stanza::DigestWanted&, Turn& turn) { prekeys.check_digest(out, turn); }
void Client::Parts::on_notice(const stanza::IdentityChange& change, Turn& turn) {
  on_identity_change(change.user, account, turn);
}
void Client::Parts::on_notice(const stanza::AppStateDirty& dirty, Turn& turn) {
  carry_out(chats.on_server_sync(dirty, turn), turn);
}
void Client::Parts::on_notice(const stanza::DevicesChanged& changed, Turn& turn) {
  if (changed.lid) learn_lid(turn.txn, changed.user, *changed.lid);
  forget_devices(turn.txn, changed.user);
}
void Client::Parts::on_notice(const stanza::PrivacyChanged&, Turn& turn) {
  forget_privacy(turn.txn);
  learn_privacy(out, turn);
}
void Client::Parts::on_notice(const stanza::PrivacyToken& token, Turn& turn) {
  store_token(turn.txn, token.user, token.token, token.t);
}
void Client::Parts::on_notice(const stanza::LinkCodePrimaryHello& hello, Turn& turn) {
  if (!account.paired) pairing.on_primary_hello(hello, out, turn);
}
void Client::Parts::on_notice(const stanza::LinkCodeRefresh&, Turn& turn) { pairing.on_code_refresh(turn); }
void Client::Parts::on_notice(const stanza::PairRefresh&, Turn& turn) {
  if (!account.paired) pairing.on_refresh(out, turn);
}
void Client::Parts::on_notice(const stanza::PasskeyRequest&, Turn& turn) {
  if (!account.paired) pairing.on_passkey_request(turn);
}

// --- the offline queue and dirty data
void Client::Parts::on(const stanza::OfflinePreview& preview, Turn& turn) {
  if (const auto node = queue.on_preview(preview, turn)) out.send(*node, turn);
}

void Client::Parts::on(const stanza::OfflineDone& done, Turn& turn) { queue.on_done(done, turn); }

void Client::Parts::on(const stanza::Dirty& dirty, Turn& turn) {
  DirtyNotice notice = read_dirty(dirty);
  if (notice.app_state) carry_out(chats.on_dirty(turn), turn);
  if (notice.account) {
    forget_devices(turn.txn, account.pn);
    on_notice(stanza::PrivacyChanged{}, turn);
  }
  if (notice.clean) out.query(*std::move(notice.clean), IgnoredQuery{}, turn);
}

void Client::Parts::on(const stanza::OtherIb&, Turn&) {}

void Client::Parts::on(const stanza::Unknown& unknown, Turn& turn) {
  if (unknown.ack) out.ack(*unknown.ack, turn);
}

}  // namespace wa::client
