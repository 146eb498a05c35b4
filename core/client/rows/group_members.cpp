// tested by unit/client/messages/group_delivery_test.cpp
#include "client/rows/group_members.h"

#include <algorithm>

#include "base/limits.h"
#include "client/rows/chat_rows.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;

constexpr std::uint8_t kGroupRowVersion = 2;
constexpr std::int64_t kJustAskedMs = 10'000;

struct GroupRow { std::int64_t asked_ms = 0; Group group; };  // 0: outdated

void write_group(store::Txn& txn, const Jid& jid, const GroupRow& from) {
  RowWriter row(kGroupRowVersion);
  row.i64(from.asked_ms).flag(from.group.by_lid).u32(from.group.timer_s);
  for (const Jid& member : from.group.members) row.text(member.text());
  txn.put(Table::device_lists, jid.text(), std::move(row).finish());
}

std::optional<GroupRow> read_group(const store::Txn& txn, const Jid& jid) {
  const auto bytes = txn.get(Table::device_lists, jid.text());
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kGroupRowVersion);
  GroupRow out;
  out.asked_ms = row.i64();
  out.group.by_lid = row.flag();
  out.group.timer_s = row.u32();
  while (row.more()) {
    if (auto member = wire::parse_jid(row.text())) out.group.members.push_back(*std::move(member));
  }
  if (!row.finish()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Group> known_group(const store::Txn& txn, const Jid& group, WallTime now) {
  auto row = read_group(txn, group);
  if (!row) return std::nullopt;
  const std::int64_t age_ms = now.ms - row->asked_ms;
  if (age_ms < 0 || age_ms > limits::kGroupTtlMs) return std::nullopt;
  return std::move(row->group);
}

bool store_group(store::Txn& txn, const Jid& group, const stanza::GroupInfo& info, WallTime now) {
  if (info.members.size() > limits::kGroupMembersMax) return false;
  GroupRow row{now.ms, {info.by_lid, info.timer_s, {}}};
  for (const auto& member : info.members) {
    learn_pair(txn, member.user, member.other);
    row.group.members.push_back(member.user);
  }
  write_group(txn, group, row);
  return true;
}

void outdate_group(store::Txn& txn, const Jid& group) {
  auto row = read_group(txn, group);
  if (!row) return;
  row->asked_ms = 0;
  write_group(txn, group, *row);
}

void forget_group_devices(store::Txn& txn, const Jid& group, WallTime now) {
  auto row = read_group(txn, group);
  if (!row || now.ms - row->asked_ms < kJustAskedMs) return;
  for (const Jid& member : row->group.members) forget_devices(txn, member);
  row->asked_ms = 0;
  write_group(txn, group, *row);
}

std::vector<Jid> members_to_ask(const store::Txn& txn, const Group& group, WallTime now, bool again) {
  std::vector<Jid> out;
  for (const Jid& member : group.members) {
    const auto known = known_devices(txn, member, now);
    if (known && !(again && known->empty())) continue;
    const auto other = again ? other_form(txn, member) : std::nullopt;
    if (other || !known) out.push_back(other.value_or(member));
  }
  return out;
}

void note_without_devices(store::Txn& txn, const std::vector<Jid>& members, WallTime now) {
  for (const Jid& member : members) store_devices(txn, {member, {}, {}, 0}, now);
}

bool is_member(const store::Txn& txn, const Jid& group, const Jid& user) {
  const auto row = read_group(txn, group);
  return row && std::any_of(row->group.members.begin(), row->group.members.end(),
                            [&](const Jid& member) { return same_user(txn, member, user); });
}

}  // namespace wa::client
