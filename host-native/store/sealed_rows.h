// Rows on their way to a backend and back: sealed there, in the clear here. Each value is encrypted by itself, bound to
// scope, table and id.
// Guarantees: a value that does not authenticate is a failed read. Does not: hide scopes, ids, or how much there is.
#pragma once

#include "store/store_backend.h"
#include "store/store_keys.h"

namespace wa::native {

class SealedRows {
 public:
  SealedRows(const StoreKeys& keys, const StoreBackend& backend) : keys_(keys), backend_(backend) {}

  SealedBatch seal(Scope scope, const store::WriteBatch& batch) const;
  // From any thread. `ok` is cleared when the read failed.
  std::optional<Bytes> read(Scope scope, const store::Key& key, bool& ok) const noexcept;
  std::vector<store::Row> scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                               bool& ok) const noexcept;

 private:
  const StoreKeys& keys_;
  const StoreBackend& backend_;
};

}  // namespace wa::native
