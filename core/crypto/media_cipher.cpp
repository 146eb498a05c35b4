// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/media_cipher.h"

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/media_stream.h"

namespace wa::crypto {

MediaKeys expand_media_key(ByteView media_key, std::string_view info) {
  const ByteArray<112> raw = hkdf_sha256<112>(media_key, {}, info);
  const ByteView all(raw);
  return {array_of<16>(all.first(16)), array_of<32>(all.subspan(16, 32)), array_of<32>(all.subspan(48, 32)),
          array_of<32>(all.subspan(80, 32))};
}

Bytes media_encrypt(ByteView media_key, std::string_view info, ByteView plaintext) {
  MediaSealer sealer(media_key, info);
  Bytes out = to_bytes(sealer.feed(plaintext));
  append(out, sealer.finish().last);
  return out;
}

Result<Bytes> media_decrypt(const MediaFile& file, std::string_view info, ByteView encrypted) {
  if (encrypted.size() > limits::kMediaBytesMax) return {Errc::too_large, "media file is too large"};
  MediaOpener opener(file, info);
  Bytes plaintext = to_bytes(opener.feed(encrypted));
  WA_TRY(const OpenedMedia done, opener.finish());
  append(plaintext, done.last);
  return plaintext;
}

}  // namespace wa::crypto
