// Taking messages that are no plain texts; the way on is the one of texts.
#include "base/limits.h"
#include "client/messages/direct_delivery.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/outbox.h"
#include "client/messages/padding.h"

namespace wa::client {

Result<void> Outbox::execute(const SendMessage& command, Out& out, Turn& turn) {
  const Account& account = out.account();
  if (!account.paired) return {Errc::not_ready, "not paired"};
  const bool group = command.to.server == wire::Server::group && !command.to.user.empty();
  // The timer of a group is a setting of the group, no message.
  if (!command.to.is_user() && (!group || std::holds_alternative<DisappearAfter>(command.body)))
    return {Errc::invalid_argument, "recipient"};
  load(turn);
  const wire::Jid chat = destination_of(turn.txn, account, command.to.user_jid());
  OutboxRow row;
  row.content = build_body_content(command.body, chat, turn.now.wall, turn.random);
  if (row.content.size() > limits::kMessageBytesMax) return {Errc::invalid_argument, "the message is too large"};
  Item item;
  item.id = make_message_id(turn.now.wall, account.pn, turn.random);
  item.to = command.to.user_jid();
  item.command = command.command;
  item.group = group;
  item.bytes = row.content.size();
  if (!take_room(item, turn)) return {};
  row.id = item.id;
  row.to = item.to;
  enqueue(std::move(item), row, out, turn);
  return {};
}

}  // namespace wa::client
