// tested by unit/client/app_state/recovery_test.cpp
#include "client/app_state/key_requests.h"

#include <utility>

#include "appstate/key_ring.h"
#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kAppKeysRowVersion = 2;  // 1: the time alone
constexpr std::size_t kKeysPerShareMax = 1024;
// key id -> when the own devices were asked for it, and what came of it
constexpr store::RecentRows kAskedKeys(store::Table::peer, 'a', limits::kKeyRequestsKept);

struct AskedKey { std::int64_t asked_ms = 0; bool lacked = false, snapshot = false; };

std::optional<AskedKey> load_asked(const store::Txn& txn, ByteView key_id) {
  const auto bytes = kAskedKeys.find(txn, text_of(key_id));
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kAppKeysRowVersion, 1);
  AskedKey out;
  out.asked_ms = row.i64();
  if (row.version() >= 2) {
    out.lacked = row.flag();
    out.snapshot = row.flag();
  }
  return row.finish() ? std::optional(out) : std::nullopt;
}

void store_asked(store::Txn& txn, ByteView key_id, const AskedKey& asked) {
  RowWriter row(kAppKeysRowVersion);
  row.i64(asked.asked_ms).flag(asked.lacked).flag(asked.snapshot);
  kAskedKeys.remember(txn, text_of(key_id), std::move(row).finish());
}

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
  if (const auto asked = load_asked(txn, key_id)) {
    const std::int64_t age_ms = now.ms - asked->asked_ms;  // negative: the clock was set back; ask again
    if (age_ms >= 0 && age_ms < limits::kKeyRequestEveryMs) return false;
  }
  store_asked(txn, key_id, {now.ms, false, false});
  return true;
}

void forget_key_request(store::Txn& txn, ByteView key_id) { kAskedKeys.forget(txn, text_of(key_id)); }

bool note_lacking(store::Txn& txn, const std::vector<SharedKey>& keys) {
  bool awaited = false;
  for (const SharedKey& key : keys) {
    auto asked = key.key_data.empty() ? load_asked(txn, key.key_id) : std::nullopt;
    if (!asked || appstate::has_key(txn, key.key_id)) continue;
    awaited = true;
    if (!std::exchange(asked->lacked, true)) store_asked(txn, key.key_id, *asked);
  }
  return awaited;
}

bool is_lacked(const store::Txn& txn, ByteView key_id) {
  const auto asked = load_asked(txn, key_id);
  return asked && asked->lacked;
}

bool needs_snapshot(store::Txn& txn, ByteView key_id, bool take) {
  auto asked = load_asked(txn, key_id);
  if (!asked || !asked->lacked || asked->snapshot) return false;
  asked->snapshot = take;
  if (take) store_asked(txn, key_id, *asked);
  return true;
}

}  // namespace wa::client
