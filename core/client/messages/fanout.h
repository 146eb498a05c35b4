// One message, many devices (04 section 8): who gets it, who still lacks a session, encrypting for each, and the phash.
// Free functions over rows; the order of steps and all waiting is in the deliveries (delivery.h). phash: misc.json.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "client/rows/account.h"
#include "client/rows/addressing.h"
#include "client/turn.h"
#include "stanza/outbound/outbound.h"
#include "stanza/queries/prekeys.h"

namespace wa::client {

// "2:" and base64 of the first 6 bytes of the hash over all devices. Any order; c.us counts as s.whatsapp.net.
std::string build_phash(std::span<const wire::Jid> devices);

struct Targets {
  std::vector<wire::Jid> recipient;  // devices of the recipient; empty for the own chat
  std::vector<wire::Jid> own;        // own other devices
  std::vector<wire::Jid> all() const;
};
// Users whose device lists must be asked for before `targets_of` can answer.
std::vector<wire::Jid> users_to_ask(const store::Txn&, const Account&, const wire::Jid& destination, WallTime now);
// The own phone is among them whatever is known: it always exists.
Targets targets_of(const store::Txn&, const Account&, const wire::Jid& destination, WallTime now);

std::vector<wire::Jid> without_session(const store::Txn&, std::span<const wire::Jid> devices);
// Sessions with the devices of a bundle answer. Devices the service has no bundle for, whose bundle is not signed by its
// identity, or that claim to be ours and are forged (own_devices.h) get none. Returns how many started.
std::size_t start_sessions(const std::vector<stanza::UserBundle>&, const Account&, Turn&);

struct Sealed {
  std::vector<stanza::DeviceCiphertext> devices;
  std::size_t failed = 0;             // devices without a session
  std::size_t recipient_devices = 0;  // of the recipient, reached (own devices for the own chat)
  bool any_prekey = false;            // the stanza needs the device identity
};
// `content` is a serialised Message; own devices get it wrapped, with `chat` as destination.
Sealed seal_for(const Targets&, const wire::Jid& chat, ByteView content, Turn&);
// For one device; nullopt without a session.
std::optional<stanza::DeviceCiphertext> seal_one(const wire::Jid& device, ByteView content, Turn&);

}  // namespace wa::client
