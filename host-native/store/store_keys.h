// What the key file opens: rows, the pages they lie on in the database, and the seal of a backup. Each has a key of its
// own, made from the 32 bytes of the file; rows keep those bytes themselves, as they always did.
#pragma once

#include <optional>

#include "store/store.h"

namespace wa::native {

// Whose rows: 63 bits of a hash of the name, so that no table of names has to be kept in step with the rows.
using Scope = std::int64_t;
Scope scope_of(std::string_view name);
inline constexpr Scope kStoreScope = 0;  // of the store itself; no hash of a name is 0

class StoreKeys {
 public:
  explicit StoreKeys(const ByteArray<32>& file);
  ~StoreKeys();  // wipes them
  StoreKeys(const StoreKeys&) = delete;
  StoreKeys& operator=(const StoreKeys&) = delete;

  // XChaCha20-Poly1305, bound to scope, table and id. nullopt: not what was sealed there.
  Bytes seal_row(Scope scope, const store::Key& key, ByteView value, ByteView nonce) const;
  std::optional<Bytes> open_row(Scope scope, const store::Key& key, ByteView sealed) const;

  ByteView pages() const { return pages_; }
  ByteView backups() const { return backups_; }
  ByteView name() const { return name_; }  // tells keys apart, and nothing else about them

  static constexpr std::size_t kNonceBytes = 24;

 private:
  ByteArray<32> rows_, pages_{}, backups_{};
  ByteArray<16> name_{};
};

// One row that only the right key opens.
store::Key key_check_row();
inline constexpr std::string_view kKeyCheck = "wuts key check";

}  // namespace wa::native
