// Messages to groups: one ciphertext for everybody under the sender key, and the key itself for the devices without it.
#include <algorithm>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/mentions.h"
#include "client/messages/outbox.h"
#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/groups.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;

constexpr std::uint8_t kGroupAsksMax = 2, kMemberAsksMax = 2;

std::vector<Jid> others_in(const Group& group, const Account& account) {
  std::vector<Jid> out;
  for (const Jid& member : group.members) {
    if (!account.is_own_user(member)) out.push_back(member);
  }
  return out;
}

}  // namespace

bool Outbox::advance_group(Items::iterator it, Out& out, Turn& turn) {
  Item& item = it->second;
  const auto group = known_group(turn.txn, item.to, turn.now.wall);
  if (!group) {
    if (item.group_asks < kGroupAsksMax) return ask_group(item, out, turn);
    item.group_asks = 0;
    return again_or_fail(it, turn);
  }
  const std::vector<Jid> unknown = members_to_ask(turn.txn, *group, turn.now.wall);
  if (!unknown.empty() && item.device_asks < kMemberAsksMax) return ask_members(item, unknown, out, turn);
  const Readers readers = readers_of(turn.txn, out.account(), item.to, *group, turn.now.wall);
  const std::vector<Jid> missing = without_session(turn.txn, readers.lacking);
  // Once: who has no bundle must not hold up the others. It will ask by retry receipt.
  if (!missing.empty() && item.bundle_asks == 0) {
    note_key(turn.txn, item.to, missing, false);
    return ask_bundles(item, missing, out, turn);
  }
  return transmit_group(it, *group, readers, out, turn);
}

bool Outbox::ask_group(Item& item, Out& out, Turn& turn) {
  if (!out.query(stanza::build_group_query(item.to), GroupQuery{item.to, item.id}, turn)) {
    put_back(item, kBackoffMinMs, turn);
    return true;
  }
  ++item.group_asks;
  item.phase = Phase::group;
  return true;
}

bool Outbox::ask_members(Item& item, const std::vector<Jid>& members, Out& out, Turn& turn) {
  item.devices_open = 0;
  item.ask_failed = false;
  for (std::size_t from = 0; from < members.size(); from += limits::kUsersPerQueryMax) {
    const std::size_t count = std::min(limits::kUsersPerQueryMax, members.size() - from);
    std::vector<Jid> chunk(members.begin() + static_cast<std::ptrdiff_t>(from),
                           members.begin() + static_cast<std::ptrdiff_t>(from + count));
    wire::Node query = stanza::build_devices_query(chunk, out.next_id(turn));
    if (out.query(std::move(query), DeviceQuery{std::move(chunk), item.id}, turn)) {
      ++item.devices_open;
    } else {
      item.ask_failed = true;
    }
  }
  if (item.devices_open == 0) {
    put_back(item, kBackoffMinMs, turn);
    return true;
  }
  ++item.device_asks;
  item.phase = Phase::devices;
  return true;
}

bool Outbox::transmit_group(Items::iterator it, const Group& group, const Readers& readers, Out& out, Turn& turn) {
  Item& item = it->second;
  auto row = load_outbox_row(turn.txn, it->first);
  if (row) {
    GroupContext context{mentions_of(row->content), {}, group.timer_s};
    for (Jid& jid : context.names) jid = group.by_lid ? lid_or_same(turn.txn, jid) : pn_or_same(turn.txn, jid);
    if (row->mention_all) context.everybody = others_in(group, out.account());
    row->content = in_group_context(row->content, context);
  }
  auto sealed = row ? seal_for_group(item.to, group, readers, row->content, out.account(), turn) : std::nullopt;
  if (!sealed) {
    fail(it, SendFailure::refused, 0, turn);
    return false;
  }
  meet(turn.txn, item.to, true);
  remember_sent(turn.txn, item.id, {item.to, row->content, turn.now.wall, false});
  stanza::OutgoingMessage message;
  message.id = item.id;
  message.to = item.to;
  message.traits = traits_of(row->content);
  message.addressing_mode = group.by_lid ? "lid" : "pn";
  message.phash = sealed->phash;
  item.given.clear();
  for (const auto& device : sealed->devices) item.given.push_back(device.device);
  message.participants = std::move(sealed->devices);
  message.sender_key_ciphertext = std::move(sealed->body);
  if (sealed->any_prekey) message.device_identity = out.account().signed_device_identity;
  item.phash = std::move(sealed->phash);
  item.failed_devices = static_cast<int>(sealed->failed);
  await_ack(item, turn);
  out.send(stanza::build_message(message), turn);
  return true;
}

}  // namespace wa::client
