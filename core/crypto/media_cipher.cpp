// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/media_cipher.h"

#include "base/limits.h"
#include "crypto/aes.h"
#include "crypto/hash.h"

namespace wa::crypto {
namespace {

constexpr std::size_t kMac = 10;

}  // namespace

MediaKeys expand_media_key(ByteView media_key, std::string_view info) {
  const ByteArray<112> raw = hkdf_sha256<112>(media_key, {}, info);
  const ByteView all(raw);
  return {array_of<16>(all.first(16)), array_of<32>(all.subspan(16, 32)), array_of<32>(all.subspan(48, 32)),
          array_of<32>(all.subspan(80, 32))};
}

Bytes media_encrypt(ByteView media_key, std::string_view info, ByteView plaintext) {
  const MediaKeys keys = expand_media_key(media_key, info);
  Bytes out = cbc_encrypt(keys.cipher_key, keys.iv, plaintext);
  const ByteArray<32> mac = hmac_sha256(keys.mac_key, {keys.iv, out});
  append(out, ByteView(mac).first(kMac));
  return out;
}

Result<Bytes> media_decrypt(const MediaFile& file, std::string_view info, ByteView encrypted) {
  if (encrypted.size() < kMac + 16) return {Errc::truncated, "media file is too short"};
  if (encrypted.size() > limits::kMediaBytesMax) return {Errc::too_large, "media file is too large"};
  if (!file.file_enc_sha256.empty() && !equal(sha256(encrypted), file.file_enc_sha256)) {
    return {Errc::mismatch, "hash of the encrypted media file differs"};
  }
  const MediaKeys keys = expand_media_key(file.media_key, info);
  const ByteView ciphertext = encrypted.first(encrypted.size() - kMac);
  const ByteArray<32> mac = hmac_sha256(keys.mac_key, {keys.iv, ciphertext});
  if (!equal_constant_time(ByteView(mac).first(kMac), encrypted.last(kMac))) return {Errc::bad_mac, "media MAC is wrong"};
  WA_TRY(Bytes plaintext, cbc_decrypt(keys.cipher_key, keys.iv, ciphertext));
  if (!file.file_sha256.empty() && !equal(sha256(plaintext), file.file_sha256)) {
    return {Errc::mismatch, "hash of the media file differs"};
  }
  // Senders disagree whether the size is that of the plaintext or of the encrypted file.
  if (file.file_size != 0 && file.file_size != plaintext.size() && file.file_size != encrypted.size()) {
    return {Errc::mismatch, "size of the media file differs"};
  }
  return plaintext;
}

}  // namespace wa::crypto
