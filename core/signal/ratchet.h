// Double Ratchet (04 sections 3, 4): pure. A Ratchet is a value; encrypt and decrypt return the next value, so that a
// failed MAC leaves nothing changed. Storage is in session.h.
// Proved by vectors signal_kdf.json, double_ratchet.json.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/curve.h"
#include "signal/work.h"

namespace wa::signal {

struct ChainKey {
  ByteArray<32> key{};
  std::uint32_t counter = 0;
};

struct MessageKeys {
  ByteArray<32> cipher_key, mac_key;
  ByteArray<16> iv;
};

using SkippedKeys = std::vector<std::pair<std::uint32_t, ByteArray<32>>>;  // counter, message key seed; ascending
// Erases the oldest beyond `most`. Returns how many more there may be.
std::size_t keep_newest(SkippedKeys& keys, std::size_t most);

struct ReceivingChain {
  crypto::PublicKey ratchet_key{};
  ChainKey chain;
  SkippedKeys skipped;
};

struct PendingPrekey {  // repeated in every message until the first answer is decrypted
  std::optional<std::uint32_t> prekey_id;
  std::uint32_t signed_prekey_id = 0;
  crypto::PublicKey base_key{};
};

struct Ratchet {
  crypto::PublicKey own_identity{}, remote_identity{};
  std::uint32_t own_registration_id = 0, remote_registration_id = 0;
  ByteArray<32> root_key{};
  crypto::KeyPair sending_ratchet;
  ChainKey sending;
  std::uint32_t previous_counter = 0;
  std::vector<ReceivingChain> receiving;  // newest last, at most kReceivingChainsMax
  crypto::PublicKey base_key{};           // the initiator's; identifies a session started by a pkmsg
  std::optional<PendingPrekey> pending_prekey;

  // Of all chains together: the oldest chain loses its keys first. As keep_newest().
  std::size_t keep_skipped(std::size_t most);
  Bytes encode() const;
  static Result<Ratchet> decode(ByteView row);
};

struct RemoteBundle {  // what a device published; see session.h for checking the signature
  std::uint32_t registration_id = 0;
  crypto::PublicKey identity{};
  std::uint32_t signed_prekey_id = 0;
  crypto::PublicKey signed_prekey{};
  crypto::Signature signed_prekey_signature{};
  std::optional<std::pair<std::uint32_t, crypto::PublicKey>> prekey;
};

// X3DH. `base` and `first_ratchet` are fresh key pairs.
Result<Ratchet> start_as_initiator(const crypto::KeyPair& own_identity, std::uint32_t own_registration_id,
                                   const RemoteBundle& bundle, const crypto::KeyPair& base,
                                   const crypto::KeyPair& first_ratchet);
Result<Ratchet> start_as_responder(const crypto::KeyPair& own_identity, std::uint32_t own_registration_id,
                                   const crypto::KeyPair& signed_prekey, const crypto::KeyPair* one_time_prekey,
                                   const crypto::PublicKey& remote_identity, const crypto::PublicKey& remote_base_key,
                                   std::uint32_t remote_registration_id);

// The seed of the message key at chain.counter; moves the chain one step on.
ByteArray<32> next_seed(ChainKey& chain);
MessageKeys derive_message_keys(const ByteArray<32>& seed);
// One Diffie-Hellman step of the root: the next root key, and the chain that begins with it.
struct RootStep { ByteArray<32> root_key{}, chain_key{}; };
Result<RootStep> step_root(const ByteArray<32>& root_key, const crypto::PrivateKey& own,
                           const crypto::PublicKey& remote);

struct Encrypted {
  Bytes message;       // wire form: SignalMessage, or PreKeySignalMessage while pending_prekey is set
  bool is_prekey = false;  // enc type "pkmsg" rather than "msg"
};
// Changes `ratchet` (the sending chain): store it before the bytes leave the process.
Encrypted encrypt(Ratchet& ratchet, ByteView plaintext);

// A parsed SignalMessage (0x33 || protobuf || 8-byte MAC).
struct SignalMessage {
  crypto::PublicKey ratchet_key{};
  std::uint32_t counter = 0, previous_counter = 0;
  Bytes ciphertext;
  Bytes raw;  // everything
};
Result<SignalMessage> parse_signal_message(ByteView wire);

struct PrekeyMessage {
  std::uint32_t registration_id = 0;
  std::optional<std::uint32_t> prekey_id;
  std::uint32_t signed_prekey_id = 0;
  crypto::PublicKey base_key{}, identity{};
  SignalMessage message;
};
Result<PrekeyMessage> parse_prekey_message(ByteView wire);

// The message begins a chain this ratchet has not seen: decrypting it takes a fresh key pair.
bool starts_chain(const Ratchet& ratchet, const SignalMessage& message);

// On success `ratchet` has moved on; on error it is untouched. Errors: bad_mac, duplicate (old counter),
// too_large (a jump over what `work` allows), bad_input. `fresh` is read only when starts_chain(). Takes the steps of a jump.
Result<Bytes> decrypt(Ratchet& ratchet, const SignalMessage& message, const crypto::KeyPair& fresh, Work& work);

}  // namespace wa::signal
