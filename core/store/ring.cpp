// tested by unit/client/rows/message_rows_test.cpp
#include "store/ring.h"

#include "store/row.h"

namespace wa::store {
namespace {

constexpr std::uint8_t kRecentRowsRowVersion = 1;

struct Entry {
  std::uint64_t number = 0;
  Bytes value;
};

std::optional<Entry> decode_entry(ByteView bytes) {
  RowReader row(bytes, kRecentRowsRowVersion);
  Entry out;
  out.number = row.u64();
  out.value = row.bytes();
  if (!row.finish()) return std::nullopt;
  return out;
}

Bytes encode(std::uint64_t number, ByteView value) {
  return std::move(RowWriter(kRecentRowsRowVersion).u64(number).bytes(value)).finish();
}

}  // namespace

std::optional<Bytes> RecentRows::find(const Txn& txn, std::string_view key) const {
  const auto bytes = txn.get(table_, row('k', key));
  auto entry = bytes ? decode_entry(*bytes) : std::nullopt;
  return entry ? std::optional<Bytes>(std::move(entry->value)) : std::nullopt;
}

std::optional<std::string> RecentRows::remember(Txn& txn, std::string_view key, ByteView value) const {
  const std::string id = row('k', key);
  const auto bytes = txn.get(table_, id);
  const auto known = bytes ? decode_entry(*bytes) : std::nullopt;
  if (!known) return enter(txn, key, value);
  txn.put(table_, id, encode(known->number, value));
  return std::nullopt;
}

std::optional<std::string> RecentRows::refresh(Txn& txn, std::string_view key) const {
  const auto bytes = txn.get(table_, row('k', key));
  const auto known = bytes ? decode_entry(*bytes) : std::nullopt;
  if (known && next_number(txn) - known->number <= capacity_ / 2) return std::nullopt;
  return enter(txn, key, {});
}

std::optional<std::string> RecentRows::enter(Txn& txn, std::string_view key, ByteView value) const {
  const std::uint64_t number = next_number(txn);
  txn.put(table_, row('n', {}), be_bytes(number + 1, 8));
  const std::string slot = row('s', ordered(number % capacity_));
  std::optional<std::string> gone;
  if (const auto old_key = txn.get(table_, slot); old_key && text_of(*old_key) != key) {
    // The slot's former entry may have been forgotten, or stored again under a later number.
    const std::string old_id = row('k', text_of(*old_key));
    const auto old_bytes = txn.get(table_, old_id);
    const auto old = old_bytes ? decode_entry(*old_bytes) : std::nullopt;
    if (old && old->number + capacity_ <= number) {
      txn.erase(table_, old_id);
      gone = to_string(*old_key);
    }
  }
  txn.put(table_, slot, to_bytes(key));
  txn.put(table_, row('k', key), encode(number, value));
  return gone;
}

void RecentRows::forget(Txn& txn, std::string_view key) const { txn.erase(table_, row('k', key)); }

std::uint64_t RecentRows::next_number(const Txn& txn) const {
  const auto bytes = txn.get(table_, row('n', {}));
  return bytes ? read_be(*bytes) : 0;
}

}  // namespace wa::store
