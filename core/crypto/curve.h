// X25519 agreement and XEdDSA signatures (04 section 2). Key generation takes the Random it draws from.
// Guarantees: private keys wipe themselves; an all-zero agreement is an error; verification follows every reject rule.
#pragma once

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace wa::crypto {

using PublicKey = ByteArray<32>;
using SharedSecret = ByteArray<32>;
using Signature = ByteArray<64>;

class PrivateKey {
 public:
  PrivateKey() = default;
  explicit PrivateKey(const ByteArray<32>& raw) : raw_(raw) {}
  PrivateKey(const PrivateKey&) = default;
  PrivateKey& operator=(const PrivateKey&) = default;
  ~PrivateKey();
  ByteView bytes() const { return raw_; }

 private:
  ByteArray<32> raw_{};
};

struct KeyPair {
  PrivateKey private_key;
  PublicKey public_key{};
  static KeyPair generate(Random& random);
  static KeyPair from_private(const ByteArray<32>& raw);
};

// Errc::bad_input when the result is all zero (a low-order public key).
Result<SharedSecret> x25519(const PrivateKey& own, const PublicKey& other);

// `nonce` is 64 fresh random bytes.
Signature xeddsa_sign(const PrivateKey& key, ByteView message, const ByteArray<64>& nonce);
bool xeddsa_verify(const PublicKey& key, ByteView message, ByteView signature);

// Accepts 32 raw bytes, or 33 with the leading type byte 05 (04 section 1).
Result<PublicKey> parse_public_key(ByteView bytes);
Bytes with_type_byte(const PublicKey& key);  // 05 || key

}  // namespace wa::crypto
