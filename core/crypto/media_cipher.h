// Media files (08): app-state blobs and history are encrypted like any attachment.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace wa::crypto {

struct MediaKeys {
  ByteArray<16> iv;
  ByteArray<32> cipher_key;
  ByteArray<32> mac_key;
  ByteArray<32> ref_key;
};

inline constexpr std::string_view kAppStateMediaInfo = "WhatsApp App State Keys";
inline constexpr std::string_view kHistoryMediaInfo = "WhatsApp History Keys";

MediaKeys expand_media_key(ByteView media_key, std::string_view info);

struct MediaFile {  // what a reference says about the file; empty hashes and zero size are not checked
  Bytes media_key, file_sha256, file_enc_sha256;
  std::uint64_t file_size = 0;
};

// ciphertext || first 10 bytes of the MAC.
Bytes media_encrypt(ByteView media_key, std::string_view info, ByteView plaintext);
// Checks in this order: length, encrypted hash, MAC, padding, plain hash, size.
Result<Bytes> media_decrypt(const MediaFile& file, std::string_view info, ByteView encrypted);

}  // namespace wa::crypto
