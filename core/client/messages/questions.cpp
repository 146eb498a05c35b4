// tested by unit/client/messages/group_delivery_test.cpp
#include "client/messages/questions.h"

#include <algorithm>

#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/rows/chat_rows.h"
#include "client/rows/device_lists.h"
#include "client/rows/kept_people.h"
#include "stanza/queries/prekeys.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;

enum class About : std::uint8_t { bundles, lists, lists_by_other_id };

// One question for each part of them.
AskedParts ask_in_parts(About about, const std::vector<Jid>& whom, const std::string& message_id, Out& out,
                        Turn& turn) {
  const bool lists = about != About::bundles, other = about == About::lists_by_other_id;
  const std::size_t most = lists ? limits::kUsersPerQueryMax : limits::kBundlesPerQueryMax;
  AskedParts parts;
  for (std::size_t from = 0; from < whom.size(); from += most) {
    const auto begin = whom.begin() + static_cast<std::ptrdiff_t>(from);
    std::vector<Jid> part(begin, begin + static_cast<std::ptrdiff_t>(std::min(most, whom.size() - from)));
    wire::Node iq = lists ? stanza::build_devices_query(part, out.next_id(turn)) : stanza::build_bundle_query(part);
    Query what = lists ? Query(DeviceQuery{std::move(part), message_id, other})
                       : Query(BundleQuery{std::move(part), message_id});
    const bool left = out.query(std::move(iq), std::move(what), turn);
    if (left) ++parts.open;
    parts.failed = parts.failed || !left;
  }
  return parts;
}

// False when the service did not answer, or not with lists.
bool take_device_lists(const DeviceQuery& query, const QueryAnswer& answer, Turn& turn) {
  const auto* iq = std::get_if<wire::Node>(&answer);
  if (!iq) return false;
  auto users = stanza::parse_devices(*iq);
  if (!users) return false;
  for (stanza::UserDevices& user : *users) {
    if (user.error != 0) continue;
    meet(turn.txn, user.user, true);
    store_devices(turn.txn, user, turn.now.wall);
    // The same devices, for the form that the next look-up may go by. That one has none does not say it of the other.
    const auto other = other_form(turn.txn, user.user);
    const bool wanted = other && (other->server == wire::Server::lid || query.by_other_id || query.message_id.empty());
    if (!wanted || user.devices.empty()) continue;
    user.user = *other;
    user.lid.reset();
    store_devices(turn.txn, user, turn.now.wall);
  }
  return true;
}

}  // namespace

AskedParts ask_device_lists(const std::vector<Jid>& users, const std::string& message_id, Out& out, Turn& turn,
                            bool by_other_id) {
  return ask_in_parts(by_other_id ? About::lists_by_other_id : About::lists, users, message_id, out, turn);
}

AskedParts ask_bundles(const std::vector<Jid>& devices, const std::string& message_id, Out& out, Turn& turn) {
  return ask_in_parts(About::bundles, devices, message_id, out, turn);
}

ListsAnswer learn(const DeviceQuery& query, const QueryAnswer& answer, Turn& turn) {
  return {query, take_device_lists(query, answer, turn)};
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
