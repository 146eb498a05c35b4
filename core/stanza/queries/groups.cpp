// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/groups.h"

#include "stanza/inbound/parts.h"

namespace wa::stanza {

Node build_group_query(const Jid& group) {
  Node iq("iq");
  iq.attr("to", group).attr("type", "get").attr("xmlns", "w:g2");
  return iq.child(std::move(Node("query").attr("request", "interactive")));
}

Result<GroupInfo> parse_group(const Node& iq) {
  const Node* group = iq.child_named("group");
  if (!group) return {Errc::bad_input, "group answer without a group"};
  GroupInfo info;
  info.by_lid = group->text_attr("addressing_mode") == "lid";
  if (const Node* timer = group->child_named("ephemeral")) {
    info.timer_s = static_cast<std::uint32_t>(timer->number_attr("expiration").value_or(0));
  }
  for (const Node& node : group->children()) {
    const auto jid = node.tag == "participant" ? node.jid_attr("jid") : std::nullopt;
    if (!jid || !jid->is_user() || node.child_named("error")) continue;
    const bool is_lid = jid->server == wire::Server::lid;
    std::optional<Jid> other = node.jid_attr(is_lid ? "phone_number" : "lid");
    if (other && (!other->is_user() || other->user.empty())) other.reset();
    info.members.push_back({jid->user_jid(), std::move(other)});
  }
  if (info.members.empty()) return {Errc::bad_input, "group answer without members"};
  return info;
}

}  // namespace wa::stanza
