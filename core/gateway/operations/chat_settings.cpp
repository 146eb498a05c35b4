// tested by unit/gateway/operations/app_state_test.cpp
#include "gateway/operations/chat_settings.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kYear2009Ms = 1'230'768'000'000;
constexpr std::int64_t kDayMs = 86'400'000;

client::SetChat setting_of(client::ChatSetting setting, const wire::Jid& chat, bool value) {
  client::SetChat command;
  command.setting = setting;
  command.chat = chat;
  command.value = value;
  return command;
}

}  // namespace

client::SetChat command_for(const ArchiveChat& wish) {
  client::SetChat command = setting_of(client::ChatSetting::archive, wish.chat, wish.archived);
  command.last_message_hint = wish.last_message;
  return command;
}

client::SetChat command_for(const MuteChat& wish) {
  client::SetChat command = setting_of(client::ChatSetting::mute, wish.chat, wish.muted);
  if (wish.until) command.mute_until_ms = wish.until->ms;
  return command;
}

client::SetChat command_for(const PinChat& wish) {
  return setting_of(client::ChatSetting::pin, wish.chat, wish.pinned);
}

client::SetChat command_for(const MarkChatRead& wish) {
  return setting_of(client::ChatSetting::mark_read, wish.chat, wish.read);
}

client::SetChat command_for(const ClearChat& wish) {
  client::SetChat command = setting_of(client::ChatSetting::clear_chat, wish.chat, true);
  command.detail.delete_starred = wish.starred_too;
  command.detail.delete_media = wish.media_too;
  command.last_message_hint = wish.last_message;
  return command;
}

client::SetChat command_for(const DeleteChat& wish) {
  client::SetChat command = setting_of(client::ChatSetting::delete_chat, wish.chat, true);
  command.detail.delete_media = wish.media_too;
  command.last_message_hint = wish.last_message;
  return command;
}

SettingResult result_of(const client::ChatSettingDone& done) {
  switch (done.outcome) {
    case client::SettingOutcome::applied: return SettingResult::applied;
    case client::SettingOutcome::unchanged: return SettingResult::unchanged;
    case client::SettingOutcome::conflict: return SettingResult::conflict;
    case client::SettingOutcome::refused: return SettingResult::refused;
    case client::SettingOutcome::blocked:
      return done.degraded ? SettingResult::waits_for_snapshot : SettingResult::waits_for_key;
    case client::SettingOutcome::timeout: break;
  }
  return SettingResult::timeout;
}

bool is_message_time(WallTime time, WallTime now) { return time.ms >= kYear2009Ms && time.ms <= now.ms + kDayMs; }

Muted muted_now(const client::ChatSummary& chat, WallTime now) {
  if (chat.muted_until_ms == -1) return Muted::for_ever;
  return chat.muted_until_ms > now.ms ? Muted::until : Muted::no;
}

}  // namespace wa::gateway
