// tested by unit/client/odd_stanzas_test.cpp
// Where each stanza goes. Every received stanza that wants an acknowledgement gets exactly one, last, in this step.
#include "client/rooms.h"

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

// --- to the room it is for

Result<void> Client::Parts::execute(const Command& command, Turn& turn) {
  Result<void> taken;
  std::visit([&](const auto& what) {
    each(all(), [&](auto& room) {
      if constexpr (Executes<decltype(room), std::decay_t<decltype(what)>>) taken = room.execute(what, out, turn);
    });
  }, command);
  perform(turn);
  return taken;
}

void Client::Parts::answer(const Query& query, const QueryAnswer& answer, Turn& turn) {
  std::visit([&](const auto& what) {
    each(all(), [&](auto& room) {
      if constexpr (Answers<decltype(room), std::decay_t<decltype(what)>>) room.on_answer(what, answer, out, turn);
    });
  }, query);
  perform(turn);
}

void Client::Parts::forward(const Notice& notice, Turn& turn) {
  std::visit([&](const auto& what) {
    each(all(), [&](auto& room) {
      if constexpr (Hears<decltype(room), std::decay_t<decltype(what)>>) room.on(what, out, turn);
    });
  }, notice);
  perform(turn);
}

// The notices in order, each with all that follows from it; then the queries.
void Client::Parts::perform(Turn& turn) {
  const std::vector<Notice> notices = std::exchange(turn.notices, {});
  std::vector<Ask> queries = std::exchange(turn.queries, {});
  for (const Notice& notice : notices) forward(notice, turn);
  for (Ask& ask : queries) {
    if (!out.query(std::move(ask.iq), ask.what, turn)) answer(ask.what, QueryLinkLost{}, turn);
  }
}

// --- what takes two rooms

Result<void> Joint::execute(const RequestPairCode& command, Out& out, Turn& turn) {
  if (out.account().paired) return {Errc::conflict, "already paired"};
  if (!life.wanted()) return {Errc::not_ready, "not connected"};
  return pairing.request_code(command, out, turn);
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
  calls.on(call, out, turn);
}

void Client::Parts::on(const stanza::Ack& ack, Turn& turn) {
  if (calls.on_ack(ack, turn)) return;
  outbox.on(ack, out, turn);
}

// --- messages
void Client::Parts::on(const stanza::Message& message, Turn& turn) {
  if (message.offline) queue.on_queued_stanza(turn);
  inbox.on(message, out, turn);
}

void Client::Parts::on(const stanza::Receipt& receipt, Turn& turn) {
  if (receipt.offline) queue.on_queued_stanza(turn);
  if (is_retry(receipt)) return retries.on_retry(receipt, out, turn);
  outbox.on(receipt, out, turn);
  perform(turn);
  on_receipt(receipt, out, turn);
}

void Client::Parts::on(const stanza::Presence& stanza, Turn& turn) { presence.on(stanza, turn); }
void Client::Parts::on(const stanza::ChatState& state, Turn& turn) { presence.on(state, turn); }

// --- notifications
void Client::Parts::on(const stanza::Notification& notification, Turn& turn) {
  static_assert(each_notification_is_taken<Parts>(static_cast<const stanza::NotificationKind*>(nullptr)));
  if (notification.offline) queue.on_queued_stanza(turn);
  for (const stanza::NotificationKind& kind : stanza::parse_notification(notification)) {
    std::visit([&](const auto& notice) { on_notice(notice, turn); }, kind);
    perform(turn);
  }
  out.ack(notification.ack, turn);
}

void Client::Parts::on_notice(const stanza::PrekeysLow& low, Turn& turn) { prekeys.on_low(low.left, out, turn); }
void Client::Parts::on_notice(const stanza::DigestWanted&, Turn& turn) { prekeys.check_digest(out, turn); }
void Client::Parts::on_notice(const stanza::IdentityChange& change, Turn& turn) {
  on_identity_change(change.user, account, turn);
}
void Client::Parts::on_notice(const stanza::AppStateDirty& dirty, Turn& turn) {
  chats.on_server_sync(dirty, turn);
}
void Client::Parts::on_notice(const stanza::DevicesChanged& changed, Turn& turn) {
  if (changed.lid) learn_lid(turn.txn, changed.user, *changed.lid);
  forget_devices(turn.txn, changed.user);
}
void Client::Parts::on_notice(const stanza::PrivacyChanged&, Turn& turn) {
  forget_privacy(turn.txn);
  settings.learn_privacy(out, turn);
}
void Client::Parts::on_notice(const stanza::PrivacyToken& token, Turn& turn) {
  if (takes_token(account, token.user)) store_token(turn.txn, token.user, token.token, token.t);
}
void Client::Parts::on_notice(const stanza::MediaRetried& retried, Turn& turn) { files.on_retried(retried, turn); }
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
void Client::Parts::on_notice(const stanza::Told& told, Turn& turn) {
  const WallTime time = told.t > 0 ? WallTime::from_seconds(told.t) : turn.service_time();
  NotificationTold event{pn_or_same(turn.txn, told.of), told.author, time, told.what};
  if (event.by) event.by = pn_or_same(turn.txn, *event.by);
  turn.event(std::move(event));
}

// --- the offline queue and dirty data
void Client::Parts::on(const stanza::OfflinePreview& preview, Turn& turn) {
  if (const auto node = queue.on_preview(preview, turn)) out.send(*node, turn);
}

void Client::Parts::on(const stanza::OfflineDone& done, Turn& turn) { queue.on_done(done, turn); }

void Client::Parts::on(const stanza::Dirty& dirty, Turn& turn) {
  DirtyNotice notice = read_dirty(dirty);
  if (notice.app_state) chats.on_dirty(turn);
  perform(turn);
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
