// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/aes.h"

#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>

#include <algorithm>

namespace wa::crypto {
namespace {

constexpr std::size_t kTag = 16;
constexpr std::size_t kBlock = 16;
constexpr unsigned kKeyBits = 256;

// The library refuses wrong sizes only, and ours are right.
void must(int failure) { WA_ASSERT(failure == 0); }

// The contexts hold expanded keys; both free functions wipe them.
struct Gcm {
  mbedtls_gcm_context context;
  explicit Gcm(ByteView key) {
    WA_ASSERT(key.size() == 32);
    mbedtls_gcm_init(&context);
    must(mbedtls_gcm_setkey(&context, MBEDTLS_CIPHER_ID_AES, key.data(), kKeyBits));
  }
  ~Gcm() { mbedtls_gcm_free(&context); }
};

struct Aes {
  mbedtls_aes_context context;
  explicit Aes(ByteView key) {
    WA_ASSERT(key.size() == 32);
    mbedtls_aes_init(&context);
  }
  ~Aes() { mbedtls_aes_free(&context); }
};

}  // namespace

Bytes gcm_seal(ByteView key, ByteView nonce, ByteView aad, ByteView plaintext) {
  WA_ASSERT(nonce.size() == 12);
  Gcm gcm(key);
  Bytes out(plaintext.size() + kTag);
  must(mbedtls_gcm_crypt_and_tag(&gcm.context, MBEDTLS_GCM_ENCRYPT, plaintext.size(), nonce.data(), nonce.size(),
       aad.data(), aad.size(), plaintext.data(), out.data(), kTag,
       out.data() + plaintext.size()));
  return out;
}

Result<Bytes> gcm_open(ByteView key, ByteView nonce, ByteView aad, ByteView sealed) {
  WA_ASSERT(nonce.size() == 12);
  if (sealed.size() < kTag) return {Errc::bad_mac, "ciphertext is shorter than its tag"};
  Gcm gcm(key);
  const std::size_t size = sealed.size() - kTag;
  Bytes out(size);
  if (mbedtls_gcm_auth_decrypt(&gcm.context, size, nonce.data(), nonce.size(), aad.data(), aad.size(),
                               sealed.data() + size, kTag, sealed.data(), out.data()) != 0) {
    return {Errc::bad_mac, "AES-GCM tag is wrong"};
  }
  return out;
}

Bytes cbc_encrypt(ByteView key, ByteView iv, ByteView plaintext) {
  WA_ASSERT(iv.size() == kBlock);
  Aes aes(key);
  must(mbedtls_aes_setkey_enc(&aes.context, key.data(), kKeyBits));
  const std::size_t padding = kBlock - plaintext.size() % kBlock;
  Bytes out;
  out.reserve(plaintext.size() + padding);
  append(out, plaintext);
  out.insert(out.end(), padding, static_cast<std::uint8_t>(padding));
  ByteArray<kBlock> chain = array_of<kBlock>(iv);
  must(mbedtls_aes_crypt_cbc(&aes.context, MBEDTLS_AES_ENCRYPT, out.size(), chain.data(), out.data(), out.data()));
  return out;
}

Result<Bytes> cbc_decrypt(ByteView key, ByteView iv, ByteView ciphertext) {
  WA_ASSERT(iv.size() == kBlock);
  if (ciphertext.empty() || ciphertext.size() % kBlock != 0) return {Errc::bad_input, "AES-CBC needs whole blocks"};
  Aes aes(key);
  must(mbedtls_aes_setkey_dec(&aes.context, key.data(), kKeyBits));
  Bytes out(ciphertext.size());
  ByteArray<kBlock> chain = array_of<kBlock>(iv);
  must(mbedtls_aes_crypt_cbc(&aes.context, MBEDTLS_AES_DECRYPT, out.size(), chain.data(), ciphertext.data(),
       out.data()));
  const std::size_t padding = out.back();
  bool good = padding >= 1 && padding <= kBlock;
  for (std::size_t i = 0; good && i < padding; ++i) good = out[out.size() - 1 - i] == padding;
  if (!good) return {Errc::bad_input, "AES-CBC padding is wrong"};
  out.resize(out.size() - padding);
  return out;
}

Bytes ctr_xor(ByteView key, ByteView iv, ByteView data) {
  WA_ASSERT(iv.size() == kBlock);
  Aes aes(key);
  must(mbedtls_aes_setkey_enc(&aes.context, key.data(), kKeyBits));
  ByteArray<kBlock> counter = array_of<kBlock>(iv);
  ByteArray<kBlock> stream{};
  std::size_t offset = 0;
  Bytes out(data.size());
  must(mbedtls_aes_crypt_ctr(&aes.context, data.size(), &offset, counter.data(), stream.data(), data.data(),
       out.data()));
  return out;
}

}  // namespace wa::crypto
