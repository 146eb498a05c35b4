// Messages: message.*, mention.sent.
// tested by unit/gateway/webhooks/published_test.cpp
#include "base/limits.h"
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

MaybeEventName received_name(const MessageReceived& e) {
  return e.from_me ? event_named("message.sent") : event_named("message.received");
}

std::string received_lane(const MessageReceived& e) { return e.chat.text(); }

std::size_t json_bytes(char c) {
  if (c == '"' || c == '\\') return 2;
  return static_cast<std::uint8_t>(c) >= 0x20 ? 1 : c >= '\b' && c <= '\r' && c != '\v' ? 2 : 6;
}

// How much of a text is told: what takes kEventTextBytesMax as JSON, less the begun character.
std::size_t told_bytes(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size(); ++end) {
    used += json_bytes(text[end]);
    if (used > limits::kEventTextBytesMax) break;
  }
  if (end == text.size()) return end;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

Json received_data(const MessageReceived& e, const PayloadContext& context) {
  const std::string chat = e.chat.text();
  Json out = object({{"message_id", e.id}, {"from", e.sender.text()}});
  // `to` of what we sent from another device is the chat; of what we got, ourselves or the group it went to.
  const bool as_lid = e.chat.server == wire::Server::lid && !context.own_lid.empty();
  const std::string_view own = as_lid ? context.own_lid : context.own_pn;
  put(out, {"to", e.from_me || e.is_group ? std::string_view(chat) : own});
  const std::size_t told = told_bytes(e.text);
  put(out, {"content", e.text.substr(0, told)});
  if (told < e.text.size()) put(out, {"truncated", true});
  put(out, {"message_type", e.type});
  put(out, {"timestamp", rfc3339(e.time)});
  put(out, {"is_from_me", e.from_me});
  put(out, {"push_name", e.push_name});
  put(out, {"chat_jid", chat});
  put(out, {"is_group", e.is_group});
  if (e.sender_pn) put(out, {"from_pn", e.sender_pn->user_jid().text()});
  if (e.sender_lid) put(out, {"from_lid", e.sender_lid->user_jid().text()});
  if (e.offline) put(out, {"offline", true});
  if (e.unverified) put(out, {"unverified", true});
  return out;
}

std::string sent_lane(const MessageSent& e) { return e.chat.text(); }

Json sent_data(const MessageSent& e, const PayloadContext& context) {
  return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", context.own_pn}, {"to", e.chat.text()},
                 {"is_from_me", true}, {"from_other_device", e.from_other_device}, {"timestamp", rfc3339(e.time)}});
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
                 {"receipt_type", kind}, {"timestamp", rfc3339(e.time)}});
}

MaybeEventName undecryptable_name(const MessageUndecryptable& e) {
  if (e.hidden) return std::nullopt;
  return event_named("message.undecryptable");
}

std::string undecryptable_lane(const MessageUndecryptable& e) { return e.chat.text(); }

Json undecryptable_data(const MessageUndecryptable& e, const PayloadContext&) {
  return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", e.sender.text()}, {"reason", e.reason},
                 {"timestamp", rfc3339(e.time)}});
}

}  // namespace

template <> Published<MessageReceived> published() { return {received_name, received_lane, received_data}; }
template <> Published<MessageSent> published() { return {event_named("message.sent"), sent_lane, sent_data}; }
template <> Published<MentionSent> published() { return {event_named("mention.sent"), mention_lane, mention_data}; }
template <> Published<MessageReceipt> published() { return {receipt_name, receipt_lane, receipt_data}; }
template <> Published<MessageUndecryptable> published() {
  return {undecryptable_name, undecryptable_lane, undecryptable_data};
}

}  // namespace wa::gateway
