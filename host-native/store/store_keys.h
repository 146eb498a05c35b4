// What the key file opens: rows, the pages they lie on in the database, and the seal of a backup. Each has a key of its
// own, made from the 32 bytes of the file; rows keep those bytes themselves, as they always did.
#pragma once

#include <optional>

#include "store/scope.h"
#include "store/store.h"

namespace wa::native {

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
