#include "support/vectors.h"

#include "crypto/aes.h"
#include "crypto/curve.h"
#include "crypto/hash.h"
#include "crypto/media_cipher.h"

using namespace wa;
using test::hex_field;

WA_VECTORS("hkdf.json", file, report) {
  for (const auto& vector : file["vectors"]) {
    Bytes okm(vector["length"].get<std::size_t>());
    const Bytes salt = vector["salt"].is_null() ? Bytes{} : hex_field(vector, "salt");
    crypto::hkdf_sha256(hex_field(vector, "ikm"), salt, vector["info"].get<std::string>(), okm);
    report.check(vector["use"], okm == hex_field(vector, "okm"));
  }
}

WA_VECTORS("xeddsa.json", file, report) {
  for (const auto& vector : file["vectors"]) {
    const auto public_key = array_of<32>(hex_field(vector, "public_key"));
    const Bytes message = hex_field(vector, "message");
    const Bytes signature = hex_field(vector, "signature");
    bool ok = crypto::xeddsa_verify(public_key, message, signature) == vector["valid"].get<bool>();
    if (vector.contains("private_key") && vector["valid"].get<bool>()) {
      const auto key = crypto::KeyPair::from_private(array_of<32>(hex_field(vector, "private_key")));
      ok = ok && key.public_key == public_key;
      if (vector.contains("random64")) {
        const auto made = crypto::xeddsa_sign(key.private_key, message, array_of<64>(hex_field(vector, "random64")));
        ok = ok && equal(made, signature);
      }
      if (vector.contains("peer_public_key")) {
        auto shared = crypto::x25519(key.private_key, array_of<32>(hex_field(vector, "peer_public_key")));
        ok = ok && shared.ok() && equal(*shared, hex_field(vector, "shared_secret_with_peer"));
      }
    }
    report.check(vector["name"], ok);
  }
}

WA_VECTORS("media.json", file, report) {
  for (const auto& vector : file["vectors"]) {
    const std::string name = vector["media_type"];
    const Bytes media_key = hex_field(vector, "media_key");
    if (vector.contains("enc_p")) {  // media retry: its own key and AES-GCM with the message id as AAD
      const auto key = crypto::hkdf_sha256<32>(media_key, {}, "WhatsApp Media Retry Notification");
      const std::string id = vector["message_id"];
      const Bytes iv = hex_field(vector, "iv"), plaintext = hex_field(vector, "plaintext"), sealed = hex_field(vector, "enc_p");
      auto opened = crypto::gcm_open(key, iv, view(id), sealed);
      report.check(name, equal(key, hex_field(vector, "key")) && crypto::gcm_seal(key, iv, view(id), plaintext) == sealed &&
                             opened.ok() && *opened == plaintext);
      continue;
    }
    const std::string info = vector["info"];
    const Bytes encrypted = hex_field(vector, "file");
    crypto::MediaFile reference{media_key, {}, {}, 0};
    if (vector.value("expect", "") == "reject") {
      report.check(name + " " + vector.value("why", ""), !crypto::media_decrypt(reference, info, encrypted).ok());
      continue;
    }
    const auto keys = crypto::expand_media_key(media_key, info);
    const Bytes plaintext = hex_field(vector, "plaintext");
    reference.file_sha256 = hex_field(vector, "file_sha256");
    reference.file_enc_sha256 = hex_field(vector, "file_enc_sha256");
    reference.file_size = plaintext.size();
    auto opened = crypto::media_decrypt(reference, info, encrypted);
    crypto::MediaFile encrypted_size = reference, wrong_size = reference;  // both ways of counting are in use, nothing else
    encrypted_size.file_size = encrypted.size();
    wrong_size.file_size = encrypted.size() + 1;
    const bool sizes = crypto::media_decrypt(encrypted_size, info, encrypted).ok() && !crypto::media_decrypt(wrong_size, info, encrypted).ok();
    report.check(name, sizes && equal(keys.iv, hex_field(vector, "iv")) && equal(keys.cipher_key, hex_field(vector, "cipher_key")) &&
                           equal(keys.mac_key, hex_field(vector, "mac_key")) && equal(keys.ref_key, hex_field(vector, "ref_key")) &&
                           crypto::media_encrypt(media_key, info, plaintext) == encrypted && opened.ok() && *opened == plaintext);
  }
}
