// Taking messages into the queue: their rows, room and order.
#include "client/messages/outbox.h"

#include <algorithm>

#include "base/limits.h"
#include "client/messages/compose.h"
#include "client/messages/padding.h"

namespace wa::client {
namespace {

using store::Table;

std::optional<MonoTime> start_of(const OutboxRow& row, const Now& now) {
  if (row.not_before_ms <= now.wall.ms) return std::nullopt;
  return now.mono + (row.not_before_ms - now.wall.ms);
}

std::optional<MonoTime> end_of(const OutboxRow& row, const Now& now) {
  if (row.not_after_ms == 0) return std::nullopt;
  return now.mono + std::max<std::int64_t>(0, row.not_after_ms - now.wall.ms);
}

}  // namespace

Result<void> Outbox::execute(const SendText& command, Out& out, Turn& turn) {
  return take(compose(command, out.account(), turn), command.command, out, turn);
}

Result<void> Outbox::execute(const SendMessage& command, Out& out, Turn& turn) {
  return take(compose(command, out.account(), turn), command.command, out, turn);
}

Result<void> Outbox::take(const Result<OutboxRow>& row, CommandId command, Out& out, Turn& turn) {
  if (!row) return row.error();
  load(turn);
  Item item = item_of(*row, turn.now);
  item.command = command;
  if (has_room(item)) {
    enqueue(std::move(item), *row, out, turn);
  } else {
    turn.event(MessageFailed{command, row->id, row->to, SendFailure::queue_full, 0});
  }
  return {};
}

// --- to the own phone

void Outbox::on(const KeysMissing& notice, Out& out, Turn& turn) {
  OutboxRow row;
  row.id = make_message_id(turn.now.wall, out.account().pn, turn.random);
  row.high_priority = true;
  take_peer(std::move(row), build_key_request(notice.key_ids), out, turn);
}

void Outbox::on(const MissingNotice& missing, Out& out, Turn& turn) {
  OutboxRow row;
  row.id = missing.request_id;
  row.high_priority = true;
  row.not_before_ms = (turn.now.wall + limits::kAskPhoneAfterMs).ms;
  take_peer(std::move(row), missing.request, out, turn);
}

void Outbox::take_peer(OutboxRow row, ByteView message, Out& out, Turn& turn) {
  if (!out.account().paired) return;
  load(turn);
  row.to = out.account().pn.user_jid();
  row.content = to_bytes(message);
  row.peer = true;
  Item item = item_of(row, turn.now);
  if (!has_room(item)) return turn.log(LogLevel::warning, "too many messages to the own phone wait");
  enqueue(std::move(item), row, out, turn);
}

void Outbox::withdraw(const std::string& id, Turn& turn) {
  load(turn);
  const auto it = find(id);
  if (it != items_.end() && it->second.delivery.stage() != Stage::sent) drop(it, turn);
}

// --- rows

void Outbox::enqueue(Item item, const OutboxRow& row, Out& out, Turn& turn) {
  const std::uint64_t key = item.what.key = next_key(turn.now.wall);
  store_outbox_row(turn.txn, key, row);
  items_.emplace(key, std::move(item));
  pump(out, turn);
}

Outbox::Item Outbox::item_of(const OutboxRow& row, const Now& now) {
  Item item(row);
  item.until = start_of(row, now);
  item.expires = end_of(row, now);
  return item;
}

// Keys grow with time, so that rows keep the order in which messages were taken.
std::uint64_t Outbox::next_key(WallTime now) {
  last_key_ = std::max(last_key_ + 1, static_cast<std::uint64_t>(now.ms) << 10);
  return last_key_;
}

// What goes to the own phone has room of its own: it is what heals everything else.
bool Outbox::has_room(const Item& item) const {
  std::size_t count = 0, bytes = item.bytes;
  for (const auto& [key, other] : items_) {
    if (other.peer != item.peer) continue;
    ++count;
    bytes += other.bytes;
  }
  return item.peer ? count < limits::kPeerMessagesMax && bytes <= limits::kPeerBytesMax
                   : count < limits::kOutboxMax && bytes <= bytes_max_;
}

void Outbox::load(Turn& turn) {
  if (loaded_) return;
  loaded_ = true;
  for (const store::Row& stored : turn.txn.scan(Table::outbox, {}, limits::kOutboxMax + limits::kPeerMessagesMax)) {
    const auto row = decode_outbox_row(stored.value);
    if (!row || stored.id.size() != 8) {
      turn.txn.erase(Table::outbox, stored.id);
      continue;
    }
    Item item = item_of(*row, turn.now);
    item.what.key = last_key_ = store::from_ordered(stored.id);
    items_.emplace(last_key_, std::move(item));
  }
}

Outbox::Items::iterator Outbox::find(const std::string& id) {
  return std::find_if(items_.begin(), items_.end(), [&](const auto& entry) { return entry.second.what.id == id; });
}

}  // namespace wa::client
