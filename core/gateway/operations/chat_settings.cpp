// tested by unit/gateway/api/chats_test.cpp
#include "gateway/operations/chat_settings.h"

namespace wa::gateway {
namespace {

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

}  // namespace wa::gateway
