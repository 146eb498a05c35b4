// Groups we write to (04 sections 5, 8): which devices have our sender key. Table::sender_keys, family 'g': group -> the
// own address the key belongs to and the devices that have it, for at most kGroupKeysKeptMax groups.
// Guarantees: once a device that was sent the key has left, a new key is made before anything else is said; the key is
// sent again until the service took a message that carried it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/rows/account.h"
#include "client/rows/group_members.h"
#include "client/turn.h"
#include "stanza/outbound/outbound.h"

namespace wa::client {

// All devices of all members, this one included (at most kGroupDevicesMax), and those of them that need our sender key
// before they can read.
// `unreached`: members of whom no device is known.
struct Readers { std::vector<wire::Jid> devices, lacking; std::size_t unreached = 0; };
Readers readers_of(const store::Txn&, const Account&, const wire::Jid& jid, const Group&, WallTime now);

struct GroupSealed {
  Bytes body;                                      // for everybody, under the sender key
  std::vector<stanza::DeviceCiphertext> devices;   // the key, for those without it
  std::size_t failed = 0;                          // devices without a session
  bool any_prekey = false;
  std::string phash;
};
// Makes a new sender key first when the old one must not be used any more. nullopt: the content cannot be sealed.
std::optional<GroupSealed> seal_for_group(const wire::Jid& jid, const Group&, const Readers&, ByteView content,
                                          const Account&, Turn&);
// `has`: the service took the message with the key. Not: these devices are met anew.
void note_key(store::Txn&, const wire::Jid& group, const std::vector<wire::Jid>& devices, bool has);

// A device of a member could not read: the next message carries the key for it again. Returns whose key it is; nullopt:
// there is none.
std::optional<wire::Jid> note_lack(store::Txn&, const wire::Jid& group, const wire::Jid& device);
// The next message is sealed under a new key.
void renew_key(store::Txn&, const wire::Jid& group);
// For one device that could not read it: content and key together.
Bytes with_own_key(const wire::Jid& group, const wire::Jid& device, ByteView content, Turn&);

}  // namespace wa::client
