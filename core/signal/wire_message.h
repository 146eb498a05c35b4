// The wire forms of SignalMessage and PreKeySignalMessage (04 section 4). Inside this module only; parsing is in
// ratchet.h.
#pragma once

#include "signal/ratchet.h"

namespace wa::signal {

inline constexpr ByteArray<1> kWireVersion = {0x33};  // current version 3, lowest understood 3
inline constexpr std::size_t kMacBytes = 8;

// The high half is the version used; the low half is the lowest the sender understands and says nothing to us.
inline bool is_version_3(ByteView wire) { return !wire.empty() && wire[0] >> 4 == 3; }

// Version byte and protobuf, without the MAC.
Bytes encode_signal_message(const SignalMessage& message);
ByteArray<kMacBytes> message_mac(const MessageKeys& keys, const crypto::PublicKey& sender,
                                 const crypto::PublicKey& receiver, ByteView body);
Bytes encode_prekey_message(const PendingPrekey& pending, const crypto::PublicKey& identity,
                            std::uint32_t registration_id, ByteView signal_message);

}  // namespace wa::signal
