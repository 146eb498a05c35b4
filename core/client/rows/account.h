// The account row: who this device is. Loaded once when the device opens and kept, for it is small.
// Guarantees: every field a login needs is durable before the reply to pair-success leaves (03 section 3).
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "signal/prekeys.h"
#include "signal/session.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct Account {
  // made before the first connection
  crypto::KeyPair noise_key;
  crypto::KeyPair identity;
  std::uint32_t registration_id = 0;   // 14 bits
  ByteArray<32> adv_secret{};
  // given by pairing
  bool paired = false;
  wire::Jid pn, lid;                   // with device number; lid.user is empty while unknown
  Bytes signed_device_identity;        // the full ADVSignedDeviceIdentity, for <device-identity>
  std::string platform, business_name, push_name;
  // kept over connections
  std::uint32_t login_counter = 0;
  bool wanted = false;                 // connect after a restart: Start was given, and neither Stop nor `replaced` came
  Bytes routing_info;

  signal::OwnIdentity own_identity() const { return {identity, registration_id}; }
  // Same user as this account, by PN or LID, on whatever host the device is.
  bool is_own_user(const wire::Jid& jid) const;
  // Own JID with device in the namespace of `other`.
  const wire::Jid& own_jid_for(const wire::Jid& other) const;
};

// The device is paired, and one of these is of the own user and the other is not: nobody may say that they are one.
bool splits_own_user(const store::Txn&, const wire::Jid& pn, const wire::Jid& lid);

// Fresh keys, and the signed prekey 1, for a device that was never paired.
Account make_account(store::Txn&, Now, Random&);
// nullopt: no row yet. corrupt_store: the row cannot be read.
Result<std::optional<Account>> load_account(const store::StoreView&);
void store_account(store::Txn&, const Account&);
// After a logout: keeps a renamed copy of the row for forensics, erases sessions, prekeys and everything the account
// had with the service, keeps settings, webhooks and contacts. The caller makes a new account then.
void erase_account(store::Txn&, const Account&);
// Pairing gave the device another number than it had before: chats, contacts, calls and whatever else belongs to the
// former person are erased. The same number keeps them.
void erase_former_person(store::Txn&, const wire::Jid& pn);
// The same without the copy, for what flows wrote in the step of the logout.
void erase_account_rows(store::Txn&);

}  // namespace wa::client
