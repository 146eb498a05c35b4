// tested by unit/client/messages/outbox_test.cpp
#include "client/rows/addressing.h"

#include "client/rows/direct_chats.h"
#include "client/rows/lid_map.h"

namespace wa::client {

wire::Jid destination_of(const store::Txn& txn, const Account& account, const wire::Jid& to) {
  const wire::Jid user = to.user_jid();
  if (account.lid.user.empty()) return user;
  return direct_chats_go_by_number(txn) ? pn_or_same(txn, user) : lid_or_same(txn, user);
}

signal::Address session_address(const store::Txn& txn, const wire::Jid& device) {
  return signal::address_of(lid_or_same(txn, device));
}

}  // namespace wa::client
