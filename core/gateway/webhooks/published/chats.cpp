// Chats, labels and app state: chat.*, label.*, message.delete_for_me, settings.*, app_state.*, history.*.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

MaybeEventName setting_name(const ChatChanged& e) {
  switch (e.setting) {
    case ChatSetting::archive: return event_named("chat.archive");
    case ChatSetting::pin: return event_named("chat.pin");
    case ChatSetting::mute: return event_named("chat.mute");
    case ChatSetting::mark_read: return event_named("chat.mark_as_read");
    case ChatSetting::delete_chat: return event_named("chat.delete");
    case ChatSetting::clear_chat: return event_named("chat.clear");
    case ChatSetting::delete_message: return event_named("message.delete_for_me");
    case ChatSetting::label_edit: return event_named("label.edit");
    case ChatSetting::label_chat: return event_named("label.association_chat");
    case ChatSetting::label_message: return event_named("label.association_message");
    case ChatSetting::star: break;  // the published list has no name for it
  }
  return std::nullopt;
}

std::string setting_lane(const ChatChanged& e) {
  return e.setting == ChatSetting::label_edit ? std::string() : e.chat.text();
}

Json setting_data(const ChatChanged& e, const PayloadContext&) {
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

MaybeEventName account_setting_name(const SettingChanged& e) {
  if (std::string_view(e.name) == "unarchive_chats") return event_named("settings.unarchive_chats");
  return std::nullopt;
}

Json account_setting_data(const SettingChanged& e, const PayloadContext& context) {
  return stamped(object({{"setting", e.name}, {"value", e.value}}), context.now);
}

Json collection_data(const CollectionSynced& e, const PayloadContext& context) {
  return stamped(object({{"collection", e.name}, {"version", e.version}, {"full", e.full}}), context.now);
}

Json history_data(const HistoryProgress& e, const PayloadContext& context) {
  return stamped(object({{"sync_type", e.sync_type}, {"progress", e.progress}, {"chunk", e.chunk},
                         {"conversations", e.conversations}}), context.now);
}

}  // namespace

template <> Published<ChatChanged> published() { return {setting_name, setting_lane, setting_data}; }
template <> Published<SettingChanged> published() { return {account_setting_name, kDeviceLane, account_setting_data}; }
template <> Published<CollectionSynced> published() {
  return {event_named("app_state.sync_complete"), kDeviceLane, collection_data};
}
template <> Published<HistoryProgress> published() { return {event_named("history.sync"), kDeviceLane, history_data}; }

}  // namespace wa::gateway
