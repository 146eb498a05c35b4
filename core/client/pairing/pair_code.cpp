// tested by unit/client/pairing/pairing_vectors.cpp
#include "client/pairing/pair_code.h"

#include "crypto/aes.h"
#include "crypto/hash.h"

namespace wa::client {
namespace {

constexpr std::uint32_t kIterations = 131072;
constexpr std::size_t kSalt = 32, kIv = 16, kWrapped = 80;
constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTVWXYZ";
constexpr std::string_view kBundleInfo = "link_code_pairing_key_bundle_encryption_key";

}  // namespace

std::string pair_code_text(const ByteArray<5>& random) {
  const std::uint64_t bits = read_be(random);
  std::string code;
  for (int shift = 35; shift >= 0; shift -= 5) code.push_back(kAlphabet[bits >> shift & 31]);
  return code;
}

std::string pair_code_display(const std::string& code) { return code.substr(0, 4) + '-' + code.substr(4); }

Bytes wrap_ephemeral(const std::string& code, const crypto::PublicKey& ephemeral, const ByteArray<32>& salt,
                     const ByteArray<16>& iv) {
  const auto key = crypto::pbkdf2_sha256(view(code), salt, kIterations);
  return concat({salt, iv, crypto::ctr_xor(key, iv, ephemeral)});
}

Result<crypto::PublicKey> unwrap_ephemeral(const std::string& code, ByteView wrapped) {
  if (wrapped.size() != kWrapped) return {Errc::bad_input, "wrapped ephemeral key has the wrong size"};
  const auto key = crypto::pbkdf2_sha256(view(code), wrapped.first(kSalt), kIterations);
  return array_of<32>(crypto::ctr_xor(key, wrapped.subspan(kSalt, kIv), wrapped.subspan(kSalt + kIv)));
}

Result<CompanionFinish> finish_pair_code(const std::string& code, const crypto::KeyPair& ephemeral,
                                         const crypto::KeyPair& identity, ByteView wrapped_primary_ephemeral,
                                         ByteView primary_identity, const BundleRandom& random) {
  WA_TRY(const auto primary, crypto::parse_public_key(primary_identity));
  WA_TRY(const auto primary_ephemeral, unwrap_ephemeral(code, wrapped_primary_ephemeral));
  WA_TRY(const auto shared, crypto::x25519(ephemeral.private_key, primary_ephemeral));
  WA_TRY(const auto shared_identity, crypto::x25519(identity.private_key, primary));
  const auto key = crypto::hkdf_sha256<32>(shared, random.salt, kBundleInfo);
  const Bytes sealed = crypto::gcm_seal(key, random.nonce, {}, concat({identity.public_key, primary, random.secret}));
  return CompanionFinish{concat({random.salt, random.nonce, sealed}),
                         crypto::hkdf_sha256<32>(concat({shared, shared_identity, random.secret}), {}, "adv_secret")};
}

}  // namespace wa::client
