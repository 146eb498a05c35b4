// tested by unit/gateway/api/connection_test.cpp
#include "gateway/last_seen.h"

namespace wa::gateway {
namespace {

constexpr const char* kLastSeen = "last_seen";

}  // namespace

void save_last_seen(WallTime time, store::Txn& txn) {
  txn.put(store::Table::settings, kLastSeen, be_bytes(static_cast<std::uint64_t>(time.ms), 8));
}

std::optional<WallTime> load_last_seen(const store::Txn& txn) {
  const auto row = txn.get(store::Table::settings, kLastSeen);
  if (!row) return std::nullopt;
  return WallTime{static_cast<std::int64_t>(read_be(*row))};
}

}  // namespace wa::gateway
