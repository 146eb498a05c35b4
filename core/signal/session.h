// Sessions with other devices: the ratchets of an address, its identity, and the own prekeys, all rows behind a Txn.
// Guarantees: the sending chain is written before the ciphertext is returned; a one-time prekey is erased in the same
// transaction that stores the session made with it; a failed decryption writes nothing.
#pragma once

#include <optional>

#include "base/random.h"
#include "signal/address.h"
#include "signal/prekeys.h"
#include "signal/ratchet.h"
#include "store/store.h"

namespace wa::signal {

struct OwnIdentity {  // from the credentials row; see client/credentials.h
  crypto::KeyPair identity;
  std::uint32_t registration_id = 0;
};

bool has_session(const store::Txn&, const Address&);
std::optional<std::uint32_t> session_registration_id(const store::Txn&, const Address&);
void erase_session(store::Txn&, const Address&);
// Sessions and identities of all devices of a user (address.h: the name).
void erase_user(store::Txn&, const std::string& name);
// Moves session, identity and sender-key rows of all devices from one name to another where the target has none
// (PN -> LID, 04 section 10). Returns how many sessions moved.
int migrate_sessions(store::Txn&, const std::string& from_name, const std::string& to_name);

// Verifies the signed prekey's signature (bad_signature), replaces the current session, archives the old one.
// Trust on first use: a changed identity is stored; `identity_changed` tells.
struct Started { bool identity_changed = false; };
Result<Started> start_session(store::Txn&, const OwnIdentity&, const Address&, const RemoteBundle&, Random&);

// no_session when there is none.
Result<Encrypted> encrypt_for(store::Txn&, const Address&, ByteView plaintext);

struct Decrypted {
  Bytes plaintext;
  bool new_session = false;
  bool identity_changed = false;
};
// "pkmsg". Errors: no_prekey (signed or one-time prekey unknown), bad_mac, duplicate, bad_input.
Result<Decrypted> decrypt_prekey_message(store::Txn&, const OwnIdentity&, const Address&, ByteView wire, Random&);
// "msg": the current session, then the archived ones; success promotes. Errors: no_session, bad_mac, duplicate, ...
Result<Decrypted> decrypt_message(store::Txn&, const Address&, ByteView wire, Random&);

std::optional<crypto::PublicKey> identity_of(const store::Txn&, const Address&);
void store_identity(store::Txn&, const Address&, const crypto::PublicKey&);

}  // namespace wa::signal
