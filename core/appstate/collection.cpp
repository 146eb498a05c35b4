#include "appstate/collection.h"

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "store/row.h"

namespace wa::appstate {
namespace {

using store::Table;

constexpr std::uint8_t kCollectionRowVersion = 1;

std::string record_prefix(Collection collection) {
  return std::string(1, static_cast<char>('0' + static_cast<int>(collection)));
}

// The map as it will be: rows below, changes of this patch above. "Old" includes earlier mutations of the same patch.
class RecordMap {
 public:
  RecordMap(const store::Txn& txn, Collection collection, bool empty)
      : txn_(txn), prefix_(record_prefix(collection)), empty_(empty) {}

  std::optional<Bytes> find(ByteView index_mac) const {
    const auto changed = changes_.find(to_bytes(index_mac));
    if (changed != changes_.end()) return changed->second;
    if (empty_) return std::nullopt;
    const auto row = txn_.get(Table::app_records, prefix_ + to_string(index_mac));
    if (!row) return std::nullopt;
    RowReader reader(*row, kCollectionRowVersion);
    const Bytes value_mac = to_bytes(reader.rest());
    if (!reader.finish() || value_mac.size() != 32) return std::nullopt;
    return value_mac;
  }
  void put(ByteView index_mac, std::optional<Bytes> value_mac) { changes_[to_bytes(index_mac)] = std::move(value_mac); }

  void write(store::Txn& txn) && {
    if (empty_) txn.erase_all(Table::app_records, prefix_);
    for (auto& [index_mac, value_mac] : changes_) {
      const std::string id = prefix_ + to_string(index_mac);
      RowWriter row(kCollectionRowVersion);
      if (value_mac) txn.put(Table::app_records, id, std::move(row.rest(*value_mac)).finish());
      else if (!empty_) txn.erase(Table::app_records, id);
    }
  }

 private:
  const store::Txn& txn_;
  std::string prefix_;
  bool empty_;
  std::map<Bytes, std::optional<Bytes>> changes_;
};

// 05 section 4. False: a REMOVE of something unknown.
bool fold(const Record& record, RecordMap& map, LtHash& hash) {
  const std::optional<Bytes> old = map.find(record.index_mac);
  if (old) hash.subtract(*old);
  if (record.operation == Operation::remove) {
    if (old) map.put(record.index_mac, std::nullopt);
    return old.has_value();
  }
  hash.add(record.value_mac());
  map.put(record.index_mac, to_bytes(record.value_mac()));
  return true;
}

// Decrypts everything before anything changes. True: result.mutations is complete (or tolerably so).
bool decrypt_all(const std::vector<Record>& records, KeyRing& ring, bool tolerant, Applied& result) {
  result.mutations.reserve(records.size());
  for (const Record& record : records) {
    const Keys* keys = ring.find(record.key_id);
    if (!keys) {
      result = Applied{Outcome::missing_key, record.key_id, {}, 0, 0};
      return false;
    }
    auto mutation = decrypt_record(record, *keys);
    if (mutation) {
      result.mutations.push_back(*std::move(mutation));
    } else if (tolerant) {
      ++result.skipped;
    } else {
      result = Applied{Outcome::rejected, {}, {}, 0, 0};
      return false;
    }
  }
  return true;
}

}  // namespace

CollectionState load_collection(const store::Txn& txn, Collection collection) {
  CollectionState state;
  const auto row = txn.get(Table::collections, collection_name(collection));
  if (!row) return state;
  RowReader reader(*row, kCollectionRowVersion);
  state.version = reader.u64();
  state.hash.lanes = reader.array<128>();
  state.bootstrapped = reader.flag();
  state.degraded = reader.flag();
  state.resynced = reader.flag();
  state.blocked_on = reader.bytes();
  return reader.finish() ? state : CollectionState{};  // a broken row costs one snapshot
}

void save_collection(store::Txn& txn, Collection collection, const CollectionState& state) {
  RowWriter row(kCollectionRowVersion);
  row.u64(state.version).bytes(state.hash.lanes).flag(state.bootstrapped).flag(state.degraded).flag(state.resynced);
  row.bytes(state.blocked_on);
  txn.put(Table::collections, collection_name(collection), std::move(row).finish());
}

void reset_collection(store::Txn& txn, Collection collection, CollectionState& state) {
  txn.erase_all(Table::app_records, record_prefix(collection));
  CollectionState empty;
  empty.degraded = state.degraded;
  empty.resynced = state.resynced;
  state = std::move(empty);
  save_collection(txn, collection, state);
}

Applied apply_patch(store::Txn& txn, Collection collection, CollectionState& state, const Patch& patch, KeyRing& ring,
                    bool tolerant) {
  Applied result;
  const std::uint64_t version = patch.version.value_or(state.version + 1);
  if (version != state.version + 1) {
    result.outcome = version <= state.version ? Outcome::stale : Outcome::gap;
    return result;
  }
  const Keys* keys = ring.find(patch.key_id);
  if (!keys) return Applied{Outcome::missing_key, patch.key_id, {}, 0, 0};
  if (!equal_constant_time(patch_mac(*keys, patch.snapshot_mac, patch.records, version, collection), patch.patch_mac)) {
    result.outcome = Outcome::rejected;
    return result;
  }
  if (!decrypt_all(patch.records, ring, tolerant, result)) return result;

  CollectionState next = state;
  RecordMap map(txn, collection, false);
  for (const Record& record : patch.records) result.unknown_removes += fold(record, map, next.hash) ? 0u : 1u;
  next.version = version;
  next.bootstrapped = true;
  next.blocked_on.clear();
  const bool matches = equal_constant_time(snapshot_mac(*keys, next.hash, version, collection), patch.snapshot_mac);
  if (matches) next.degraded = false;
  result.outcome = matches ? Outcome::applied : Outcome::drift;
  std::move(map).write(txn);
  ring.note_used(txn);
  state = std::move(next);
  save_collection(txn, collection, state);
  return result;
}

Applied apply_snapshot(store::Txn& txn, Collection collection, CollectionState& state, const Snapshot& snapshot,
                       KeyRing& ring) {
  Applied result;
  const Keys* keys = ring.find(snapshot.key_id);
  if (!keys) return Applied{Outcome::missing_key, snapshot.key_id, {}, 0, 0};
  if (!decrypt_all(snapshot.records, ring, true, result)) return result;

  CollectionState next = state;
  next.hash = LtHash{};
  next.version = snapshot.version;
  next.bootstrapped = true;
  next.blocked_on.clear();
  RecordMap map(txn, collection, true);
  for (const Record& record : snapshot.records) fold(record, map, next.hash);
  const bool matches = equal_constant_time(snapshot_mac(*keys, next.hash, snapshot.version, collection), snapshot.mac);
  if (matches) next.degraded = false;
  result.outcome = matches ? Outcome::applied : Outcome::drift;
  std::move(map).write(txn);
  ring.note_used(txn);
  state = std::move(next);
  save_collection(txn, collection, state);
  return result;
}

Result<Staged> stage(const store::Txn& txn, Collection collection, const CollectionState& state,
                     const std::vector<Mutation>& mutations, KeyRing& ring, Random& random) {
  if (mutations.empty() || mutations.size() > limits::kMutationsPerPatchMax) {
    return {Errc::invalid_argument, "mutations of a patch"};
  }
  if (!state.bootstrapped) return {Errc::not_ready, "collection was never synchronised"};
  const std::optional<Bytes> key_id = active_key(txn);
  const Keys* keys = key_id ? ring.find(*key_id) : nullptr;
  if (!keys) return {Errc::missing_key, "no app-state key"};

  Staged staged;
  staged.collection = collection;
  staged.base_version = state.version;
  staged.after = state;
  ++staged.after.version;
  RecordMap map(txn, collection, false);
  std::map<Bytes, std::size_t> last;  // of each index: other clients refuse one twice in one patch
  for (std::size_t i = 0; i < mutations.size(); ++i) last[mutations[i].index] = i;
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    if (last[mutations[i].index] != i) continue;
    staged.records.push_back(encrypt_mutation(mutations[i], *keys, *key_id, random.array<16>()));
    fold(staged.records.back(), map, staged.after.hash);
  }
  Patch patch;
  patch.key_id = *key_id;
  patch.snapshot_mac = to_bytes(snapshot_mac(*keys, staged.after.hash, staged.after.version, collection));
  patch.patch_mac = to_bytes(patch_mac(*keys, patch.snapshot_mac, staged.records, staged.after.version, collection));
  patch.records = std::move(staged.records);
  staged.encoded = encode_patch(patch);
  staged.records = std::move(patch.records);
  return staged;
}

void promote(store::Txn& txn, const Staged& staged) {
  RecordMap map(txn, staged.collection, false);
  for (const Record& record : staged.records) {
    const bool set = record.operation == Operation::set;
    map.put(record.index_mac, set ? std::optional(to_bytes(record.value_mac())) : std::nullopt);
  }
  std::move(map).write(txn);
  save_collection(txn, staged.collection, staged.after);
}

}  // namespace wa::appstate
