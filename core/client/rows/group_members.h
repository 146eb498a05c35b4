// Who is in a group we write to (04 section 8). Table::device_lists: group JID as text -> time, addressing, timer,
// members.
// Guarantees: what is older than kGroupTtlMs counts as unknown; at most kGroupMembersMax members.
// Does not: ask the service.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "stanza/queries/groups.h"
#include "store/store.h"

namespace wa::client {

struct Group {
  bool by_lid = false;
  std::uint32_t timer_s = 0;        // of disappearing messages; 0: off
  std::vector<wire::Jid> members;   // as the group addresses them
};
// nullopt: ask the service.
std::optional<Group> known_group(const store::Txn&, const wire::Jid& group, WallTime now);
// Learns the LIDs of the members, too. False when there are more than kGroupMembersMax: nothing is stored.
bool store_group(store::Txn&, const wire::Jid& group, const stanza::GroupInfo&, WallTime now);
// What is known is old: the next message asks.
void outdate_group(store::Txn&, const wire::Jid& group);
// The service knows other devices than we do. What was learnt a moment ago is not thrown away.
void forget_group_devices(store::Txn&, const wire::Jid& group, WallTime now);

// Members whose device lists must be asked for. `again`: by their other form, where there is one; those who have no
// device by this one, too.
std::vector<wire::Jid> members_to_ask(const store::Txn&, const Group&, WallTime now, bool again);
// The service does not name them: they have no devices for a while.
void note_without_devices(store::Txn&, const std::vector<wire::Jid>& members, WallTime now);
// As far as is known.
bool is_member(const store::Txn&, const wire::Jid& group, const wire::Jid& user);

}  // namespace wa::client
