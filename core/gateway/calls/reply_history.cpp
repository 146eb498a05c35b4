// tested by unit/gateway/calls/auto_answer_test.cpp
#include "gateway/calls/reply_history.h"

#include <algorithm>

#include "base/limits.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

using store::Table;
constexpr std::uint8_t kReplyHistoryRowVersion = 1;

std::optional<ReplyHistory> find(const std::string& jid, const store::Txn& txn) {
  const auto row = txn.get(Table::cooldowns, "c" + jid);
  if (!row) return std::nullopt;
  RowReader in(*row, kReplyHistoryRowVersion);
  ReplyHistory out;
  out.last = {in.i64()};
  out.blocked_until = {in.i64()};
  out.call_id = in.text();
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

std::string age_id(WallTime last, const std::string& jid) {
  return "t" + store::ordered(static_cast<std::uint64_t>(std::max<std::int64_t>(0, last.ms))) + jid;
}

std::uint64_t load_count(const store::Txn& txn) {
  const auto row = txn.get(Table::cooldowns, "n");
  return row ? read_be(*row) : 0;
}

}  // namespace

std::vector<ReplyHistory> reply_histories(const CallerIds& caller, const store::Txn& txn) {
  std::vector<ReplyHistory> out;
  for (const std::string& jid : caller) {
    if (auto entry = find(jid, txn)) out.push_back(*entry);
  }
  return out;
}

void remember_reply(const CallerIds& caller, const ReplyHistory& history, client::Turn& turn) {
  if (caller.empty()) return;
  const std::string& jid = caller.front();
  std::uint64_t count = load_count(turn.txn);
  if (const auto before = find(jid, turn.txn)) turn.txn.erase(Table::cooldowns, age_id(before->last, jid));
  else ++count;
  RowWriter row(kReplyHistoryRowVersion);
  row.i64(history.last.ms).i64(history.blocked_until.ms).text(history.call_id);
  turn.txn.put(Table::cooldowns, "c" + jid, std::move(row).finish());
  turn.txn.put(Table::cooldowns, age_id(history.last, jid), Bytes{kReplyHistoryRowVersion});
  while (count > limits::kCooldownRowsMax) {
    const auto oldest = turn.txn.scan(Table::cooldowns, "t", 1);
    if (oldest.empty()) break;
    turn.txn.erase(Table::cooldowns, oldest.front().id);
    turn.txn.erase(Table::cooldowns, "c" + oldest.front().id.substr(9));
    --count;
  }
  turn.txn.put(Table::cooldowns, "n", be_bytes(count, 8));
}

bool take_reply_slot(std::uint32_t per_hour, client::Turn& turn) {
  constexpr std::int64_t kHourMs = 3'600'000;
  const auto row = turn.txn.get(Table::cooldowns, "q");
  const std::int64_t now = turn.now.wall.ms;
  const std::int64_t stored = row ? static_cast<std::int64_t>(read_be(*row)) : now;
  const std::int64_t before = std::clamp(stored, now, now + kHourMs);
  const std::int64_t spent = before + kHourMs / per_hour;
  const bool free = spent <= now + kHourMs;
  const std::int64_t after = free ? spent : before;
  if (after != stored) turn.txn.put(Table::cooldowns, "q", be_bytes(static_cast<std::uint64_t>(after), 8));
  return free;
}

}  // namespace wa::gateway
