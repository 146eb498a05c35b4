// Taking messages into the queue: their rows, room and order.
#include "client/messages/outbox.h"

#include <algorithm>

#include "base/limits.h"
#include "client/messages/compose.h"
#include "client/messages/padding.h"
#include "client/rows/addressing.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::int64_t kHistoryAskedForMs = 600'000;   // somebody waits for it now

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
  OutboxRow row;
  WA_TRY(compose(command, out.account(), turn, row));
  take(row, command.command, out, turn);
  return {};
}

Result<void> Outbox::execute(const SendMessage& command, Out& out, Turn& turn) {
  OutboxRow row;
  WA_TRY(compose(command, out.account(), turn, row));
  take(row, command.command, out, turn);
  return {};
}

Result<void> Outbox::execute(const RequestHistory& command, Out& out, Turn& turn) {
  const Account& account = out.account();
  if (!account.paired) return {Errc::not_ready, "not paired"};
  load(turn);
  OutboxRow row;
  row.id = command.id.empty() ? make_message_id(turn.now.wall, account.pn, turn.random) : command.id;
  row.to = account.pn.user_jid();
  row.content = build_history_request({destination_of(turn.txn, account, command.chat.user_jid()), command.before.id,
                                       command.before.from_me, command.count, command.before_time});
  row.peer = row.high_priority = true;
  row.not_after_ms = (turn.now.wall + kHistoryAskedForMs).ms;
  if (!has_room(row)) return {Errc::full, "too many messages to the own phone wait"};
  enqueue(row, command.command, out, turn);
  return {};
}

void Outbox::take(const OutboxRow& row, CommandId command, Out& out, Turn& turn) {
  load(turn);
  if (has_room(row)) return enqueue(row, command, out, turn);
  turn.event(MessageFailed{command, row.id, row.to, SendFailure::queue_full, 0});
}

void Outbox::on(const FileHosted& hosted, Out& out, Turn& turn) {
  const SendMessage& message = hosted.message;
  if (!execute(message, out, turn).ok())
    turn.event(MessageFailed{message.command, message.id, message.to, SendFailure::refused, 0});
}

// --- to the own phone

void Outbox::on(const KeysMissing& notice, Out& out, Turn& turn) {
  const Bytes request = build_key_request(notice.key_ids);
  take_peer(request, 0, out, turn);
  take_peer(request, kCompanions, out, turn);
}

void Outbox::on(const KeyAnswer& answer, Out& out, Turn& turn) {
  take_peer(build_key_share(answer.keys), answer.device.device, out, turn);
}

void Outbox::on(const PeerFanout& fanout, Out& out, Turn& turn) {
  for (const wire::Jid& device : fanout.companions) take_peer(fanout.request, device.device, out, turn);
}

void Outbox::on(const MissingNotice& missing, Out& out, Turn& turn) {
  const WallTime not_before = turn.now.wall + limits::kAskPhoneAfterMs;
  take_peer(missing.request_id, missing.request, not_before.ms, 0, out, turn);
}

void Outbox::take_peer(ByteView message, std::uint16_t device, Out& out, Turn& turn) {
  take_peer(make_message_id(turn.now.wall, out.account().pn, turn.random), message, 0, device, out, turn);
}

void Outbox::take_peer(const std::string& id, ByteView message, std::int64_t not_before_ms, std::uint16_t device,
                       Out& out, Turn& turn) {
  if (!out.account().paired) return;
  load(turn);
  OutboxRow row;
  row.id = id;
  row.to = out.account().pn.user_jid();
  row.to.device = device;
  row.content = to_bytes(message);
  row.not_before_ms = not_before_ms;
  row.peer = row.high_priority = true;
  if (!has_room(row)) {
    turn.log(LogLevel::warning, "too many messages to the own phone wait");
    if (device == 0) turn.notify(PeerLost{row.content, keys_asked_for(row.content)});
    return;
  }
  enqueue(row, 0, out, turn);
}

void Outbox::withdraw(const std::string& id, Turn& turn) {
  load(turn);
  const auto it = find(id);
  if (it != items_.end() && !is_sent(it->second.delivery.stage())) drop(it, turn);
}

// --- rows

void Outbox::enqueue(const OutboxRow& row, CommandId command, Out& out, Turn& turn) {
  const std::uint64_t key = next_key(turn.now.wall);
  store_outbox_row(turn.txn, key, row);
  add(key, row, command, turn.now);
  pump(out, turn);
}

void Outbox::add(std::uint64_t key, const OutboxRow& row, CommandId command, const Now& now) {
  items_.try_emplace(key, key, row, command, now);
}

Outbox::Item::Item(std::uint64_t key, const OutboxRow& row, CommandId of, const Now& now)
    : what{row.id, row.to, key}, delivery(row.to, row.peer), peer(row.peer), bytes(row.content.size()), command(of),
      until(start_of(row, now)), expires(end_of(row, now)) {}

// Keys grow with time, so that rows keep the order in which messages were taken.
std::uint64_t Outbox::next_key(WallTime now) {
  last_key_ = std::max(last_key_ + 1, static_cast<std::uint64_t>(now.ms) << 10);
  return last_key_;
}

// What goes to the own phone has room of its own: it is what heals everything else.
bool Outbox::has_room(const OutboxRow& row) const {
  std::size_t count = 0, bytes = row.content.size();
  for (const auto& [key, other] : items_) {
    if (other.peer != row.peer || other.told) continue;
    ++count;
    bytes += other.bytes;
  }
  return row.peer ? count < limits::kPeerMessagesMax && bytes <= limits::kPeerBytesMax
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
    last_key_ = store::from_ordered(stored.id);
    add(last_key_, *row, 0, turn.now);
  }
}

Outbox::Items::iterator Outbox::find(const std::string& id) {
  return std::find_if(items_.begin(), items_.end(), [&](const auto& entry) { return entry.second.what.id == id; });
}

}  // namespace wa::client
