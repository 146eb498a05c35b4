// tested by unit/client/link/service_clock_test.cpp
#include "client/rows/service_clock.h"

#include "client/turn.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::string_view kClockRow = "service_clock";
constexpr std::uint8_t kClockRowVersion = 1;
constexpr std::int64_t kAgreesMs = 1000;  // nobody compares closer
constexpr std::int64_t kYear9999S = 253'402'300'799;

std::int64_t ahead_ms(const store::Txn& txn) {
  const auto bytes = txn.get(Table::device, kClockRow);
  if (!bytes) return 0;
  RowReader row(*bytes, kClockRowVersion);
  const std::int64_t ahead = row.i64();
  return row.finish() ? ahead : 0;
}

}  // namespace

WallTime service_time(const store::Txn& txn, WallTime own) { return own + ahead_ms(txn); }

WallTime Turn::service_time() const { return client::service_time(txn, now.wall); }

void note_service_time(store::Txn& txn, std::int64_t t_s, WallTime own, std::int64_t way_ms) {
  if (t_s <= 0 || t_s > kYear9999S) return;
  // Its clock stood between this and a second more when it wrote that, and went on while that was under way.
  const std::int64_t least = WallTime::from_seconds(t_s) - own, known = ahead_ms(txn);
  if (known >= least - kAgreesMs && known <= least + 1000 + way_ms + kAgreesMs) return;
  txn.put(Table::device, kClockRow, std::move(RowWriter(kClockRowVersion).i64(least)).finish());
}

}  // namespace wa::client
