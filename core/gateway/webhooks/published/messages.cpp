// Messages: message.*, mention.sent, poll.vote, chat.timer.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"
#include "gateway/webhooks/published/said.h"

namespace wa::gateway {
namespace {

using namespace client;

// As what a change of another message is told, whoever made it.
MaybeEventName change_name(Change change) {
  switch (change) {
    case Change::edited: return event_named("message.edited");
    case Change::revoked: return event_named("message.revoked");
    case Change::pinned: case Change::unpinned: return event_named("message.pinned");
    case Change::kept: case Change::unkept: return event_named("message.kept");
    case Change::voted: return event_named("poll.vote");
    case Change::none: break;
  }
  return std::nullopt;
}

std::string color_text(std::uint32_t argb) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out = "#";
  for (int shift = 28; shift >= 0; shift -= 4) out += kDigits[argb >> shift & 0xf];
  return out;
}

MaybeEventName received_name(const MessageReceived& e) {
  if (const MaybeEventName change = change_name(e.change)) return change;
  return e.from_me ? event_named("message.sent") : event_named("message.received");
}

std::string received_lane(const MessageReceived& e) { return e.chat.text(); }

// One message as it is told, whoever sent it.
Json received_data(const MessageReceived& e, const PayloadContext& context) {
  const std::string chat = e.chat.text();
  Json out = object({{"message_id", e.id}, {"from", e.sender.text()}});
  // `to` of what we sent from another device is the chat; of what we got, ourselves or the group it went to.
  const bool as_lid = e.chat.server == wire::Server::lid && !context.own_lid.empty();
  const std::string_view own = as_lid ? context.own_lid : context.own_pn;
  put(out, {"to", e.from_me || e.is_group ? std::string_view(chat) : own});
  put_said(out, e, e.id);
  put(out, {"timestamp", rfc3339(e.time)});
  put(out, {"is_from_me", e.from_me});
  put(out, {"push_name", e.push_name});
  put(out, {"chat_jid", chat});
  put(out, {"is_group", e.is_group});
  if (e.from_me) put_source(out, true);
  if (e.sender_pn) put(out, {"from_pn", e.sender_pn->user_jid().text()});
  if (e.sender_lid) put(out, {"from_lid", e.sender_lid->user_jid().text()});
  if (e.broadcast) put(out, {"broadcast", true});
  if (e.offline) put(out, {"offline", true});
  if (e.unverified) put(out, {"unverified", true});
  return out;
}

// Changes (a deletion) are told as what they are; never as a message of a chat.
MaybeEventName status_name(const StatusReceived& e) {
  if (const MaybeEventName change = change_name(e.change)) return change;
  return event_named("status.received");
}

std::string status_lane(const StatusReceived& e) { return e.chat.text(); }

Json status_data(const StatusReceived& e, const PayloadContext& context) {
  Json out = received_data(e, context);
  if (e.muted) put(out, {"muted", true});
  if (e.background_argb != 0) put(out, {"background_color", color_text(e.background_argb)});
  return out;
}

std::string sent_lane(const MessageSent& e) { return e.chat.text(); }

Json sent_data(const MessageSent& e, const PayloadContext& context) {
  const std::string chat = e.chat.text();
  Json out = object({{"message_id", e.id}, {"from", context.own_pn}, {"to", chat}});
  put_said(out, e.said, e.id);
  put(out, {"timestamp", rfc3339(e.time)});
  put(out, {"is_from_me", true});
  put(out, {"push_name", ""});
  put(out, {"chat_jid", chat});
  put(out, {"is_group", e.chat.server == wire::Server::group});
  put_source(out, e.from_other_device);
  return out;
}

std::string own_change_lane(const OwnChange& e) { return e.received.chat.text(); }
Json own_change_data(const OwnChange& e, const PayloadContext& context) { return received_data(e.received, context); }
MaybeEventName sent_change_name(const SentChange& e) { return change_name(e.sent.said.change); }
std::string sent_change_lane(const SentChange& e) { return e.sent.chat.text(); }
Json sent_change_data(const SentChange& e, const PayloadContext& context) { return sent_data(e.sent, context); }

std::string timer_lane(const ChatTimerChanged& e) { return e.chat.text(); }

Json timer_data(const ChatTimerChanged& e, const PayloadContext&) {
  return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", e.by.text()}, {"is_from_me", e.from_me},
                 {"seconds", e.seconds}, {"timestamp", rfc3339(e.time)}});
}

std::string mention_lane(const MentionSent& e) { return sent_lane(e.sent); }

Json mention_data(const MentionSent& e, const PayloadContext&) {
  Json mentioned = Json::array();
  for (const wire::Jid& jid : e.sent.mentioned) mentioned.push_back(jid.text());
  return object({{"message_id", e.sent.id}, {"chat_jid", e.sent.chat.text()}, {"mentioned", std::move(mentioned)},
                 {"mention_all", e.sent.mention_all}, {"timestamp", rfc3339(e.sent.time)}});
}

MaybeEventName receipt_name(const MessageReceipt& e) {
  return e.kind == ReceiptKind::delivered ? event_named("message.delivered") : event_named("message.read");
}

std::string receipt_lane(const MessageReceipt& e) { return e.chat.text(); }

Json receipt_data(const MessageReceipt& e, const PayloadContext&) {
  Json ids = Json::array();
  for (const std::string& id : e.ids) ids.push_back(id);
  const char* kind = e.kind == ReceiptKind::delivered ? "delivered" : e.kind == ReceiptKind::read ? "read" : "played";
  return object({{"message_ids", std::move(ids)}, {"chat_jid", e.chat.text()}, {"by", e.by.text()},
                 {"device", e.device}, {"receipt_type", kind}, {"timestamp", rfc3339(e.time)}});
}

MaybeEventName undecryptable_name(const MessageUndecryptable& e) {
  if (e.hidden) return std::nullopt;
  return event_named("message.undecryptable");
}

std::string undecryptable_lane(const MessageUndecryptable& e) { return e.chat.text(); }

Json undecryptable_data(const MessageUndecryptable& e, const PayloadContext&) {
  Json out = object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", e.sender.text()}, {"reason", e.reason},
                     {"timestamp", rfc3339(e.time)}});
  if (!e.unavailable.empty()) put(out, {"unavailable", e.unavailable});
  return out;
}

std::string retried_lane(const MediaRetried& e) { return e.chat.text(); }

Json retried_data(const MediaRetried& e, const PayloadContext&) {
  constexpr const char* kResults[] = {"general_error", "success", "not_found", "decryption_error"};
  const char* result = e.result >= 0 && e.result < 4 ? kResults[e.result] : "general_error";
  return object({{"message_id", e.id},
                 {"chat_jid", e.chat.text()},
                 {"from", e.author.text()},
                 {"is_from_me", e.from_me},
                 {"available", e.found},
                 {"result", result},
                 {"timestamp", rfc3339(e.time)}});
}

std::string history_lane(const HistoryMessages& e) { return e.chat.text(); }

Json history_messages_data(const HistoryMessages& e, const PayloadContext& context) {
  Json messages = Json::array();
  for (const MessageReceived& one : e.messages) messages.push_back(received_data(one, context));
  return object({{"sync_type", "on_demand"}, {"request_id", e.request_id}, {"chat_jid", e.chat.text()},
                 {"count", e.messages.size()}, {"messages", std::move(messages)},
                 {"timestamp", rfc3339(context.now)}});
}

}  // namespace

template <> Published<MessageReceived> published() { return {received_name, received_lane, received_data}; }
template <> Published<StatusReceived> published() { return {status_name, status_lane, status_data}; }
template <> Published<MessageSent> published() { return {event_named("message.sent"), sent_lane, sent_data}; }
template <> Published<OwnChange> published() {
  return {event_named("message.sent"), own_change_lane, own_change_data};
}
template <> Published<SentChange> published() { return {sent_change_name, sent_change_lane, sent_change_data}; }
template <> Published<HistoryMessages> published() {
  return {event_named("history.sync"), history_lane, history_messages_data};
}
template <> Published<ChatTimerChanged> published() { return {event_named("chat.timer"), timer_lane, timer_data}; }
template <> Published<MentionSent> published() { return {event_named("mention.sent"), mention_lane, mention_data}; }
template <> Published<MessageReceipt> published() { return {receipt_name, receipt_lane, receipt_data}; }
template <> Published<MediaRetried> published() { return {event_named("media.retry"), retried_lane, retried_data}; }
template <> Published<MessageUndecryptable> published() {
  return {undecryptable_name, undecryptable_lane, undecryptable_data};
}

}  // namespace wa::gateway
