// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/curve.h"

#include <sodium.h>

#include "crypto/field25519.h"
#include "crypto/hash.h"

namespace wa::crypto {
namespace {

constexpr std::uint8_t kTypeByte = 0x05;
constexpr std::uint8_t kSignBit = 0x80;

ByteArray<32> clamp(ByteArray<32> scalar) {
  scalar[0] &= 248;
  scalar[31] = static_cast<std::uint8_t>((scalar[31] & 127) | 64);
  return scalar;
}

ByteArray<32> reduce(const ByteArray<64>& wide) {
  ByteArray<32> out;
  crypto_core_ed25519_scalar_reduce(out.data(), wide.data());
  return out;
}

ByteArray<32> base_times(const ByteArray<32>& scalar) {
  ByteArray<32> out{};
  // Fails only for the zero scalar, which SHA-512 output and clamped keys are not.
  WA_ASSERT(crypto_scalarmult_ed25519_base_noclamp(out.data(), scalar.data()) == 0);
  return out;
}

}  // namespace

PrivateKey::~PrivateKey() { wipe(raw_); }

KeyPair KeyPair::generate(Random& random) { return from_private(random.array<32>()); }

KeyPair KeyPair::from_private(const ByteArray<32>& raw) {
  KeyPair out;
  ByteArray<32> scalar = clamp(raw);
  out.private_key = PrivateKey(scalar);
  WA_ASSERT(crypto_scalarmult_curve25519_base(out.public_key.data(), scalar.data()) == 0);
  wipe(scalar);
  return out;
}

Result<SharedSecret> x25519(const PrivateKey& own, const PublicKey& other) {
  SharedSecret out{};
  if (crypto_scalarmult_curve25519(out.data(), own.bytes().data(), other.data()) != 0) {
    return {Errc::bad_input, "X25519 result is zero"};
  }
  return out;
}

Signature xeddsa_sign(const PrivateKey& key, ByteView message, const ByteArray<64>& nonce) {
  ByteArray<32> scalar = clamp(array_of<32>(key.bytes()));
  const ByteArray<32> point = base_times(scalar);
  ByteArray<32> prefix;
  prefix.fill(0xff);
  prefix[0] = 0xfe;
  ByteArray<32> r = reduce(sha512({prefix, scalar, message, nonce}));
  const ByteArray<32> big_r = base_times(r);
  const ByteArray<32> h = reduce(sha512({big_r, point, message}));
  ByteArray<32> s;
  crypto_core_ed25519_scalar_mul(s.data(), h.data(), scalar.data());
  crypto_core_ed25519_scalar_add(s.data(), s.data(), r.data());
  Signature out;
  for (std::size_t i = 0; i < 32; ++i) {
    out[i] = big_r[i];
    out[32 + i] = s[i];
  }
  out[63] = static_cast<std::uint8_t>(out[63] | (point[31] & kSignBit));
  wipe(scalar);
  wipe(r);
  return out;
}

bool xeddsa_verify(const PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != 64 || (signature[63] & 0x60) != 0) return false;
  auto point = edwards_y_of_montgomery_u(key);
  if (!point) return false;
  Signature plain = array_of<64>(signature);
  (*point)[31] = static_cast<std::uint8_t>((*point)[31] | (plain[63] & kSignBit));
  plain[63] = static_cast<std::uint8_t>(plain[63] & ~kSignBit);
  return crypto_sign_verify_detached(plain.data(), message.data(), message.size(), point->data()) == 0;
}

Result<PublicKey> parse_public_key(ByteView bytes) {
  if (bytes.size() == 33 && bytes[0] == kTypeByte) bytes = bytes.subspan(1);
  if (bytes.size() != 32) return {Errc::bad_input, "public key has the wrong size or type"};
  return array_of<32>(bytes);
}

Bytes with_type_byte(const PublicKey& key) {
  Bytes out;
  out.reserve(33);
  out.push_back(kTypeByte);
  append(out, key);
  return out;
}

}  // namespace wa::crypto
