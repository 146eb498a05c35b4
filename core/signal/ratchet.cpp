#include "signal/ratchet.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "signal/wire_message.h"

namespace wa::signal {
namespace {

constexpr std::string_view kTextInfo = "WhisperText";
constexpr std::string_view kRatchetInfo = "WhisperRatchet";
constexpr std::string_view kMessageInfo = "WhisperMessageKeys";
constexpr std::uint8_t kSeedByte[] = {0x01};
constexpr std::uint8_t kChainByte[] = {0x02};

RootStep halves(const ByteArray<64>& okm) {
  return {array_of<32>(ByteView(okm).first(32)), array_of<32>(ByteView(okm).subspan(32))};
}

// The secret begins with 32 bytes FF, a point no agreement can produce.
RootStep x3dh_keys(std::initializer_list<crypto::SharedSecret> agreements) {
  Bytes secret(32, 0xff);
  for (const crypto::SharedSecret& one : agreements) append(secret, one);
  RootStep out = halves(crypto::hkdf_sha256<64>(secret, {}, kTextInfo));
  crypto::wipe(secret);
  return out;
}

// Checks the MAC before anything else is believed.
Result<Bytes> open_with(const ByteArray<32>& seed, const Ratchet& ratchet, const SignalMessage& message) {
  const MessageKeys keys = derive_message_keys(seed);
  const ByteView raw(message.raw);
  const ByteView body = raw.first(raw.size() - kMacBytes);
  if (!equal_constant_time(message_mac(keys, ratchet.remote_identity, ratchet.own_identity, body),
                           raw.last(kMacBytes))) {
    return {Errc::bad_mac, "Signal message MAC"};
  }
  return crypto::cbc_decrypt(keys.cipher_key, keys.iv, message.ciphertext);
}

// The seed for `counter`; seeds passed over are kept in the chain.
Result<ByteArray<32>> advance_to(ReceivingChain& chain, std::uint32_t counter, Work& work) {
  const std::uint32_t jump = counter - chain.chain.counter;
  if (jump > work.jump_max || !work.take(jump)) return {Errc::too_large, "Signal counter jump"};
  while (chain.chain.counter < counter) {
    const std::uint32_t skipped = chain.chain.counter;
    chain.skipped.emplace_back(skipped, next_seed(chain.chain));
  }
  return next_seed(chain.chain);
}

Result<Bytes> decrypt_skipped(const Ratchet& ratchet, ReceivingChain& chain, const SignalMessage& message) {
  const auto found = std::find_if(chain.skipped.begin(), chain.skipped.end(),
                                  [&](const auto& entry) { return entry.first == message.counter; });
  if (found == chain.skipped.end()) return {Errc::duplicate, "old Signal counter"};
  WA_TRY(Bytes plaintext, open_with(found->second, ratchet, message));
  chain.skipped.erase(found);
  return plaintext;
}

Result<Bytes> decrypt_in_chain(const Ratchet& ratchet, ReceivingChain& chain, const SignalMessage& message,
                               Work& work) {
  if (message.counter < chain.chain.counter) return decrypt_skipped(ratchet, chain, message);
  ReceivingChain next = chain;
  WA_TRY(const ByteArray<32> seed, advance_to(next, message.counter, work));
  WA_TRY(Bytes plaintext, open_with(seed, ratchet, message));
  chain = std::move(next);
  return plaintext;
}

Result<Bytes> decrypt_new_chain(Ratchet& ratchet, const SignalMessage& message, const crypto::KeyPair& fresh,
                                Work& work) {
  WA_TRY(const RootStep receiving,
         step_root(ratchet.root_key, ratchet.sending_ratchet.private_key, message.ratchet_key));
  ReceivingChain chain{message.ratchet_key, {receiving.chain_key, 0}, {}};
  WA_TRY(const ByteArray<32> seed, advance_to(chain, message.counter, work));
  WA_TRY(Bytes plaintext, open_with(seed, ratchet, message));
  WA_TRY(const RootStep sending, step_root(receiving.root_key, fresh.private_key, message.ratchet_key));
  if (ratchet.receiving.size() >= limits::kReceivingChainsMax) ratchet.receiving.erase(ratchet.receiving.begin());
  ratchet.receiving.push_back(std::move(chain));
  ratchet.previous_counter = ratchet.sending.counter == 0 ? 0 : ratchet.sending.counter - 1;
  ratchet.root_key = sending.root_key;
  ratchet.sending_ratchet = fresh;
  ratchet.sending = {sending.chain_key, 0};
  return plaintext;
}

ReceivingChain* chain_of(Ratchet& ratchet, const crypto::PublicKey& key) {
  const auto found = std::find_if(ratchet.receiving.rbegin(), ratchet.receiving.rend(),
                                  [&](const ReceivingChain& chain) { return chain.ratchet_key == key; });
  return found == ratchet.receiving.rend() ? nullptr : &*found;
}

}  // namespace

std::size_t keep_newest(SkippedKeys& keys, std::size_t most) {
  if (keys.size() > most) keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(most));
  return most - keys.size();
}

std::size_t Ratchet::keep_skipped(std::size_t most) {
  for (auto chain = receiving.rbegin(); chain != receiving.rend(); ++chain) most = keep_newest(chain->skipped, most);
  return most;
}

ByteArray<32> next_seed(ChainKey& chain) {
  const ByteArray<32> seed = crypto::hmac_sha256(chain.key, ByteView(kSeedByte));
  chain.key = crypto::hmac_sha256(chain.key, ByteView(kChainByte));
  ++chain.counter;
  return seed;
}

MessageKeys derive_message_keys(const ByteArray<32>& seed) {
  const ByteArray<80> okm = crypto::hkdf_sha256<80>(seed, {}, kMessageInfo);
  const ByteView all(okm);
  return {array_of<32>(all.first(32)), array_of<32>(all.subspan(32, 32)), array_of<16>(all.subspan(64))};
}

Result<RootStep> step_root(const ByteArray<32>& root_key, const crypto::PrivateKey& own,
                           const crypto::PublicKey& remote) {
  WA_TRY(const crypto::SharedSecret agreement, crypto::x25519(own, remote));
  return halves(crypto::hkdf_sha256<64>(agreement, root_key, kRatchetInfo));
}

Result<Ratchet> start_as_initiator(const crypto::KeyPair& own_identity, std::uint32_t own_registration_id,
                                   const RemoteBundle& bundle, const crypto::KeyPair& base,
                                   const crypto::KeyPair& first_ratchet) {
  WA_TRY(const auto dh1, crypto::x25519(own_identity.private_key, bundle.signed_prekey));
  WA_TRY(const auto dh2, crypto::x25519(base.private_key, bundle.identity));
  WA_TRY(const auto dh3, crypto::x25519(base.private_key, bundle.signed_prekey));
  RootStep keys;
  if (bundle.prekey) {
    WA_TRY(const auto dh4, crypto::x25519(base.private_key, bundle.prekey->second));
    keys = x3dh_keys({dh1, dh2, dh3, dh4});
  } else {
    keys = x3dh_keys({dh1, dh2, dh3});
  }
  WA_TRY(const RootStep sending, step_root(keys.root_key, first_ratchet.private_key, bundle.signed_prekey));
  Ratchet out;
  out.own_identity = own_identity.public_key;
  out.remote_identity = bundle.identity;
  out.own_registration_id = own_registration_id;
  out.remote_registration_id = bundle.registration_id;
  out.root_key = sending.root_key;
  out.sending_ratchet = first_ratchet;
  out.sending = {sending.chain_key, 0};
  out.receiving.push_back({bundle.signed_prekey, {keys.chain_key, 0}, {}});
  out.base_key = base.public_key;
  out.pending_prekey = PendingPrekey{std::nullopt, bundle.signed_prekey_id, base.public_key};
  if (bundle.prekey) out.pending_prekey->prekey_id = bundle.prekey->first;
  return out;
}

Result<Ratchet> start_as_responder(const crypto::KeyPair& own_identity, std::uint32_t own_registration_id,
                                   const crypto::KeyPair& signed_prekey, const crypto::KeyPair* one_time_prekey,
                                   const crypto::PublicKey& remote_identity, const crypto::PublicKey& remote_base_key,
                                   std::uint32_t remote_registration_id) {
  WA_TRY(const auto dh1, crypto::x25519(signed_prekey.private_key, remote_identity));
  WA_TRY(const auto dh2, crypto::x25519(own_identity.private_key, remote_base_key));
  WA_TRY(const auto dh3, crypto::x25519(signed_prekey.private_key, remote_base_key));
  RootStep keys;
  if (one_time_prekey) {
    WA_TRY(const auto dh4, crypto::x25519(one_time_prekey->private_key, remote_base_key));
    keys = x3dh_keys({dh1, dh2, dh3, dh4});
  } else {
    keys = x3dh_keys({dh1, dh2, dh3});
  }
  Ratchet out;
  out.own_identity = own_identity.public_key;
  out.remote_identity = remote_identity;
  out.own_registration_id = own_registration_id;
  out.remote_registration_id = remote_registration_id;
  out.root_key = keys.root_key;
  out.sending_ratchet = signed_prekey;
  out.sending = {keys.chain_key, 0};
  out.base_key = remote_base_key;
  return out;
}

Encrypted encrypt(Ratchet& ratchet, ByteView plaintext) {
  const std::uint32_t counter = ratchet.sending.counter;
  const MessageKeys keys = derive_message_keys(next_seed(ratchet.sending));
  SignalMessage message;
  message.ratchet_key = ratchet.sending_ratchet.public_key;
  message.counter = counter;
  message.previous_counter = ratchet.previous_counter;
  message.ciphertext = crypto::cbc_encrypt(keys.cipher_key, keys.iv, plaintext);
  Bytes wire = encode_signal_message(message);
  append(wire, message_mac(keys, ratchet.own_identity, ratchet.remote_identity, wire));
  if (!ratchet.pending_prekey) return {std::move(wire), false};
  return {encode_prekey_message(*ratchet.pending_prekey, ratchet.own_identity, ratchet.own_registration_id, wire),
          true};
}

bool starts_chain(const Ratchet& ratchet, const SignalMessage& message) {
  return std::none_of(ratchet.receiving.begin(), ratchet.receiving.end(),
                      [&](const ReceivingChain& chain) { return chain.ratchet_key == message.ratchet_key; });
}

Result<Bytes> decrypt(Ratchet& ratchet, const SignalMessage& message, const crypto::KeyPair& fresh, Work& work) {
  ReceivingChain* chain = chain_of(ratchet, message.ratchet_key);
  auto plaintext =
      chain ? decrypt_in_chain(ratchet, *chain, message, work) : decrypt_new_chain(ratchet, message, fresh, work);
  if (!plaintext) return plaintext;
  ratchet.pending_prekey.reset();
  (void)ratchet.keep_skipped(kSkippedKeysPerSessionMax);
  return plaintext;
}

}  // namespace wa::signal
