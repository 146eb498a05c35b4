// Account-device verification (03 section 3): is this pair-success really signed by the account, for us? Is that device,
// which says it is one of ours, signed by the account that signed us (04 section 13)? Pure.
// Proved by adv_pair_success.json, negative cases included.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/curve.h"
#include "wire/jid.h"

namespace wa::client {

struct PairedIdentity {
  Bytes stored;                        // the full ADVSignedDeviceIdentity with our signature, for <device-identity>
  Bytes reply;                         // the same without accountSignatureKey, for pair-device-sign
  std::uint32_t key_index = 0;
  crypto::PublicKey account_key{};     // the trusted identity of the own phone
};

// `device_identity` is the content of the stanza (ADVSignedDeviceIdentityHMAC); `nonce` 64 fresh random bytes.
// Errors: bad_mac (HMAC: another secret), bad_signature (account signature), bad_input. Nothing may be stored then.
Result<PairedIdentity> verify_pair_success(ByteView device_identity, ByteView adv_secret, const crypto::KeyPair& identity,
                                           const ByteArray<64>& nonce);

struct Account;
// False when `device` is a companion of the own account and its ADVSignedDeviceIdentity is there but not valid: not signed
// by the account key that signed ours, or by another identity than `identity`. Without one, for the phone and for
// other people's devices, the first identity seen is trusted.
bool is_trusted_device(const Account& account, const wire::Jid& device, ByteView signed_identity,
                       const crypto::PublicKey& identity);

}  // namespace wa::client
