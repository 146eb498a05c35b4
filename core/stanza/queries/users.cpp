// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/users.h"

#include "base/limits.h"
#include "stanza/inbound/parts.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {
namespace {

UserDevices parse_user_devices(const Node& node, const Jid& jid) {
  UserDevices user;
  user.user = jid.user_jid();
  if (const Node* lid = node.child_named("lid")) user.lid = lid->jid_attr("val");
  const Node* devices = node.child_named("devices");
  const Node* list = devices ? devices->child_named("device-list") : nullptr;
  const Node* error = devices ? devices->child_named("error") : node.child_named("error");
  if (error) user.error = static_cast<int>(number_or_zero(*error, "code"));
  if (!list) return user;
  for (const Node& device : list->children()) {
    const auto id = device.number_attr("id");
    if (device.tag != "device" || !id || *id > 0xFFFF) continue;
    if (user.devices.size() == limits::kDevicesPerUserMax) break;
    auto& entry = user.devices.emplace_back();
    entry.id = static_cast<std::uint16_t>(*id);
    entry.hosted = device.text_attr("is_hosted") == "true";
    const auto index = device.number_attr("key-index");
    if (index && *index <= 0xFFFFFFFFu) entry.key_index = static_cast<std::uint32_t>(*index);
  }
  return user;
}

}  // namespace

Node build_devices_query(std::span<const Jid> users, std::string_view sid) {
  Node list("list");
  for (const Jid& user : users) list.child(std::move(Node("user").attr("jid", user.user_jid())));
  Node usync("usync");
  usync.attr("sid", sid).attr("mode", "query").attr("last", "true").attr("index", "0").attr("context", "message");
  usync.child(std::move(Node("query").child(std::move(Node("devices").attr("version", "2"))).child(Node("lid"))));
  usync.child(std::move(list));
  return iq_of("usync", "get", std::move(usync));
}

Node build_privacy_token_issue(const Jid& user, std::int64_t t) {
  Node token("token");
  token.attr("jid", user.user_jid()).attr("t", static_cast<std::uint64_t>(t)).attr("type", "trusted_contact");
  return iq_of("privacy", "set", std::move(Node("tokens").child(std::move(token))));
}

std::optional<IssuedToken> parse_issued_token(const Node& iq) {
  const Node* tokens = iq.child_named("tokens");
  const Node* token = tokens ? tokens->child_named("token") : nullptr;
  if (!token || token->text_attr("type") != "trusted_contact" || token->content_bytes().empty()) return std::nullopt;
  return IssuedToken{to_bytes(token->content_bytes()), static_cast<std::int64_t>(token->number_attr("t").value_or(0))};
}

Result<std::vector<UserDevices>> parse_devices(const Node& iq) {
  const Node* usync = iq.child_named("usync");
  const Node* list = usync ? usync->child_named("list") : nullptr;
  if (!list) return {Errc::bad_input, "device answer without a list"};
  std::vector<UserDevices> users;
  for (const Node& user : list->children()) {
    const auto jid = user.jid_attr("jid");
    if (user.tag == "user" && jid) users.push_back(parse_user_devices(user, *jid));
  }
  return users;
}

}  // namespace wa::stanza
