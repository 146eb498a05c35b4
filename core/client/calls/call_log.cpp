// tested by unit/client/calls/calls_test.cpp
#include "client/calls/call_log.h"

#include <algorithm>

#include "base/limits.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kCallLogRowVersion = 1;  // of the queue
constexpr std::uint8_t kCallRecordVersion = 2;  // 1: without what was heard
constexpr std::size_t kListLooksMax = 2048;
constexpr std::size_t kErasedPerCall = 4;  // more than one, so that old calls go faster than new ones come

std::string record_key(const std::string& call_id) { return "c" + call_id; }
std::string slot_key(std::uint64_t sequence) { return "s" + store::ordered(sequence); }

std::string text_or_empty(const std::optional<wire::Jid>& jid) { return jid ? jid->text() : std::string(); }

Bytes encode(const CallRecord& record) {
  RowWriter row(kCallRecordVersion);
  row.u8(static_cast<std::uint8_t>(record.state)).flag(record.over).u8(static_cast<std::uint8_t>(record.own_reject));
  row.text(record.from.text()).text(record.creator.text());
  row.text(text_or_empty(record.pn)).text(text_or_empty(record.lid)).text(text_or_empty(record.group));
  row.flag(record.is_group).flag(record.is_video).flag(record.offline).flag(record.from_notice).i64(record.seen.ms);
  const std::size_t heard = std::min(record.heard.size(), kHeardMax);
  row.u8(static_cast<std::uint8_t>(heard));
  for (std::size_t i = record.heard.size() - heard; i < record.heard.size(); ++i) row.u32(record.heard[i]);
  return std::move(row).finish();
}

std::optional<CallRecord> decode(ByteView row) {
  RowReader in(row, kCallRecordVersion, 1);
  CallRecord record;
  const std::uint8_t state = in.u8();
  record.over = in.flag();
  const std::uint8_t own_reject = in.u8();
  const auto from = wire::parse_jid(in.text()), creator = wire::parse_jid(in.text());
  record.pn = wire::parse_jid(in.text());
  record.lid = wire::parse_jid(in.text());
  record.group = wire::parse_jid(in.text());
  record.is_group = in.flag();
  record.is_video = in.flag();
  record.offline = in.flag();
  record.from_notice = in.flag();
  record.seen.ms = in.i64();
  if (in.version() >= 2) {
    std::size_t left = std::min<std::size_t>(in.u8(), kHeardMax);
    for (; left > 0; --left) record.heard.push_back(in.u32());
  }
  const bool known = state >= 1 && state <= static_cast<std::uint8_t>(CallState::ended) &&
                     own_reject <= static_cast<std::uint8_t>(OwnReject::confirmed);
  if (!in.finish().ok() || !from || !creator || !known) return std::nullopt;
  record.state = static_cast<CallState>(state);
  record.own_reject = static_cast<OwnReject>(own_reject);
  record.from = *from;
  record.creator = *creator;
  return record;
}

struct Queue {
  std::uint64_t first = 0, next = 0;
};

Queue load_queue(const store::Txn& txn) {
  const auto row = txn.get(Table::calls, "q");
  if (!row) return {};
  RowReader in(*row, kCallLogRowVersion);
  Queue queue;
  queue.first = in.u64();
  queue.next = in.u64();
  return in.finish().ok() && queue.first <= queue.next ? queue : Queue{};
}

// The oldest calls go when there are too many or when they are too old.
void push_out(store::Txn& txn, Queue& queue, WallTime now) {
  for (std::size_t i = 0; i < kErasedPerCall && queue.first < queue.next; ++i, ++queue.first) {
    const auto slot = txn.get(Table::calls, slot_key(queue.first));
    if (!slot) continue;
    const std::string call_id = to_string(*slot);
    const bool full = queue.next - queue.first >= limits::kCallsKeptMax;
    if (!full && load_call(txn, call_id, now)) return;
    txn.erase(Table::calls, record_key(call_id));
    txn.erase(Table::calls, slot_key(queue.first));
  }
}

}  // namespace

bool CallRecord::rings(WallTime now) const {
  return state == CallState::ringing && !over && now - seen < limits::kRingMs;
}

std::optional<CallRecord> load_call(const store::Txn& txn, const std::string& call_id, WallTime now) {
  const auto row = txn.get(Table::calls, record_key(call_id));
  auto record = row ? decode(*row) : std::nullopt;
  if (record && now - record->seen > limits::kCallKeptMs) return std::nullopt;
  return record;
}

void store_call(store::Txn& txn, const std::string& call_id, const CallRecord& record) {
  if (!txn.has(Table::calls, record_key(call_id))) {
    Queue queue = load_queue(txn);
    push_out(txn, queue, record.seen);
    txn.put(Table::calls, slot_key(queue.next++), to_bytes(call_id));
    txn.put(Table::calls, "q", std::move(RowWriter(kCallLogRowVersion).u64(queue.first).u64(queue.next)).finish());
  }
  txn.put(Table::calls, record_key(call_id), encode(record));
}

LoggedCalls list_calls(const store::Txn& txn, std::uint64_t before, std::size_t limit, WallTime now) {
  LoggedCalls out;
  const Queue queue = load_queue(txn);
  const std::uint64_t oldest = std::max(queue.first, queue.next - std::min<std::uint64_t>(queue.next, limits::kCallsKeptMax));
  std::size_t looks = kListLooksMax;
  for (std::uint64_t at = std::min(before, queue.next); at > oldest; out.last = --at) {
    out.more = looks-- == 0;
    if (out.more) break;
    const auto slot = txn.get(Table::calls, slot_key(at - 1));
    if (!slot) continue;
    std::string call_id = to_string(*slot);
    auto record = load_call(txn, call_id, now);
    if (!record) continue;
    out.more = out.calls.size() == limit;
    if (out.more) break;
    out.calls.push_back({std::move(call_id), *std::move(record)});
  }
  return out;
}

}  // namespace wa::client
