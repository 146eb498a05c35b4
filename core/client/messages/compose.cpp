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

// Whose the quoted message is.
Jid author_of(const SendText::Quote& quoted, const Jid& to, const Account& account) {
  return quoted.from_me ? account.own_jid_for(to) : quoted.participant.value_or(to);
}

void write_into(OutboxRow& row, const MessageBody& body, const Jid& chat, Turn& turn) {
  WrittenBody written = write_body(body, chat, turn.service_time(), turn.random);
  row.content = std::move(written.content);
  row.kind = written.kind;
}

}  // namespace

Result<void> compose(const SendText& command, const Account& account, Turn& turn, OutboxRow& row) {
  if (!account.paired) return {Errc::not_ready, "not paired"};
  if (command.text.empty() || utf8_length(command.text) > limits::kTextCharsMax)
    return {Errc::invalid_argument, "text"};
  const bool group = command.to.server == Server::group;
  if (!Delivery::carries(command.to)) return {Errc::invalid_argument, "recipient"};
  if (!group && (command.mention_all || !command.mentioned.empty())) return {Errc::invalid_argument, "mentions"};
  row.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  row.to = command.to.user_jid();
  Text body{command.text, command.quoted, command.mentioned};
  if (body.quoted) body.quoted->participant = author_of(*body.quoted, row.to, account);
  write_into(row, body, row.to, turn);
  if (row.content.size() > limits::kMessageBytesMax)
    return {Errc::invalid_argument, "the message is too large: say less, or name fewer people"};
  row.mention_all = command.mention_all;
  if (command.not_before) row.not_before_ms = command.not_before->ms;
  if (command.not_after) row.not_after_ms = command.not_after->ms;
  return {};
}

Result<void> compose(const SendMessage& command, const Account& account, Turn& turn, OutboxRow& row) {
  if (const Text* text = std::get_if<Text>(&command.body)) {
    SendText send{command.command, {}, command.to, text->text, {}, {}, text->quoted, text->mentioned};
    return compose(send, account, turn, row);
  }
  if (!account.paired) return {Errc::not_ready, "not paired"};
  const bool group = command.to.server == Server::group;
  // The timer of a group is a setting of the group, no message.
  const bool no_message = group && std::holds_alternative<DisappearAfter>(command.body);
  if (!Delivery::carries(command.to) || command.to.user.empty() || no_message)
    return {Errc::invalid_argument, "recipient"};
  const Jid chat = destination_of(turn.txn, account, command.to.user_jid());
  write_into(row, command.body, chat, turn);
  if (row.content.empty()) return {Errc::invalid_argument, "messages of this kind are only read"};
  if (row.content.size() > limits::kMessageBytesMax) return {Errc::invalid_argument, "the message is too large"};
  row.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  row.to = command.to.user_jid();
  return {};
}

}  // namespace wa::client
