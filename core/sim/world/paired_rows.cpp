// tested by sim/sim_test.cpp
#include "sim/world/paired_rows.h"

#include "client/rows/account.h"

namespace wa::sim {

store::WriteBatch paired_rows(const PairedDevice& device, bool uploaded) {
  const store::MemoryStore empty;
  store::Txn txn(empty);
  client::Account account;
  account.noise_key = device.noise;
  account.identity = device.identity;
  account.registration_id = device.registration_id;
  account.adv_secret = device.adv_secret;
  account.paired = true;
  account.wanted = true;
  account.pn = wire::Jid{device.pn, wire::Server::pn, device.device};
  account.lid = wire::Jid{device.lid, wire::Server::lid, device.device};
  account.signed_device_identity = device.signed_identity;
  account.platform = "android";
  client::store_account(txn, account);
  signal::SignedPrekey signed_prekey;
  signed_prekey.id = device.signed_prekey_id;
  signed_prekey.key = device.signed_prekey;
  signed_prekey.signature = device.signed_prekey_signature;
  signed_prekey.created_ms = device.created_ms;
  signal::store_signed_prekey(txn, signed_prekey);
  if (uploaded) signal::mark_uploaded(txn, {});
  for (const wire::Jid& phone : {account.pn.user_jid(), account.lid.user_jid()}) {
    signal::store_identity(txn, signal::address_of(phone), device.phone_identity);
  }
  txn.put(store::Table::lid_map, "p" + device.pn, to_bytes(device.lid));
  txn.put(store::Table::lid_map, "l" + device.lid, to_bytes(device.pn));
  return txn.take();
}

}  // namespace wa::sim
