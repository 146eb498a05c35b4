// tested by unit/client/messages/outbox_test.cpp
#include "client/messages/compose.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "client/messages/deliveries.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/padding.h"
#include "client/rows/addressing.h"

namespace wa::client {
namespace {

using wire::Jid;
using wire::Server;

// Whose the quoted message is, by the ids of the chat.
std::optional<Jid> author_of(const QuotedMessage& quoted, const Jid& chat, const Account& account) {
  if (quoted.from_me) return account.own_jid_for(chat).user_jid();
  const bool here = chat.server != Server::group && !quoted.chat;
  return here ? chat : quoted.participant.value_or(quoted.chat.value_or(chat));
}

// What a status may be; nothing else may be sent there, nor that anywhere else.
bool is_of_status(const MessageBody& body, const Jid& to) {
  if (std::holds_alternative<StatusText>(body)) return true;
  if (!is_status(to)) return false;
  const FileBody* file = std::get_if<FileBody>(&body);
  const bool shown = file && (file->kind == MediaKind::image || file->kind == MediaKind::video ||
                              file->kind == MediaKind::gif || file->kind == MediaKind::voice);
  return shown || std::holds_alternative<Revoke>(body);
}

Result<void> check(const SendMessage& command, const Account& account) {
  if (!account.paired) return {Errc::not_ready, "not paired"};
  const Text* text = std::get_if<Text>(&command.body);
  if (text && (text->text.empty() || utf8_length(text->text) > limits::kTextCharsMax))
    return {Errc::invalid_argument, "text"};
  const bool group = command.to.server == Server::group;
  // The timer of a group is a setting of the group, no message.
  const bool no_message = group && std::holds_alternative<DisappearAfter>(command.body);
  if (!Delivery::carries(command.to) || command.to.user.empty() || no_message)
    return {Errc::invalid_argument, "recipient"};
  if (is_status(command.to) != is_of_status(command.body, command.to)) return {Errc::invalid_argument, "body"};
  const MessageContext& context = command.context;
  if (!group && (context.mention_all || !context.mentioned.empty())) return {Errc::invalid_argument, "mentions"};
  return {};
}

}  // namespace

Result<void> compose(const SendMessage& command, const Account& account, Turn& turn, OutboxRow& row) {
  WA_TRY(check(command, account));
  const Jid chat = destination_of(turn.txn, account, command.to.user_jid());
  MessageContext context = command.context;
  if (context.quoted) context.quoted->participant = author_of(*context.quoted, chat, account);
  WrittenBody written = write_body(command.body, chat, turn.service_time(), turn.random, context);
  if (written.content.empty()) return {Errc::invalid_argument, "messages of this kind are only read"};
  if (written.content.size() > limits::kMessageBytesMax)
    return {Errc::invalid_argument, "the message is too large: say less, or name fewer people"};
  row.content = std::move(written.content);
  row.kind = written.kind;
  row.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  row.to = command.to.user_jid();
  row.mention_all = context.mention_all;
  if (context.not_before) row.not_before_ms = context.not_before->ms;
  if (context.not_after) row.not_after_ms = context.not_after->ms;
  return {};
}

Result<void> compose(const SendText& from, const Account& account, Turn& turn, OutboxRow& row) {
  MessageContext context;
  context.quoted = from.quoted;
  context.mentioned = from.mentioned;
  context.mention_all = from.mention_all;
  context.not_before = from.not_before;
  context.not_after = from.not_after;
  return compose(SendMessage{from.command, from.to, Text{from.text}, from.id, std::move(context)}, account, turn, row);
}

}  // namespace wa::client
