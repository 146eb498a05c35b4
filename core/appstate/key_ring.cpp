// tested by unit/appstate/appstate_vectors.cpp
#include "appstate/key_ring.h"

#include "appstate/mutation.h"
#include "base/sort.h"
#include "crypto/hash.h"
#include "store/row.h"

namespace wa::appstate {
namespace {

using store::Table;

constexpr std::uint8_t kKeyRingRowVersion = 1;
constexpr std::size_t kKeysMax = 4096;

std::string row_id(ByteView key_id) { return "k" + to_string(key_id); }

// A key id is a device number (2 bytes) and an epoch (4 bytes), both big-endian.
std::uint32_t epoch_of(ByteView key_id) {
  return key_id.size() < 4 ? 0 : static_cast<std::uint32_t>(read_be(key_id.last(4)));
}
std::uint64_t device_of(ByteView key_id) { return key_id.size() < 6 ? 0 : read_be(key_id.first(2)); }

std::optional<std::uint32_t> expired_epoch(const store::Txn& txn) {
  const auto row = txn.get(Table::app_keys, "x");
  if (!row) return std::nullopt;
  RowReader reader(*row, kKeyRingRowVersion);
  const std::uint32_t epoch = reader.u32();
  return reader.ok() ? std::optional(epoch) : std::nullopt;
}

bool is_used(ByteView bytes) {
  RowReader row(bytes, kKeyRingRowVersion);
  row.view();
  row.i64();
  return row.more();
}

// What a key is worth to keep: used before unused, then the newest, then the one of the lower device.
std::uint64_t worth_of(const store::Row& row) {
  const ByteView id = view(row.id).subspan(1);
  return (std::uint64_t{is_used(row.value)} << 48) | (std::uint64_t{epoch_of(id)} << 16) | (0xFFFF - device_of(id));
}

}  // namespace

Result<void> store_key(store::Txn& txn, ByteView key_id, ByteView key_data, std::int64_t timestamp_ms, bool used) {
  if (key_id.empty() || key_id.size() > kKeyIdBytesMax) return {Errc::invalid_argument, "app-state key id"};
  if (key_data.size() != 32) return {Errc::invalid_argument, "app-state key data must have 32 bytes"};
  const auto known = txn.get(Table::app_keys, row_id(key_id));
  if (const auto held = load_key(txn, key_id); held && held->timestamp_ms > timestamp_ms) return {};  // ours is newer
  RowWriter row(kKeyRingRowVersion);
  row.bytes(key_data).i64(timestamp_ms);
  if (used || (known && is_used(*known))) row.flag(true);
  txn.put(Table::app_keys, row_id(key_id), std::move(row).finish());
  return {};
}

std::optional<StoredKey> load_key(const store::Txn& txn, ByteView key_id) {
  const auto bytes = txn.get(Table::app_keys, row_id(key_id));
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kKeyRingRowVersion);
  StoredKey key;
  key.data = row.bytes();
  key.timestamp_ms = row.i64();
  return row.ok() && key.data.size() == 32 ? std::optional(std::move(key)) : std::nullopt;
}

bool has_key(const store::Txn& txn, ByteView key_id) { return txn.has(Table::app_keys, row_id(key_id)); }

void store_expired_epoch(store::Txn& txn, std::uint32_t epoch) {
  RowWriter row(kKeyRingRowVersion);
  row.u32(epoch);
  txn.put(Table::app_keys, "x", std::move(row).finish());
}

void drop_keys(store::Txn& txn, std::size_t most) {
  std::vector<store::Row> rows = txn.scan(Table::app_keys, "k", kKeysMax);
  if (rows.size() <= most) return;
  sort(rows, [](const store::Row& a, const store::Row& b) { return worth_of(a) < worth_of(b); });
  for (std::size_t i = 0; i + most < rows.size(); ++i) txn.erase(Table::app_keys, rows[i].id);
}

std::optional<Bytes> active_key(const store::Txn& txn) {
  const std::optional<std::uint32_t> expired = expired_epoch(txn);
  std::optional<Bytes> best;
  bool best_alive = false;
  for (const store::Row& row : txn.scan(Table::app_keys, "k", kKeysMax)) {
    const ByteView id = view(row.id).subspan(1);
    const bool alive = !expired || epoch_of(id) > *expired;
    const bool better = !best || (alive != best_alive ? alive
                                  : epoch_of(id) != epoch_of(*best) ? epoch_of(id) > epoch_of(*best)
                                                                    : device_of(id) < device_of(*best));
    if (!better) continue;
    best = to_bytes(id);
    best_alive = alive;
  }
  return best;
}

KeyRing::~KeyRing() {
  for (auto& [id, keys] : expanded_) {
    for (auto* part : {&keys.index, &keys.value_encryption, &keys.value_mac, &keys.snapshot_mac, &keys.patch_mac}) {
      crypto::wipe(*part);
    }
  }
}

const Keys* KeyRing::find(ByteView key_id) {
  Bytes id = to_bytes(key_id);
  if (const auto known = expanded_.find(id); known != expanded_.end()) return &known->second;
  const auto row = txn_.get(Table::app_keys, row_id(key_id));
  if (!row) return nullptr;
  RowReader reader(*row, kKeyRingRowVersion);
  const ByteView data = reader.view();
  if (!reader.ok() || data.size() != 32) return nullptr;
  return &expanded_.emplace(std::move(id), expand_keys(data)).first->second;
}

void KeyRing::note_used(store::Txn& txn) const {
  for (const auto& entry : expanded_) {
    const std::string id = row_id(entry.first);
    auto row = txn.get(Table::app_keys, id);
    if (!row || is_used(*row)) continue;
    row->push_back(1);
    txn.put(Table::app_keys, id, *std::move(row));
  }
}

}  // namespace wa::appstate
