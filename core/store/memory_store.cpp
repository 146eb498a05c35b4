// tested by unit/base/txn_test.cpp
#include "store/memory_store.h"

namespace wa::store {

std::optional<Bytes> MemoryStore::get(const Key& key) const noexcept {
  auto found = rows_.find(key);
  return found == rows_.end() ? std::nullopt : std::optional<Bytes>(found->second);
}

std::vector<Row> MemoryStore::scan(Table table, std::string_view from, std::size_t limit) const noexcept {
  std::vector<Row> out;
  for (auto it = rows_.lower_bound(Key{table, std::string(from)});
       it != rows_.end() && it->first.table == table && out.size() < limit; ++it) {
    out.push_back({it->first.id, it->second});
  }
  return out;
}

void MemoryStore::apply(const WriteBatch& batch) {
  for (const auto& [key, value] : batch.writes) {
    if (value) {
      rows_[key] = *value;
    } else {
      rows_.erase(key);
    }
  }
}

}  // namespace wa::store
