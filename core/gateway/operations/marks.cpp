// tested by unit/gateway/operations/app_state_test.cpp
#include "gateway/operations/marks.h"

namespace wa::gateway {
namespace {

client::SetChat mark_of(client::ChatSetting setting, const wire::Jid& chat, bool value) {
  client::SetChat command;
  command.setting = setting;
  command.chat = chat;
  command.value = value;
  return command;
}

client::SetChat message_mark(client::ChatSetting setting, const wire::Jid& chat, const client::MessageRef& message,
                             bool value) {
  client::SetChat command = mark_of(setting, chat, value);
  command.detail.message_id = message.id;
  command.detail.from_me = message.from_me;
  if (message.participant) command.detail.participant = message.participant->text();
  return command;
}

}  // namespace

client::SetChat command_for(const StarMessage& wish) {
  return message_mark(client::ChatSetting::star, wish.chat, wish.message, wish.starred);
}

client::SetChat command_for(const EditLabel& wish) {
  client::SetChat command = mark_of(client::ChatSetting::label_edit, {}, !wish.deleted);
  command.detail.label = wish.label;
  command.detail.label_name = wish.name;
  command.detail.label_color = wish.color;
  return command;
}

client::SetChat command_for(const LabelChat& wish) {
  client::SetChat command = mark_of(client::ChatSetting::label_chat, wish.chat, wish.labeled);
  command.detail.label = wish.label;
  return command;
}

client::SetChat command_for(const LabelMessage& wish) {
  client::SetChat command = message_mark(client::ChatSetting::label_message, wish.chat, wish.message, wish.labeled);
  command.detail.label = wish.label;
  return command;
}

bool lacks_author(const wire::Jid& chat, const client::MessageRef& message) {
  return chat.server == wire::Server::group && !message.from_me && !message.participant;
}

}  // namespace wa::gateway
