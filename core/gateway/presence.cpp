#include "gateway/presence.h"

namespace wa::gateway {
namespace {

constexpr const char* kUnwanted = "unwanted";
constexpr const char* kLastSeen = "last_seen";

}  // namespace

void save_wanted(bool wanted, store::Txn& txn) {
  if (wanted == load_wanted(txn)) return;
  if (wanted) txn.erase(store::Table::settings, kUnwanted);
  else txn.put(store::Table::settings, kUnwanted, Bytes{1});
}

bool load_wanted(const store::Txn& txn) { return !txn.has(store::Table::settings, kUnwanted); }

void save_last_seen(WallTime time, store::Txn& txn) {
  txn.put(store::Table::settings, kLastSeen, be_bytes(static_cast<std::uint64_t>(time.ms), 8));
}

std::optional<WallTime> load_last_seen(const store::Txn& txn) {
  const auto row = txn.get(store::Table::settings, kLastSeen);
  if (!row) return std::nullopt;
  return WallTime{static_cast<std::int64_t>(read_be(*row))};
}

}  // namespace wa::gateway
