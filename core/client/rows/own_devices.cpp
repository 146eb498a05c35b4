#include "client/rows/own_devices.h"

#include "client/rows/addressing.h"
#include "client/rows/device_identity.h"

namespace wa::client {

Standing standing_of(store::Txn& txn, const Account& account, const wire::Jid& device, ByteView device_identity,
                     const crypto::PublicKey& identity) {
  const auto key = account_key(account);
  if (!key) return Standing::forged;  // every pairing gives one
  if (device.device == 0) return identity == *key ? Standing::proven : Standing::forged;
  const signal::Address address = session_address(txn, device);
  const auto proven = signal::proven_identity(txn, address);
  if (proven == identity) return Standing::proven;
  if (device_identity.empty()) return proven ? Standing::forged : Standing::unproven;
  if (!is_signed_device(*key, device_identity, identity)) return Standing::forged;
  // Keys of groups may have come from whoever held the address before.
  signal::erase_sender_keys(txn, address);
  signal::store_identity(txn, address, identity, true);
  return Standing::proven;
}

Standing standing_of_session(store::Txn& txn, const Account& account, const wire::Jid& device) {
  const auto identity = signal::session_identity(txn, session_address(txn, device));
  return identity ? standing_of(txn, account, device, {}, *identity) : Standing::forged;
}

void drop_forged_phone(store::Txn& txn, const Account& account) {
  const auto key = account_key(account);
  if (!key) return;
  for (const wire::Jid& form : {account.pn.user_jid(), account.lid.user_jid()}) {
    if (!form.user.empty()) signal::keep_only_identity(txn, signal::address_of(form), *key);
  }
}

}  // namespace wa::client
