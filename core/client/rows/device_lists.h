// Device lists of users (04 section 7). Table::device_lists: user JID as text -> time and device numbers.
// Guarantees: a list older than kDeviceListTtlMs counts as unknown, an empty one after kNoDevicesTtlMs; at most
// kDevicesPerUserMax devices; whoever has devices has device 0.
// Notifications only invalidate: the next send asks again.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "stanza/queries/users.h"
#include "store/store.h"

namespace wa::client {

// JIDs with device, in the namespace of `user`; nullopt: ask the service. An empty list: no such user.
std::optional<std::vector<wire::Jid>> known_devices(const store::Txn&, const wire::Jid& user, WallTime now);
bool has_devices(const store::Txn&, const wire::Jid& user, WallTime now);   // some are known
// Devices without a key index are skipped, except device 0; hosted ones get their own namespace.
void store_devices(store::Txn&, const stanza::UserDevices&, WallTime now);
// Both forms of the user.
void forget_devices(store::Txn&, const wire::Jid& user);

// The service says that the LID of this number is another one by now: true until the next list of the number is stored.
void outdate_lid(store::Txn&, const wire::Jid& number);
bool lid_is_outdated(const store::Txn&, const wire::Jid& number);

}  // namespace wa::client
