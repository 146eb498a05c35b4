// Linking with a code: the cryptography of both steps (03 section 4). Pure; pairing_code.json.
// The 131072 iterations of PBKDF2 take 50-200 ms; they happen once per code and once per answer.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/curve.h"

namespace wa::client {

std::string pair_code_text(const ByteArray<5>& random);      // 8 characters, without the dash
std::string pair_code_display(const std::string& code);      // "ABCD-1234"

// companion_hello: salt || iv || AES-CTR of the ephemeral public key, 80 bytes.
Bytes wrap_ephemeral(const std::string& code, const crypto::PublicKey& ephemeral, const ByteArray<32>& salt,
                     const ByteArray<16>& iv);
Result<crypto::PublicKey> unwrap_ephemeral(const std::string& code, ByteView wrapped);

struct BundleRandom {
  ByteArray<32> secret, salt;
  ByteArray<12> nonce;
};
struct CompanionFinish {
  Bytes wrapped_key_bundle;
  ByteArray<32> adv_secret;    // replaces the stored one before the finish is sent
};
// Errors: bad_input (sizes, low-order keys).
Result<CompanionFinish> finish_pair_code(const std::string& code, const crypto::KeyPair& ephemeral,
                                         const crypto::KeyPair& identity, ByteView wrapped_primary_ephemeral,
                                         ByteView primary_identity, const BundleRandom& random);

}  // namespace wa::client
