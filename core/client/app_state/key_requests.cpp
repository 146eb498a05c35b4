// tested by unit/client/app_state/recovery_test.cpp
#include "client/app_state/key_requests.h"

#include "appstate/key_ring.h"
#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kAppKeysRowVersion = 1;
constexpr std::size_t kKeysPerShareMax = 1024;
// key id -> when the phone was asked for it
constexpr store::RecentRows kAskedKeys(store::Table::peer, 'a', limits::kKeyRequestsKept);

}  // namespace

std::size_t store_key_share(store::Txn& txn, const std::vector<SharedKey>& keys) {
  std::size_t stored = 0;
  for (const SharedKey& key : keys) {
    if (stored == kKeysPerShareMax) break;
    const bool asked = kAskedKeys.has(txn, text_of(key.key_id));  // a collection waits for it: not the first to give way
    if (appstate::store_key(txn, key.key_id, key.key_data, key.timestamp_ms, asked).ok()) ++stored;
  }
  if (stored > 0) appstate::drop_keys(txn, limits::kAppKeysKept);
  for (const SharedKey& key : keys) {
    if (appstate::has_key(txn, key.key_id)) kAskedKeys.forget(txn, text_of(key.key_id));
  }
  return stored;
}

bool note_key_request(store::Txn& txn, ByteView key_id, WallTime now) {
  if (const auto row = kAskedKeys.find(txn, text_of(key_id))) {
    RowReader reader(*row, kAppKeysRowVersion);
    const std::int64_t asked_ms = reader.i64();
    const std::int64_t age_ms = now.ms - asked_ms;  // negative: the clock was set back; ask again
    if (reader.ok() && age_ms >= 0 && age_ms < limits::kKeyRequestEveryMs) return false;
  }
  RowWriter row(kAppKeysRowVersion);
  row.i64(now.ms);
  kAskedKeys.remember(txn, text_of(key_id), std::move(row).finish());
  return true;
}

}  // namespace wa::client
