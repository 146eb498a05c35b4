#include "store/store_keys.h"

#include <sodium.h>

#include <algorithm>

namespace wa::native {
namespace {

static_assert(StoreKeys::kNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

template <std::size_t N>
void derive(ByteArray<N>& out, std::string_view purpose, const ByteArray<32>& from) {
  crypto_generichash(out.data(), N, view(purpose).data(), purpose.size(), from.data(), from.size());
}

Bytes associated_data(Scope scope, const store::Key& key) {
  Bytes out = be_bytes(static_cast<std::uint64_t>(scope), 8);
  out.push_back(static_cast<std::uint8_t>(key.table));
  append(out, key.id);
  return out;
}

}  // namespace

StoreKeys::StoreKeys(const ByteArray<32>& file) : rows_(file) {
  derive(pages_, "wuts: pages of the database", file);
  derive(backups_, "wuts: seal of a backup", file);
  derive(name_, "wuts: name of the key", file);
}

StoreKeys::~StoreKeys() {
  sodium_memzero(rows_.data(), rows_.size());
  sodium_memzero(pages_.data(), pages_.size());
  sodium_memzero(backups_.data(), backups_.size());
}

Bytes StoreKeys::seal_row(Scope scope, const store::Key& key, ByteView value, ByteView nonce) const {
  const Bytes aad = associated_data(scope, key);
  Bytes out(kNonceBytes + value.size() + kTagBytes);
  std::copy(nonce.begin(), nonce.end(), out.begin());
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonceBytes, nullptr, value.data(), value.size(), aad.data(),
                                             aad.size(), nullptr, out.data(), rows_.data());
  return out;
}

std::optional<Bytes> StoreKeys::open_row(Scope scope, const store::Key& key, ByteView sealed) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const Bytes aad = associated_data(scope, key);
  Bytes out(sealed.size() - kNonceBytes - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, sealed.data() + kNonceBytes,
                                                 sealed.size() - kNonceBytes, aad.data(), aad.size(), sealed.data(),
                                                 rows_.data()) != 0)
    return std::nullopt;
  return out;
}

store::Key key_check_row() { return {store::Table::device, "key"}; }

}  // namespace wa::native
