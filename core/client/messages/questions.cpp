// tested by unit/client/messages/group_delivery_test.cpp
#include "client/messages/questions.h"

#include <algorithm>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/rows/device_lists.h"
#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;

// From `from` on, at most `most`.
std::vector<Jid> part_of(const std::vector<Jid>& all, std::size_t from, std::size_t most) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(most, all.size() - from))};
}

void note(AskedParts& parts, bool left) {
  if (left) ++parts.open;
  parts.failed = parts.failed || !left;
}

// False when the service did not answer, or not with lists.
bool take_device_lists(const QueryAnswer& answer, Turn& turn) {
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return false;
  auto users = stanza::parse_devices(*iq);
  if (!users) return false;
  for (stanza::UserDevices& user : *users) {
    if (user.error != 0) continue;
    meet(turn.txn, user.user, true);
    store_devices(turn.txn, user, turn.now.wall);
    // The same devices, for the LID that the next look-up will go by.
    const auto lid = lid_of(turn.txn, user.user);
    if (!lid) continue;
    user.user = *lid;
    store_devices(turn.txn, user, turn.now.wall);
  }
  return true;
}

}  // namespace

AskedParts ask_device_lists(const std::vector<Jid>& users, const std::string& message_id, Out& out, Turn& turn) {
  AskedParts parts;
  for (std::size_t from = 0; from < users.size(); from += limits::kUsersPerQueryMax) {
    std::vector<Jid> part = part_of(users, from, limits::kUsersPerQueryMax);
    wire::Node query = stanza::build_devices_query(part, out.next_id(turn));
    note(parts, out.query(std::move(query), DeviceQuery{std::move(part), message_id}, turn));
  }
  return parts;
}

AskedParts ask_bundles(const std::vector<Jid>& devices, const std::string& message_id, Out& out, Turn& turn) {
  AskedParts parts;
  for (std::size_t from = 0; from < devices.size(); from += limits::kBundlesPerQueryMax) {
    std::vector<Jid> part = part_of(devices, from, limits::kBundlesPerQueryMax);
    wire::Node query = stanza::build_bundle_query(part);
    note(parts, out.query(std::move(query), BundleQuery{std::move(part), message_id}, turn));
  }
  return parts;
}

ListsAnswer learn(const DeviceQuery& query, const QueryAnswer& answer, Turn& turn) {
  return {query, take_device_lists(answer, turn)};
}

BundlesAnswer learn(const BundleQuery& query, const QueryAnswer& answer, const Account& account, Turn& turn) {
  BundlesAnswer out{query, 0};
  if (const auto* refused = std::get_if<stanza::IqError>(&answer)) out.error = refused->code;
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return out;
  const auto bundles = stanza::parse_bundles(*iq);
  if (!bundles) return out;
  start_sessions(*bundles, account, turn);
  for (const auto& user : *bundles) out.error = user.error != 0 ? user.error : out.error;
  return out;
}

}  // namespace wa::client
