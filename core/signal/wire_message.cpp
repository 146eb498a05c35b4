// tested by unit/signal/session_test.cpp
#include "signal/wire_message.h"

#include "crypto/hash.h"
#include "proto/message.h"
#include "signal.pb.h"

namespace wa::signal {

Bytes encode_signal_message(const SignalMessage& message) {
  pb::SignalMessage out;
  out.set_ratchet_key(to_string(crypto::with_type_byte(message.ratchet_key)));
  out.set_counter(message.counter);
  out.set_previous_counter(message.previous_counter);
  out.set_ciphertext(to_string(ByteView(message.ciphertext)));
  return proto::serialise(out, kWireVersion);
}

ByteArray<kMacBytes> message_mac(const MessageKeys& keys, const crypto::PublicKey& sender,
                                 const crypto::PublicKey& receiver, ByteView body) {
  const Bytes from = crypto::with_type_byte(sender), to = crypto::with_type_byte(receiver);
  const ByteArray<32> mac = crypto::hmac_sha256(keys.mac_key, {from, to, body});
  return array_of<kMacBytes>(ByteView(mac).first(kMacBytes));
}

Bytes encode_prekey_message(const PendingPrekey& pending, const crypto::PublicKey& identity,
                            std::uint32_t registration_id, ByteView signal_message) {
  pb::PreKeySignalMessage out;
  if (pending.prekey_id) out.set_pre_key_id(*pending.prekey_id);
  out.set_base_key(to_string(crypto::with_type_byte(pending.base_key)));
  out.set_identity_key(to_string(crypto::with_type_byte(identity)));
  out.set_message(to_string(signal_message));
  out.set_registration_id(registration_id);
  out.set_signed_pre_key_id(pending.signed_prekey_id);
  return proto::serialise(out, kWireVersion);
}

Result<SignalMessage> parse_signal_message(ByteView wire) {
  if (!is_version_3(wire)) return {Errc::bad_input, "Signal message version"};
  if (wire.size() < 1 + kMacBytes) return {Errc::truncated, "Signal message"};
  pb::SignalMessage parsed;
  if (!proto::parse(parsed, wire.subspan(1, wire.size() - 1 - kMacBytes)))
    return {Errc::bad_input, "Signal message protobuf"};
  if (!parsed.has_ratchet_key() || !parsed.has_ciphertext()) {  // counters may be left out when 0
    return {Errc::bad_input, "Signal message fields"};
  }
  SignalMessage out;
  WA_TRY(out.ratchet_key, crypto::parse_public_key(view(parsed.ratchet_key())));
  out.counter = parsed.counter();
  out.previous_counter = parsed.previous_counter();
  out.ciphertext = to_bytes(view(parsed.ciphertext()));
  out.raw = to_bytes(wire);
  return out;
}

Result<PrekeyMessage> parse_prekey_message(ByteView wire) {
  if (!is_version_3(wire)) return {Errc::bad_input, "prekey message version"};
  pb::PreKeySignalMessage parsed;
  if (!proto::parse(parsed, wire.subspan(1))) return {Errc::bad_input, "prekey message protobuf"};
  if (parsed.has_kyber_pre_key_id() || parsed.has_kyber_ciphertext()) {
    return {Errc::bad_input, "prekey message of a later protocol version"};
  }
  if (!parsed.has_base_key() || !parsed.has_identity_key() || !parsed.has_message()) {
    return {Errc::bad_input, "prekey message fields"};
  }
  PrekeyMessage out;
  out.registration_id = parsed.registration_id();
  if (parsed.has_pre_key_id()) out.prekey_id = parsed.pre_key_id();
  out.signed_prekey_id = parsed.signed_pre_key_id();
  WA_TRY(out.base_key, crypto::parse_public_key(view(parsed.base_key())));
  WA_TRY(out.identity, crypto::parse_public_key(view(parsed.identity_key())));
  WA_TRY(out.message, parse_signal_message(view(parsed.message())));
  return out;
}

}  // namespace wa::signal
