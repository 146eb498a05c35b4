// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/hash.h"

#include <mbedtls/md5.h>
#include <mbedtls/sha1.h>
#include <sodium.h>

#include <algorithm>

#include "base/result.h"

namespace wa::crypto {

ByteArray<32> sha256(std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (ByteView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  ByteArray<32> out;
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

ByteArray<64> sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  ByteArray<64> out;
  crypto_hash_sha512_final(&state, out.data());
  return out;
}

ByteArray<20> sha1(ByteView data) {
  ByteArray<20> out{};
  WA_ASSERT(mbedtls_sha1_ret(data.data(), data.size(), out.data()) == 0);
  return out;
}

ByteArray<16> md5(ByteView data) {
  ByteArray<16> out{};
  WA_ASSERT(mbedtls_md5_ret(data.data(), data.size(), out.data()) == 0);
  return out;
}

ByteArray<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  for (ByteView part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
  ByteArray<32> out;
  crypto_auth_hmacsha256_final(&state, out.data());
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
  return out;
}

ByteArray<64> hmac_sha512(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, key.data(), key.size());
  for (ByteView part : parts) crypto_auth_hmacsha512_update(&state, part.data(), part.size());
  ByteArray<64> out;
  crypto_auth_hmacsha512_final(&state, out.data());
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
  return out;
}

void hkdf_sha256(ByteView ikm, ByteView salt, std::string_view info, std::span<std::uint8_t> out) {
  WA_ASSERT(out.size() <= 255 * 32);
  const ByteArray<32> no_salt{};
  ByteArray<32> key = hmac_sha256(salt.empty() ? ByteView(no_salt) : salt, {ikm});
  crypto_auth_hmacsha256_state keyed, state;  // the keyed state is computed once
  crypto_auth_hmacsha256_init(&keyed, key.data(), key.size());
  ByteArray<32> block{};
  std::uint8_t counter = 0;
  for (std::size_t done = 0; done < out.size();) {
    ++counter;
    state = keyed;
    if (counter > 1) crypto_auth_hmacsha256_update(&state, block.data(), block.size());
    crypto_auth_hmacsha256_update(&state, view(info).data(), info.size());
    crypto_auth_hmacsha256_update(&state, &counter, 1);
    crypto_auth_hmacsha256_final(&state, block.data());
    const std::size_t step = std::min<std::size_t>(32, out.size() - done);
    std::copy_n(block.begin(), step, out.begin() + static_cast<std::ptrdiff_t>(done));
    done += step;
  }
  wipe(key);
  wipe(block);
  wipe({reinterpret_cast<std::uint8_t*>(&keyed), sizeof keyed});
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
}

ByteArray<32> pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t iterations) {
  // One 32-byte block is all the protocol needs (RFC 8018, 5.2 with l = 1). The keyed state is computed once.
  crypto_auth_hmacsha256_state keyed;
  crypto_auth_hmacsha256_init(&keyed, password.data(), password.size());
  const std::uint8_t block_number[4] = {0, 0, 0, 1};
  crypto_auth_hmacsha256_state state = keyed;
  crypto_auth_hmacsha256_update(&state, salt.data(), salt.size());
  crypto_auth_hmacsha256_update(&state, block_number, sizeof block_number);
  ByteArray<32> last;
  crypto_auth_hmacsha256_final(&state, last.data());
  ByteArray<32> out = last;
  for (std::uint32_t i = 1; i < iterations; ++i) {
    state = keyed;
    crypto_auth_hmacsha256_update(&state, last.data(), last.size());
    crypto_auth_hmacsha256_final(&state, last.data());
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = static_cast<std::uint8_t>(out[j] ^ last[j]);
  }
  wipe({reinterpret_cast<std::uint8_t*>(&keyed), sizeof keyed});
  return out;
}

void wipe(std::span<std::uint8_t> secret) { sodium_memzero(secret.data(), secret.size()); }

}  // namespace wa::crypto
