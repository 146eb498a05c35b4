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

struct OwnIdentity {  // from the credentials row; see client/rows/account.h
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
  crypto::PublicKey identity{};  // whose session it was
  bool new_session = false;
  bool identity_changed = false;
};
// "pkmsg". Errors: no_prekey (signed or one-time prekey unknown), bad_mac, duplicate, bad_input, too_large (over `work`).
Result<Decrypted> decrypt_prekey_message(store::Txn&, const OwnIdentity&, const Address&, ByteView wire, Random&, Work&);
// "msg": the current session, then the archived ones; success promotes. Errors: no_session, bad_mac, duplicate, ...
Result<Decrypted> decrypt_message(store::Txn&, const Address&, ByteView wire, Random&, Work&);
// For one message, with a limit of its own.
inline Result<Decrypted> decrypt_prekey_message(store::Txn& txn, const OwnIdentity& own, const Address& address,
                                                ByteView wire, Random& random) {
  Work work;
  return decrypt_prekey_message(txn, own, address, wire, random, work);
}
inline Result<Decrypted> decrypt_message(store::Txn& txn, const Address& address, ByteView wire, Random& random) {
  Work work;
  return decrypt_message(txn, address, wire, random, work);
}

std::optional<crypto::PublicKey> identity_of(const store::Txn&, const Address&);
// `proven`: somebody we trust vouches for it. A proof lasts as long as the identity stays the same.
void store_identity(store::Txn&, const Address&, const crypto::PublicKey&, bool proven = false);
std::optional<crypto::PublicKey> proven_identity(const store::Txn&, const Address&);
std::optional<crypto::PublicKey> session_identity(const store::Txn&, const Address&);  // of the current session
// The identity of this address is known to be this one: sessions with another are erased, and with them its sender keys.
void keep_only_identity(store::Txn&, const Address&, const crypto::PublicKey&);
void erase_sender_keys(store::Txn&, const Address&);  // of all groups

}  // namespace wa::signal
