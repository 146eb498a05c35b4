// A StoreView in memory: for tests, the simulator's disk and short-lived hosts. Applying a batch is atomic.
#pragma once

#include "store/store.h"

namespace wa::store {

class MemoryStore final : public StoreView {
 public:
  std::optional<Bytes> get(const Key& key) const noexcept override;
  std::vector<Row> scan(Table table, std::string_view from, std::size_t limit) const noexcept override;
  void apply(const WriteBatch& batch);
  std::size_t size() const { return rows_.size(); }
  const std::map<Key, Bytes>& rows() const { return rows_; }

 private:
  std::map<Key, Bytes> rows_;
};

}  // namespace wa::store
