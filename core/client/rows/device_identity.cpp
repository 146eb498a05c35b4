// tested by unit/client/pairing/pairing_vectors.cpp
#include "client/rows/device_identity.h"

#include "adv.pb.h"
#include "client/rows/account.h"
#include "crypto/hash.h"
#include "proto/reader.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr std::size_t kIdentityBytesMax = 500;
constexpr std::int32_t kHosted = 1;
// What the signatures and the HMAC are prefixed with, so that one can never pass for another.
constexpr ByteArray<2> kAccountPrefix = {6, 0}, kDevicePrefix = {6, 1}, kHostedAccountPrefix = {6, 5},
                       kHostedDevicePrefix = {6, 6};

using Signed = pb::ADVSignedDeviceIdentity;

bool is_hosted(const proto::Reader& details) {
  return details.int32(pb::ADVDeviceIdentity::kDeviceTypeFieldNumber) == kHosted;
}

ByteView account_key_in(const proto::Reader& identity) {
  return identity.bytes(Signed::kAccountSignatureKeyFieldNumber);
}

// What was read, with our signature; what this program does not know of it stands last, as the library writes it.
Bytes with_signature(const proto::Reader& identity, ByteView signature, bool with_account_key) {
  proto::Writer out;
  for (int field = Signed::kDetailsFieldNumber; field <= Signed::kAccountSignatureFieldNumber; ++field) {
    const bool left_out = field == Signed::kAccountSignatureKeyFieldNumber && !with_account_key;
    if (identity.has(field) && !left_out) out.bytes(field, identity.bytes(field));
  }
  out.bytes(Signed::kDeviceSignatureFieldNumber, signature);
  proto::Items items = identity.items();
  for (proto::Item item; items.next(item);) {
    const bool known = item.wire == proto::Wire::bytes && item.field <= Signed::kDeviceSignatureFieldNumber;
    if (!known) out.item(item);
  }
  return out.written();
}

}  // namespace

Result<PairedIdentity> verify_pair_success(ByteView device_identity, ByteView adv_secret,
                                           const crypto::KeyPair& identity, const ByteArray<64>& nonce) {
  if (device_identity.empty() || device_identity.size() > kIdentityBytesMax) {
    return {Errc::bad_input, "device identity has a wrong size"};
  }
  using Hmac = pb::ADVSignedDeviceIdentityHMAC;
  const proto::Parsed outer(device_identity);
  if (!outer) return {Errc::bad_input, "device identity is malformed"};
  const bool hosted_account = outer->int32(Hmac::kAccountTypeFieldNumber) == kHosted;
  const ByteView hmac_prefix = hosted_account ? ByteView(kHostedAccountPrefix) : ByteView{};
  const ByteView covered = outer->bytes(Hmac::kDetailsFieldNumber);
  if (!equal_constant_time(crypto::hmac_sha256(adv_secret, {hmac_prefix, covered}),
                           outer->bytes(Hmac::kHmacFieldNumber))) {
    return {Errc::bad_mac, "hmac-mismatch"};
  }
  const proto::Parsed signed_identity(covered);
  const ByteView inner = signed_identity->bytes(Signed::kDetailsFieldNumber);
  const proto::Parsed details(inner);
  if (!signed_identity || !details || account_key_in(*signed_identity).size() != 32) {
    return {Errc::bad_input, "device identity is malformed"};
  }
  PairedIdentity out;
  out.account_key = array_of<32>(account_key_in(*signed_identity));
  const ByteView account_prefix = is_hosted(*details) ? ByteView(kHostedAccountPrefix) : ByteView(kAccountPrefix);
  if (!crypto::xeddsa_verify(out.account_key, concat({account_prefix, inner, identity.public_key}),
                             signed_identity->bytes(Signed::kAccountSignatureFieldNumber))) {
    return {Errc::bad_signature, "signature-mismatch"};
  }
  const auto signature = crypto::xeddsa_sign(
      identity.private_key, concat({kDevicePrefix, inner, identity.public_key, out.account_key}), nonce);
  out.stored = with_signature(*signed_identity, signature, true);
  out.reply = with_signature(*signed_identity, signature, false);
  out.key_index = details->uint32(pb::ADVDeviceIdentity::kKeyIndexFieldNumber);
  return out;
}

std::optional<crypto::PublicKey> account_key(const Account& account) {
  const proto::Parsed own(account.signed_device_identity);
  const ByteView key = account_key_in(*own);
  if (key.size() != 32) return std::nullopt;
  return array_of<32>(key);
}

bool is_signed_device(const crypto::PublicKey& account_key, ByteView signed_identity,
                      const crypto::PublicKey& identity) {
  if (signed_identity.size() > kIdentityBytesMax) return false;
  const proto::Parsed theirs(signed_identity);
  const ByteView inner = theirs->bytes(Signed::kDetailsFieldNumber);
  const proto::Parsed details(inner);
  if (!theirs || !details) return false;
  const bool hosted = is_hosted(*details);
  const auto signed_by = [&](ByteView prefix) {
    return crypto::xeddsa_verify(identity, concat({prefix, inner, identity, account_key}),
                                 theirs->bytes(Signed::kDeviceSignatureFieldNumber));
  };
  const ByteView account_prefix = hosted ? ByteView(kHostedAccountPrefix) : ByteView(kAccountPrefix);
  return crypto::xeddsa_verify(account_key, concat({account_prefix, inner, identity}),
                               theirs->bytes(Signed::kAccountSignatureFieldNumber)) &&
         (signed_by(kDevicePrefix) || (hosted && signed_by(kHostedDevicePrefix)));
}

}  // namespace wa::client
