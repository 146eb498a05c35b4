// A table that keeps the newest `capacity` entries: handled ids, sent messages, retry counters. Per entry one row and
// one slot of a ring, so that adding never scans.
// Rows, after a one-byte family so that several rings share a table: "<f>k<key>" -> number and value,
// "<f>s<slot>" -> key, "<f>n" -> next number.
// Guarantees: never more than `capacity` entries; an entry that is remembered again keeps its place, one that is refreshed
// lives for at least half a round more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"

namespace wa::store {

class RecentRows {
 public:
  constexpr RecentRows(Table table, char family, std::uint32_t capacity)
      : table_(table), family_(family), capacity_(capacity) {}

  std::optional<Bytes> find(const Txn&, std::string_view key) const;
  bool has(const Txn& txn, std::string_view key) const { return txn.has(table_, row('k', key)); }
  // These two return the key that gave way.
  std::optional<std::string> remember(Txn&, std::string_view key, ByteView value) const;
  std::optional<std::string> refresh(Txn&, std::string_view key) const;  // remembers without a value
  void forget(Txn&, std::string_view key) const;

 private:
  std::string row(char kind, std::string_view rest) const { return std::string{family_, kind}.append(rest); }
  std::optional<std::string> enter(Txn&, std::string_view key, ByteView value) const;
  std::uint64_t next_number(const Txn&) const;

  Table table_;
  char family_;
  std::uint32_t capacity_;
};

}  // namespace wa::store
