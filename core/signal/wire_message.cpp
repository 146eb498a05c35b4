// tested by unit/signal/session_test.cpp
#include "signal/wire_message.h"

#include "crypto/hash.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "signal.pb.h"

namespace wa::signal {

Bytes encode_signal_message(const SignalMessage& message) {
  using Field = pb::SignalMessage;
  proto::Writer out(kWireVersion);
  out.bytes(Field::kRatchetKeyFieldNumber, crypto::with_type_byte(message.ratchet_key))
      .number(Field::kCounterFieldNumber, message.counter)
      .number(Field::kPreviousCounterFieldNumber, message.previous_counter)
      .bytes(Field::kCiphertextFieldNumber, message.ciphertext);
  return out.written();
}

ByteArray<kMacBytes> message_mac(const MessageKeys& keys, const crypto::PublicKey& sender,
                                 const crypto::PublicKey& receiver, ByteView body) {
  const Bytes from = crypto::with_type_byte(sender), to = crypto::with_type_byte(receiver);
  const ByteArray<32> mac = crypto::hmac_sha256(keys.mac_key, {from, to, body});
  return array_of<kMacBytes>(ByteView(mac).first(kMacBytes));
}

Bytes encode_prekey_message(const PendingPrekey& pending, const crypto::PublicKey& identity,
                            std::uint32_t registration_id, ByteView signal_message) {
  using Field = pb::PreKeySignalMessage;
  proto::Writer out(kWireVersion);
  if (pending.prekey_id) out.number(Field::kPreKeyIdFieldNumber, *pending.prekey_id);
  out.bytes(Field::kBaseKeyFieldNumber, crypto::with_type_byte(pending.base_key))
      .bytes(Field::kIdentityKeyFieldNumber, crypto::with_type_byte(identity))
      .bytes(Field::kMessageFieldNumber, signal_message)
      .number(Field::kRegistrationIdFieldNumber, registration_id)
      .number(Field::kSignedPreKeyIdFieldNumber, pending.signed_prekey_id);
  return out.written();
}

Result<SignalMessage> parse_signal_message(ByteView wire) {
  if (!is_version_3(wire)) return {Errc::bad_input, "Signal message version"};
  if (wire.size() < 1 + kMacBytes) return {Errc::truncated, "Signal message"};
  using Field = pb::SignalMessage;
  const proto::Parsed in(wire.subspan(1, wire.size() - 1 - kMacBytes));
  if (!in) return {Errc::bad_input, "Signal message protobuf"};
  if (!in->has(Field::kRatchetKeyFieldNumber) || !in->has(Field::kCiphertextFieldNumber)) {
    return {Errc::bad_input, "Signal message fields"};  // counters may be left out when 0
  }
  SignalMessage out;
  WA_TRY(out.ratchet_key, crypto::parse_public_key(in->bytes(Field::kRatchetKeyFieldNumber)));
  out.counter = in->uint32(Field::kCounterFieldNumber);
  out.previous_counter = in->uint32(Field::kPreviousCounterFieldNumber);
  out.ciphertext = to_bytes(in->bytes(Field::kCiphertextFieldNumber));
  out.raw = to_bytes(wire);
  return out;
}

Result<PrekeyMessage> parse_prekey_message(ByteView wire) {
  if (!is_version_3(wire)) return {Errc::bad_input, "prekey message version"};
  using Field = pb::PreKeySignalMessage;
  const proto::Parsed in(wire.subspan(1));
  if (!in) return {Errc::bad_input, "prekey message protobuf"};
  if (in->has_number(Field::kKyberPreKeyIdFieldNumber) || in->has(Field::kKyberCiphertextFieldNumber)) {
    return {Errc::bad_input, "prekey message of a later protocol version"};
  }
  if (!in->has(Field::kBaseKeyFieldNumber) || !in->has(Field::kIdentityKeyFieldNumber) ||
      !in->has(Field::kMessageFieldNumber)) {
    return {Errc::bad_input, "prekey message fields"};
  }
  PrekeyMessage out;
  out.registration_id = in->uint32(Field::kRegistrationIdFieldNumber);
  if (in->has_number(Field::kPreKeyIdFieldNumber)) out.prekey_id = in->uint32(Field::kPreKeyIdFieldNumber);
  out.signed_prekey_id = in->uint32(Field::kSignedPreKeyIdFieldNumber);
  WA_TRY(out.base_key, crypto::parse_public_key(in->bytes(Field::kBaseKeyFieldNumber)));
  WA_TRY(out.identity, crypto::parse_public_key(in->bytes(Field::kIdentityKeyFieldNumber)));
  WA_TRY(out.message, parse_signal_message(in->bytes(Field::kMessageFieldNumber)));
  return out;
}

}  // namespace wa::signal
