// tested by unit/client/pairing/pairing_vectors.cpp
#include "client/rows/device_identity.h"

#include "adv.pb.h"
#include "client/rows/account.h"
#include "crypto/hash.h"
#include "proto/message.h"

namespace wa::client {
namespace {

constexpr std::size_t kIdentityBytesMax = 500;
constexpr std::int32_t kHosted = 1;
// What the signatures and the HMAC are prefixed with, so that one can never pass for another.
constexpr ByteArray<2> kAccountPrefix = {6, 0}, kDevicePrefix = {6, 1}, kHostedAccountPrefix = {6, 5},
                       kHostedDevicePrefix = {6, 6};

}  // namespace

Result<PairedIdentity> verify_pair_success(ByteView device_identity, ByteView adv_secret, const crypto::KeyPair& identity,
                                           const ByteArray<64>& nonce) {
  if (device_identity.empty() || device_identity.size() > kIdentityBytesMax) {
    return {Errc::bad_input, "device identity has a wrong size"};
  }
  pb::ADVSignedDeviceIdentityHMAC outer;
  if (!proto::parse(outer, device_identity)) {
    return {Errc::bad_input, "device identity is malformed"};
  }
  const ByteView hmac_prefix = outer.account_type() == kHosted ? ByteView(kHostedAccountPrefix) : ByteView{};
  if (!equal_constant_time(crypto::hmac_sha256(adv_secret, {hmac_prefix, view(outer.details())}), view(outer.hmac()))) {
    return {Errc::bad_mac, "hmac-mismatch"};
  }
  pb::ADVSignedDeviceIdentity signed_identity;
  pb::ADVDeviceIdentity details;
  if (!proto::parse(signed_identity, view(outer.details())) || !proto::parse(details, view(signed_identity.details())) ||
      signed_identity.account_signature_key().size() != 32) {
    return {Errc::bad_input, "device identity is malformed"};
  }
  PairedIdentity out;
  out.account_key = array_of<32>(view(signed_identity.account_signature_key()));
  const ByteView inner = view(signed_identity.details());
  const ByteView account_prefix = details.device_type() == kHosted ? ByteView(kHostedAccountPrefix) : ByteView(kAccountPrefix);
  if (!crypto::xeddsa_verify(out.account_key, concat({account_prefix, inner, identity.public_key}),
                             view(signed_identity.account_signature()))) {
    return {Errc::bad_signature, "signature-mismatch"};
  }
  const auto signature = crypto::xeddsa_sign(
      identity.private_key, concat({kDevicePrefix, inner, identity.public_key, out.account_key}), nonce);
  signed_identity.set_device_signature(to_string(signature));
  out.stored = proto::serialise(signed_identity);
  signed_identity.clear_account_signature_key();
  out.reply = proto::serialise(signed_identity);
  out.key_index = details.key_index();
  return out;
}

std::optional<crypto::PublicKey> account_key(const Account& account) {
  pb::ADVSignedDeviceIdentity own;
  if (!proto::parse(own, account.signed_device_identity) || own.account_signature_key().size() != 32) return std::nullopt;
  return array_of<32>(view(own.account_signature_key()));
}

bool is_signed_device(const crypto::PublicKey& account_key, ByteView signed_identity, const crypto::PublicKey& identity) {
  pb::ADVSignedDeviceIdentity theirs;
  pb::ADVDeviceIdentity details;
  if (signed_identity.size() > kIdentityBytesMax || !proto::parse(theirs, signed_identity) ||
      !proto::parse(details, view(theirs.details()))) {
    return false;
  }
  const ByteView inner = view(theirs.details());
  const bool hosted = details.device_type() == kHosted;
  const auto signed_by = [&](ByteView prefix) {
    return crypto::xeddsa_verify(identity, concat({prefix, inner, identity, account_key}), view(theirs.device_signature()));
  };
  const ByteView account_prefix = hosted ? ByteView(kHostedAccountPrefix) : ByteView(kAccountPrefix);
  return crypto::xeddsa_verify(account_key, concat({account_prefix, inner, identity}), view(theirs.account_signature())) &&
         (signed_by(kDevicePrefix) || (hosted && signed_by(kHostedDevicePrefix)));
}

}  // namespace wa::client
