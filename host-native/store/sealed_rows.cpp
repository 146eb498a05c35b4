#include "store/sealed_rows.h"

#include "system/os_random.h"

namespace wa::native {

SealedBatch SealedRows::seal(Scope scope, const store::WriteBatch& batch) const {
  SealedBatch out;
  out.scope = scope;
  out.writes.reserve(batch.writes.size());
  Bytes nonces(StoreKeys::kNonceBytes * batch.writes.size());
  OsRandom().fill(nonces);
  ByteView unused(nonces);
  for (const auto& [key, value] : batch.writes) {
    std::optional<Bytes> sealed;
    if (value) sealed = keys_.seal_row(scope, key, *value, unused.first(StoreKeys::kNonceBytes));
    out.writes.push_back({key, std::move(sealed)});
    unused = unused.subspan(StoreKeys::kNonceBytes);
  }
  return out;
}

std::optional<Bytes> SealedRows::read(Scope scope, const store::Key& key, bool& ok) const noexcept {
  try {
    bool good = true;
    const auto sealed = backend_.read(scope, key, good);
    if (good && !sealed) return std::nullopt;
    if (good)
      if (auto value = keys_.open_row(scope, key, *sealed)) return value;
  } catch (const std::exception&) {  // of memory
  }
  ok = false;
  return std::nullopt;
}

std::vector<store::Row> SealedRows::scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                                         bool& ok) const noexcept {
  try {
    bool good = true;
    std::vector<store::Row> out = backend_.scan(scope, table, from, limit, good);
    for (store::Row& row : out) {
      if (!good) break;
      auto value = keys_.open_row(scope, {table, row.id}, row.value);
      good = value.has_value();
      if (value) row.value = *std::move(value);
    }
    if (good) return out;
  } catch (const std::exception&) {  // of memory
  }
  ok = false;
  return {};
}

}  // namespace wa::native
