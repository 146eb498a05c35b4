// tested by unit/client/messages/group_delivery_test.cpp
#include "client/messages/group_sender_keys.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/envelope.h"
#include "client/messages/padding.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "signal/sender_key.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::uint8_t kGroupsRowVersion = 1;
constexpr store::RecentRows kHolders(Table::sender_keys, 'g', limits::kGroupKeysKeptMax);

struct Holders {
  std::string own;                        // whose key it is: changes with the addressing of the group
  std::map<std::string, bool> devices;    // false: it was sent the key, but may not have got it
};

void write_holders(store::Txn& txn, const Jid& group, const Holders& from) {
  RowWriter row(kGroupsRowVersion);
  row.text(from.own);
  for (const auto& device : from.devices) row.text(device.first).flag(device.second);
  const auto gone = kHolders.remember(txn, group.text(), std::move(row).finish());
  const auto own = gone ? wire::parse_jid(from.own) : std::nullopt;
  if (!own) return;
  for (const Jid& form : {lid_or_same(txn, *own), pn_or_same(txn, *own)}) {
    signal::erase_sender_key(txn, *gone, signal::address_of(form));
  }
}

std::optional<Holders> read_holders(const store::Txn& txn, const Jid& group) {
  const auto bytes = kHolders.find(txn, group.text());
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kGroupsRowVersion);
  Holders out;
  out.own = row.text();
  while (row.more()) {
    std::string device = row.text();
    out.devices[std::move(device)] = row.flag();
  }
  if (!row.finish()) return std::nullopt;
  return out;
}

Jid own_in(const Group& group, const Account& account) {
  return group.by_lid && !account.lid.user.empty() ? account.lid : account.pn;
}

// False when somebody has the key who must not read what follows.
bool key_is_good(const Holders& holders, const Jid& own, const std::vector<Jid>& devices) {
  std::set<std::string> present;
  for (const Jid& device : devices) present.insert(device.text());
  return holders.own == own.text() && std::all_of(holders.devices.begin(), holders.devices.end(), [&](const auto& device) {
    return present.count(device.first) > 0;
  });
}

bool is_this_device(const Account& account, const Jid& device) { return device == account.pn || device == account.lid; }

// Hosted devices do not take part in groups.
std::vector<Jid> devices_of(const store::Txn& txn, const Group& group, WallTime now) {
  std::vector<Jid> out;
  for (const Jid& member : group.members) {
    for (Jid& device : known_devices(txn, member, now).value_or(std::vector<Jid>())) {
      if (device.server != member.server) continue;
      if (out.size() >= limits::kGroupDevicesMax) return out;
      out.push_back(std::move(device));
    }
  }
  return out;
}

}  // namespace

Readers readers_of(const store::Txn& txn, const Account& account, const Jid& jid, const Group& group, WallTime now) {
  Readers out;
  out.devices = devices_of(txn, group, now);
  for (const Jid& member : group.members) out.unreached += !has_devices(txn, member, now);
  auto holders = read_holders(txn, jid);
  if (!holders || !key_is_good(*holders, own_in(group, account), out.devices)) holders = Holders();
  for (const Jid& device : out.devices) {
    if (is_this_device(account, device)) continue;
    // Without a session the device was set up anew: the key it had is gone, too.
    const auto known = holders->devices.find(device.text());
    const bool has = known != holders->devices.end() && known->second;
    if (!has || !signal::has_session(txn, session_address(txn, device))) out.lacking.push_back(device);
  }
  return out;
}

std::optional<GroupSealed> seal_for_group(const Jid& jid, const Group& group, const Readers& readers, ByteView content,
                                          const Account& account, Turn& turn) {
  const Jid own = own_in(group, account);
  const signal::Address address = signal::address_of(own);
  auto holders = read_holders(turn.txn, jid);
  const bool renew = !holders || !key_is_good(*holders, own, readers.devices);
  if (renew) {
    signal::erase_sender_key(turn.txn, jid.text(), address);
    holders = Holders{own.text(), {}};
  }
  // Before the body: the key that goes out must still open it.
  const Bytes key = build_key_distribution({}, jid, signal::create_distribution(turn.txn, jid.text(), address, turn.random));
  const Bytes padded = pad(content, turn.random);
  auto body = signal::encrypt_sender_key(turn.txn, jid.text(), address, padded, turn.random);
  if (!body) return std::nullopt;
  GroupSealed out;
  out.body = *std::move(body);
  out.phash = build_phash(readers.devices);
  for (const Jid& device : readers.lacking) {
    auto one = seal_one(device, key, turn);
    if (!one) {
      ++out.failed;
      continue;
    }
    out.any_prekey = out.any_prekey || one->type == "pkmsg";
    out.devices.push_back(*std::move(one));
    holders->devices[device.text()] = false;
  }
  if (renew || !out.devices.empty()) write_holders(turn.txn, jid, *holders);
  return out;
}

void note_key(store::Txn& txn, const Jid& group, const std::vector<Jid>& devices, bool has) {
  auto holders = devices.empty() ? std::nullopt : read_holders(txn, group);
  if (!holders) return;
  for (const Jid& device : devices) {
    const auto known = holders->devices.find(device.text());
    if (known != holders->devices.end()) known->second = has;
  }
  write_holders(txn, group, *holders);
}

std::optional<Jid> note_lack(store::Txn& txn, const Jid& jid, const Jid& device) {
  auto holders = read_holders(txn, jid);
  const auto own = holders ? wire::parse_jid(holders->own) : std::nullopt;
  if (!own) return std::nullopt;
  const Jid holder = own->server == Server::lid ? lid_or_same(txn, device) : pn_or_same(txn, device);
  holders->devices[holder.text()] = false;
  write_holders(txn, jid, *holders);
  return own;
}

void renew_key(store::Txn& txn, const Jid& group) { kHolders.forget(txn, group.text()); }

Bytes with_own_key(const Jid& jid, const Jid& device, ByteView content, Turn& turn) {
  const auto own = note_lack(turn.txn, jid, device);
  if (!own) return to_bytes(content);
  const Bytes key = signal::create_distribution(turn.txn, jid.text(), signal::address_of(*own), turn.random);
  return build_key_distribution(content, jid, key);
}

}  // namespace wa::client
