// The settings of chats, messages and labels: a line each, and what an action says that is only told.
// Guarantees: every setting has a line, at the place of its number; an action that is neither applied
// (client/app_state/apply_actions.cpp) nor has a `said` does not compile.
// Does not say as what a setting is told: the table of gateway/webhooks/published/chats.cpp does.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "appstate/action.h"

namespace wa::appstate {

enum class ChatSetting : std::uint8_t {  // stored: append only
  archive, pin, mute, mark_read, star, delete_chat, clear_chat, delete_message, label_edit, label_chat, label_message,
  lock, status_privacy, status_mute,
};

// What some settings name beside the chat.
struct SettingDetail {
  std::string message_id;       // star, delete_message, label_message: with the two below the key of the message
  bool from_me = false;
  std::string participant;      // JID text: the author, of a message of another in a group
  std::string label;            // label_*: its id
  std::string label_name;       // label_edit
  std::int32_t label_color = 0;
  bool delete_starred = false;  // clear_chat
  bool delete_media = false;    // clear_chat, delete_chat
  StatusAudience audience = StatusAudience::contacts;   // status_privacy, and whom the list names
  std::vector<std::string> people = {};
};

struct SettingRow {
  ChatSetting setting;
  Collection collection;
  bool kept = false;     // its state, in the row of the chat
  bool wanted = false;   // SetChat may ask for it
  bool of_message = false, of_label = false;  // and needs its id
};

inline constexpr SettingRow kSettings[] = {
    {.setting = ChatSetting::archive, .collection = Collection::regular_low, .kept = true, .wanted = true},
    {.setting = ChatSetting::pin, .collection = Collection::regular_low, .kept = true, .wanted = true},
    {.setting = ChatSetting::mute, .collection = Collection::regular_high, .kept = true, .wanted = true},
    {.setting = ChatSetting::mark_read, .collection = Collection::regular_low, .kept = true, .wanted = true},
    {.setting = ChatSetting::star, .collection = Collection::regular_high, .wanted = true, .of_message = true},
    {.setting = ChatSetting::delete_chat, .collection = Collection::regular_high, .wanted = true},
    {.setting = ChatSetting::clear_chat, .collection = Collection::regular_high, .wanted = true},
    {.setting = ChatSetting::delete_message, .collection = Collection::regular_high, .of_message = true},
    {.setting = ChatSetting::label_edit, .collection = Collection::regular, .wanted = true, .of_label = true},
    {.setting = ChatSetting::label_chat, .collection = Collection::regular, .wanted = true, .of_label = true},
    {.setting = ChatSetting::label_message, .collection = Collection::regular,
     .wanted = true, .of_message = true, .of_label = true},
    {.setting = ChatSetting::lock, .collection = Collection::regular_low},
    {.setting = ChatSetting::status_privacy, .collection = Collection::regular_high, .wanted = true},
    {.setting = ChatSetting::status_mute, .collection = Collection::regular_high},
};

constexpr const SettingRow& setting_row(ChatSetting setting) { return kSettings[static_cast<std::size_t>(setting)]; }

constexpr bool each_setting_is_at_its_place() {
  for (std::size_t at = 0; at < std::size(kSettings); ++at) {
    if (static_cast<std::size_t>(kSettings[at].setting) != at) return false;
  }
  return true;
}
static_assert(each_setting_is_at_its_place());

// --- what an action says of a chat or message where nothing is kept: told as it comes
struct Said {
  ChatSetting setting;
  std::string_view chat;
  bool value = true;
  bool until_removed = false;  // a REMOVE says that it is over; of the others it says nothing
  SettingDetail detail = {};
};

inline SettingDetail detail_of(const MessageKey& key) {
  SettingDetail detail;
  detail.message_id = key.id;
  detail.from_me = key.from_me;
  detail.participant = key.participant;
  return detail;
}
inline SettingDetail labeled(SettingDetail detail, const std::string& label) {
  detail.label = label;
  return detail;
}

inline Said said(const Star& a) {
  return {ChatSetting::star, a.key.chat, a.starred, false, detail_of(a.key)};
}
inline Said said(const DeleteMessageForMe& a) {
  return {ChatSetting::delete_message, a.key.chat, true, false, detail_of(a.key)};
}
inline Said said(const ClearChat& a) { return {ChatSetting::clear_chat, a.chat}; }
inline Said said(const DeleteChat& a) { return {ChatSetting::delete_chat, a.chat}; }
inline Said said(const LabelChat& a) {
  return {ChatSetting::label_chat, a.chat, a.labeled, true, labeled({}, a.label)};
}
inline Said said(const LabelMessage& a) {
  return {ChatSetting::label_message, a.key.chat, a.labeled, true, labeled(detail_of(a.key), a.label)};
}
inline Said said(const Lock& a) { return {ChatSetting::lock, a.chat, a.locked, true}; }
inline Said said(const StatusMute& a) { return {ChatSetting::status_mute, a.author, a.muted, true}; }
// Nothing is told.
inline std::nullopt_t said(const UnknownAction&) { return std::nullopt; }

}  // namespace wa::appstate
