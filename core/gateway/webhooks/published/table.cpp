#include "gateway/webhooks/published/table.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/webhooks/event_names.h"

namespace wa::gateway {
namespace {

using namespace client;
using Name = std::optional<std::size_t>;

template <class... F>
struct Overloaded : F... { using F::operator()...; };
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Name call_name(CallEventKind kind) {
  switch (kind) {
    case CallEventKind::offer: return webhook_event("call.offer");
    case CallEventKind::accept: return webhook_event("call.accept");
    case CallEventKind::pre_accept: return webhook_event("call.pre_accept");
    case CallEventKind::reject: return webhook_event("call.reject");
    case CallEventKind::terminate: return webhook_event("call.terminate");
    case CallEventKind::relay_latency: return webhook_event("call.relay_latency");
    case CallEventKind::transport: return webhook_event("call.transport");
    case CallEventKind::unknown: break;
  }
  return webhook_event("call.unknown");
}

Name setting_name(ChatSetting setting) {
  switch (setting) {
    case ChatSetting::archive: return webhook_event("chat.archive");
    case ChatSetting::pin: return webhook_event("chat.pin");
    case ChatSetting::mute: return webhook_event("chat.mute");
    case ChatSetting::mark_read: return webhook_event("chat.mark_as_read");
    case ChatSetting::delete_chat: return webhook_event("chat.delete");
    case ChatSetting::clear_chat: return webhook_event("chat.clear");
    case ChatSetting::delete_message: return webhook_event("message.delete_for_me");
    case ChatSetting::label_edit: return webhook_event("label.edit");
    case ChatSetting::label_chat: return webhook_event("label.association_chat");
    case ChatSetting::label_message: return webhook_event("label.association_message");
    case ChatSetting::star: break;  // the published list has no name for it
  }
  return std::nullopt;
}

const char* call_by(CallBy by) {
  switch (by) {
    case CallBy::us: return "us";
    case CallBy::other_device: return "other_device";
    case CallBy::peer: return "peer";
    case CallBy::unknown: break;
  }
  return "unknown";
}

// Where messages of this chat are told: under the phone number when it is known.
wire::Jid caller_chat(const CallEvent& e) { return (e.group ? *e.group : e.from_pn ? *e.from_pn : e.from).user_jid(); }

Json call_data(const CallEvent& e) {
  Json out = object({{"call_id", e.call_id}, {"from", e.from.text()}});
  if (e.from_pn) put(out, {"from_pn", e.from_pn->user_jid().text()});
  if (e.from_lid) put(out, {"from_lid", e.from_lid->user_jid().text()});
  put(out, {"call_creator", e.creator.text()});
  put(out, {"chat_jid", caller_chat(e).text()});
  if (e.group) put(out, {"group_jid", e.group->text()});
  put(out, {"is_group", e.is_group});
  put(out, {"is_video", e.is_video});
  put(out, {"offline", e.offline});
  put(out, {"timestamp", rfc3339(e.time)});
  if (!e.platform.empty()) put(out, {"platform", e.platform});
  if (!e.version.empty()) put(out, {"version", e.version});
  if (e.silenced) put(out, {"silenced", true});
  if (e.missed) put(out, {"missed", true});
  if (e.kind == CallEventKind::terminate) {
    put(out, {"reason", e.reason});
    if (e.duration_s) put(out, {"duration", *e.duration_s});
  }
  if (e.kind == CallEventKind::reject) put(out, {"by", call_by(e.by)});
  return out;
}

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

Json message_data(const MessageReceived& e, const PayloadContext& context) {
  const std::string chat = e.chat.text();
  Json out = object({{"message_id", e.id}, {"from", e.sender.text()}});
  // `to` of what we sent from another device is the chat; of what we got, ourselves or the group it went to.
  const std::string& own = e.chat.server == wire::Server::lid && !context.own_lid.empty() ? context.own_lid
                                                                                          : context.own_pn;
  put(out, {"to", e.from_me || e.is_group ? chat : own});
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

Json setting_data(const ChatChanged& e) {
  const SettingDetail& detail = e.detail;
  Json out = Json::object();
  if (e.setting != ChatSetting::label_edit) put(out, {"chat_jid", e.chat.text()});
  if (!detail.message_id.empty()) put(out, {"message_id", detail.message_id});
  if (!detail.label.empty()) put(out, {"label_id", detail.label});
  if (e.setting == ChatSetting::label_chat || e.setting == ChatSetting::label_message) put(out, {"labeled", e.value});
  if (e.setting == ChatSetting::label_edit) {
    put(out, {"name", detail.label_name});
    put(out, {"color", detail.label_color});
    put(out, {"deleted", !e.value});
  }
  if (e.setting == ChatSetting::archive) put(out, {"archived", e.value});
  if (e.setting == ChatSetting::pin) put(out, {"pinned", e.value});
  if (e.setting == ChatSetting::mark_read) put(out, {"read", e.value});
  if (e.setting == ChatSetting::mute) {
    put(out, {"muted", e.value});
    if (e.value && e.muted_until_ms > 0) put(out, {"muted_until", rfc3339({e.muted_until_ms})});
  }
  put(out, {"timestamp", rfc3339(e.time)});
  put(out, {"from_full_sync", e.from_full_sync});
  put(out, {"by", e.by_us ? "us" : "other_device"});
  return out;
}

Json receipt_data(const MessageReceipt& e) {
  Json ids = Json::array();
  for (const std::string& id : e.ids) ids.push_back(id);
  const char* kind = e.kind == ReceiptKind::delivered ? "delivered" : e.kind == ReceiptKind::read ? "read" : "played";
  return object({{"message_ids", std::move(ids)}, {"chat_jid", e.chat.text()}, {"by", e.by.text()},
                 {"receipt_type", kind}, {"timestamp", rfc3339(e.time)}});
}

Json stamped(Json out, WallTime time) {
  put(out, {"timestamp", rfc3339(time)});
  return out;
}

}  // namespace

Json mention_data(const MessageSent& e) {
  Json mentioned = Json::array();
  for (const wire::Jid& jid : e.mentioned) mentioned.push_back(jid.text());
  return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"mentioned", std::move(mentioned)},
                 {"mention_all", e.mention_all}, {"timestamp", rfc3339(e.time)}});
}

std::optional<std::size_t> event_name(const Event& event) {
  return std::visit(Overloaded{
      [](const LoggedIn&) { return webhook_event("device.connected"); },
      [](const Disconnected&) { return webhook_event("device.disconnected"); },
      [](const LoggedOut&) { return webhook_event("device.logged_out"); },
      [](const QrGenerated&) { return webhook_event("qr.generated"); },
      [](const QrExhausted&) { return webhook_event("connection.pair_error"); },
      [](const PairSucceeded&) { return webhook_event("pair.success"); },
      [](const PairFailed&) { return webhook_event("connection.pair_error"); },
      [](const PasskeyRequired&) { return webhook_event("connection.pair_error"); },
      [](const StreamReplaced&) { return webhook_event("connection.stream_replaced"); },
      [](const TemporaryBan&) { return webhook_event("connection.temporary_ban"); },
      [](const ConnectFailure&) { return webhook_event("connection.failure"); },
      [](const KeepaliveTimeout&) { return webhook_event("connection.keepalive_timeout"); },
      [](const KeepaliveRestored&) { return webhook_event("connection.keepalive_restored"); },
      [](const CallEvent& e) { return call_name(e.kind); },
      [](const MessageReceived& e) { return webhook_event(e.from_me ? "message.sent" : "message.received"); },
      [](const MessageSent&) { return webhook_event("message.sent"); },
      [](const MessageReceipt& e) {
        return webhook_event(e.kind == ReceiptKind::delivered ? "message.delivered" : "message.read");
      },
      [](const MessageUndecryptable& e) { return e.hidden ? Name{} : webhook_event("message.undecryptable"); },
      [](const ChatChanged& e) { return setting_name(e.setting); },
      [](const CollectionSynced&) { return webhook_event("app_state.sync_complete"); },
      [](const SettingChanged& e) {
        return std::string_view(e.name) == "unarchive_chats" ? webhook_event("settings.unarchive_chats") : Name{};
      },
      [](const ContactChanged&) { return webhook_event("contact.changed"); },
      [](const PushNameChanged&) { return webhook_event("contact.pushname"); },
      [](const HistoryProgress&) { return webhook_event("history.sync"); },
      [](const OfflinePreview&) { return webhook_event("offline.sync_preview"); },
      [](const OfflineCompleted&) { return webhook_event("offline.sync_completed"); },
      [](const IdentityChanged&) { return webhook_event("identity.change"); },
      [](const ContactPresence&) { return webhook_event("contact.presence"); },
      [](const ChatPresence&) { return webhook_event("chat.presence"); },
      [](const auto&) { return Name{}; },  // answers to commands, link states
  }, event);
}

std::string event_lane(const Event& event) {
  return std::visit(Overloaded{
      [](const CallEvent& e) { return caller_chat(e).text(); },
      [](const MessageReceived& e) { return e.chat.text(); },
      [](const MessageSent& e) { return e.chat.text(); },
      [](const MessageReceipt& e) { return e.chat.text(); },
      [](const MessageUndecryptable& e) { return e.chat.text(); },
      [](const ChatChanged& e) { return e.setting == ChatSetting::label_edit ? std::string() : e.chat.text(); },
      [](const ContactChanged& e) { return e.jid.text(); },
      [](const PushNameChanged& e) { return e.jid.text(); },
      [](const IdentityChanged& e) { return e.jid.text(); },
      [](const ContactPresence& e) { return e.jid.text(); },
      [](const ChatPresence& e) { return e.chat.text(); },
      [](const auto&) { return std::string(); },
  }, event);
}

Json event_data(const Event& event, const PayloadContext& context) {
  const WallTime now = context.now;
  return std::visit(Overloaded{
      [&](const LoggedIn& e) {
        return stamped(object({{"jid", context.own_pn}, {"lid", e.lid}, {"connected", true}}), now);
      },
      [&](const Disconnected& e) {
        return stamped(object({{"jid", context.own_pn}, {"reason", e.reason}, {"connected", false}}), now);
      },
      [&](const LoggedOut& e) { return stamped(object({{"reason", e.reason}, {"code", e.code}}), now); },
      [&](const QrGenerated& e) {
        return stamped(object({{"qr_code", e.text}, {"ttl", e.valid_ms / 1000}, {"expires_at", rfc3339(now + e.valid_ms)}}), now);
      },
      [&](const QrExhausted&) { return stamped(object({{"reason", "qr_codes_used_up"}}), now); },
      [&](const PairSucceeded& e) {
        return stamped(object({{"jid", e.jid.text()}, {"lid", e.lid.text()}, {"platform", e.platform},
                               {"business_name", e.business_name}}), now);
      },
      [&](const PairFailed& e) { return stamped(object({{"reason", e.reason}}), now); },
      [&](const PasskeyRequired&) { return stamped(object({{"reason", "passkey_required"}}), now); },
      [&](const StreamReplaced&) { return stamped(Json::object(), now); },
      [&](const TemporaryBan& e) { return stamped(object({{"code", e.code}, {"expires_in", e.expire_s}}), now); },
      [&](const ConnectFailure& e) {
        Json out = object({{"code", e.code}, {"reason", e.reason}});
        if (!e.version.empty()) put(out, {"app_version", e.version});
        return stamped(std::move(out), now);
      },
      [&](const KeepaliveTimeout&) { return stamped(Json::object(), now); },
      [&](const KeepaliveRestored&) { return stamped(Json::object(), now); },
      [&](const CallEvent& e) { return call_data(e); },
      [&](const MessageReceived& e) { return message_data(e, context); },
      [&](const ContactPresence& e) {
        Json out = object({{"jid", e.jid.text()}, {"state", e.available ? "available" : "unavailable"}});
        if (e.last_seen) put(out, {"last_seen", rfc3339(*e.last_seen)});
        return stamped(std::move(out), now);
      },
      [&](const ChatPresence& e) {
        return stamped(object({{"chat_jid", e.chat.text()}, {"from", e.sender.text()}, {"state", e.state},
                               {"media", e.media}}), now);
      },
      [&](const MessageSent& e) {
        return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", context.own_pn}, {"to", e.chat.text()},
                       {"is_from_me", true}, {"from_other_device", e.from_other_device}, {"timestamp", rfc3339(e.time)}});
      },
      [&](const MessageReceipt& e) { return receipt_data(e); },
      [&](const MessageUndecryptable& e) {
        return object({{"message_id", e.id}, {"chat_jid", e.chat.text()}, {"from", e.sender.text()}, {"reason", e.reason},
                       {"timestamp", rfc3339(e.time)}});
      },
      [&](const ChatChanged& e) { return setting_data(e); },
      [&](const CollectionSynced& e) {
        return stamped(object({{"collection", e.name}, {"version", e.version}, {"full", e.full}}), now);
      },
      [&](const SettingChanged& e) { return stamped(object({{"setting", e.name}, {"value", e.value}}), now); },
      [&](const ContactChanged& e) {
        return stamped(object({{"jid", e.jid.text()}, {"full_name", e.full_name}, {"first_name", e.first_name}}), now);
      },
      [&](const PushNameChanged& e) { return stamped(object({{"jid", e.jid.text()}, {"push_name", e.name}}), now); },
      [&](const HistoryProgress& e) {
        return stamped(object({{"sync_type", e.sync_type}, {"progress", e.progress}, {"chunk", e.chunk},
                               {"conversations", e.conversations}}), now);
      },
      [&](const OfflinePreview& e) {
        return stamped(object({{"total", e.total}, {"messages", e.messages}, {"receipts", e.receipts},
                               {"notifications", e.notifications}, {"calls", e.calls}}), now);
      },
      [&](const OfflineCompleted& e) { return stamped(object({{"count", e.count}}), now); },
      [&](const IdentityChanged& e) { return stamped(object({{"jid", e.jid.text()}}), now); },
      [](const auto&) { return Json::object(); },
  }, event);
}

Json auto_reply_data(const AutoReplyOutcome& e, WallTime now) {
  Json out = object({{"call_id", e.call_id}, {"to", e.to}, {"chat_jid", e.chat}});
  if (!e.message_id.empty()) put(out, {"message_id", e.message_id});
  put(out, {"outcome", e.outcome});
  if (e.code != 0) put(out, {"code", e.code});
  return stamped(std::move(out), now);
}

}  // namespace wa::gateway
