// Account-device verification (03 section 3): is this pair-success really signed by the account, for us? Is that device,
// which says it is one of ours, signed by the account that signed us? Pure; whom to trust: own_devices.h.
// Proved by adv_pair_success.json, negative cases included.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/curve.h"

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
// The key that signed this device at pairing, which is the identity of the phone; nullopt before it.
std::optional<crypto::PublicKey> account_key(const Account& account);
// True when this ADVSignedDeviceIdentity is of a device with `identity`, signed by that account and by the device.
bool is_signed_device(const crypto::PublicKey& account_key, ByteView signed_identity, const crypto::PublicKey& identity);

}  // namespace wa::client
