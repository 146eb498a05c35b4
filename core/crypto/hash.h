// Hashes, MACs and key derivation. Pure functions over byte views; nothing here fails on any input size.
// SHA-2 and HMAC come from libsodium; SHA-1 (prekey digest) and MD5 (build hash) from mbedTLS: both are demanded by the
// protocol and protect nothing here.
#pragma once

#include <initializer_list>

#include "base/bytes.h"

namespace wa::crypto {

ByteArray<32> sha256(std::initializer_list<ByteView> parts);
inline ByteArray<32> sha256(ByteView data) { return sha256({data}); }
ByteArray<64> sha512(std::initializer_list<ByteView> parts);
ByteArray<20> sha1(ByteView data);
ByteArray<16> md5(ByteView data);

ByteArray<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);
inline ByteArray<32> hmac_sha256(ByteView key, ByteView data) { return hmac_sha256(key, {data}); }
ByteArray<64> hmac_sha512(ByteView key, std::initializer_list<ByteView> parts);

// HKDF-SHA256 (RFC 5869). An empty salt means 32 zero bytes. out.size() <= 255 * 32.
void hkdf_sha256(ByteView ikm, ByteView salt, std::string_view info, std::span<std::uint8_t> out);
template <std::size_t N>
ByteArray<N> hkdf_sha256(ByteView ikm, ByteView salt, std::string_view info) {
  ByteArray<N> out;
  hkdf_sha256(ikm, salt, info, out);
  return out;
}

// PBKDF2-HMAC-SHA256 (pairing code: 131072 iterations, 50-200 ms).
ByteArray<32> pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t iterations);

// Overwrites secrets so that the compiler cannot drop it.
void wipe(std::span<std::uint8_t> secret);

}  // namespace wa::crypto
