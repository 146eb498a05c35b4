// Chats, labels and app state: chat.*, label.*, message.delete_for_me, settings.*, app_state.*, history.*.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

// As what a setting is told, and what its value is called where that says it all.
struct SettingTold {
  ChatSetting setting;
  MaybeEventName name;
  const char* value = nullptr;
};
constexpr SettingTold kSettingsTold[] = {
    {ChatSetting::archive, event_named("chat.archive"), "archived"},
    {ChatSetting::pin, event_named("chat.pin"), "pinned"},
    {ChatSetting::mute, event_named("chat.mute"), "muted"},
    {ChatSetting::mark_read, event_named("chat.mark_as_read"), "read"},
    {ChatSetting::delete_chat, event_named("chat.delete")},
    {ChatSetting::clear_chat, event_named("chat.clear")},
    {ChatSetting::delete_message, event_named("message.delete_for_me")},
    {ChatSetting::label_edit, event_named("label.edit")},
    {ChatSetting::label_chat, event_named("label.association_chat"), "labeled"},
    {ChatSetting::label_message, event_named("label.association_message"), "labeled"},
    {ChatSetting::lock, event_named("chat.lock"), "locked"},
    {ChatSetting::status_mute, event_named("settings.user_status_mute"), "muted"},
    {ChatSetting::status_privacy, std::nullopt},  // shown by GET /status/privacy
    {ChatSetting::star, std::nullopt},  // the published list has no name for it
};

constexpr const SettingTold* told_of(ChatSetting setting) {
  for (const SettingTold& told : kSettingsTold) {
    if (told.setting == setting) return &told;
  }
  return nullptr;
}

constexpr bool each_setting_is_told_or_not() {
  for (const appstate::SettingRow& row : appstate::kSettings) {
    if (!told_of(row.setting)) return false;
  }
  return true;
}
static_assert(each_setting_is_told_or_not(), "a setting has no line in kSettingsTold");

MaybeEventName setting_name(const ChatChanged& e) { return told_of(e.setting)->name; }

std::string setting_lane(const ChatChanged& e) {
  return e.setting == ChatSetting::label_edit ? std::string() : e.chat.text();
}

Json setting_data(const ChatChanged& e, const PayloadContext&) {
  const SettingDetail& detail = e.detail;
  Json out = Json::object();
  if (e.setting != ChatSetting::label_edit) put(out, {"chat_jid", e.chat.text()});
  if (!detail.message_id.empty()) put(out, {"message_id", detail.message_id});
  if (!detail.label.empty()) put(out, {"label_id", detail.label});
  if (e.setting == ChatSetting::label_edit) {
    put(out, {"name", detail.label_name});
    put(out, {"color", detail.label_color});
    put(out, {"deleted", !e.value});
  }
  if (const char* value = told_of(e.setting)->value) put(out, {value, e.value});
  if (e.setting == ChatSetting::mute && e.value && e.muted_until_ms > 0) {
    put(out, {"muted_until", rfc3339({e.muted_until_ms})});
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
  Json out = stamped(object({{"sync_type", e.sync_type}, {"progress", e.progress}, {"chunk", e.chunk},
                             {"conversations", e.conversations}}), context.now);
  if (!e.request_id.empty()) put(out, {"request_id", e.request_id});
  return out;
}

}  // namespace

template <> Published<ChatChanged> published() { return {setting_name, setting_lane, setting_data}; }
template <> Published<SettingChanged> published() { return {account_setting_name, kDeviceLane, account_setting_data}; }
template <> Published<CollectionSynced> published() {
  return {event_named("app_state.sync_complete"), kDeviceLane, collection_data};
}
template <> Published<HistoryProgress> published() { return {event_named("history.sync"), kDeviceLane, history_data}; }

}  // namespace wa::gateway
