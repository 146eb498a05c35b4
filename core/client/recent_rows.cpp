#include "client/recent_rows.h"

#include "base/reader.h"

namespace wa::client {
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

std::optional<Bytes> RecentRows::find(const store::Txn& txn, std::string_view key) const {
  const auto bytes = txn.get(table_, row('k', key));
  auto entry = bytes ? decode_entry(*bytes) : std::nullopt;
  return entry ? std::optional<Bytes>(std::move(entry->value)) : std::nullopt;
}

void RecentRows::remember(store::Txn& txn, std::string_view key, ByteView value) const {
  const std::string id = row('k', key);
  if (const auto bytes = txn.get(table_, id)) {
    if (const auto known = decode_entry(*bytes)) return txn.put(table_, id, encode(known->number, value));
  }
  const std::uint64_t number = take_number(txn);
  const std::string slot = row('s', store::ordered(number % capacity_));
  if (const auto old_key = txn.get(table_, slot)) {
    // The slot's former entry may have been forgotten, and stored again under a later number.
    const std::string old_id = row('k', text_of(*old_key));
    const auto old_bytes = txn.get(table_, old_id);
    const auto old = old_bytes ? decode_entry(*old_bytes) : std::nullopt;
    if (old && old->number + capacity_ <= number) txn.erase(table_, old_id);
  }
  txn.put(table_, slot, to_bytes(key));
  txn.put(table_, id, encode(number, value));
}

void RecentRows::forget(store::Txn& txn, std::string_view key) const { txn.erase(table_, row('k', key)); }

std::uint64_t RecentRows::take_number(store::Txn& txn) const {
  const std::string id = row('n', {});
  const auto bytes = txn.get(table_, id);
  const std::uint64_t number = bytes ? read_be(*bytes) : 0;
  txn.put(table_, id, be_bytes(number + 1, 8));
  return number;
}

}  // namespace wa::client
