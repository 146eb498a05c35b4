// tested by unit/client/messages/status_vectors.cpp
#include "stanza/queries/status.h"

#include "base/limits.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {

Node build_status_privacy_query() { return iq_of("status", "get", Node("privacy")); }

Result<std::vector<StatusList>> parse_status_privacy(const Node& iq) {
  constexpr std::size_t kListsMax = 8;
  const Node* privacy = iq.child_named("privacy");
  if (!privacy) return {Errc::bad_input, "status privacy answer without lists"};
  std::vector<StatusList> out;
  for (const Node& node : privacy->children()) {
    if (node.tag != "list" || out.size() == kListsMax) continue;
    StatusList list{node.text_attr("type"), node.text_attr("default") == "true", {}};
    for (const Node& user : node.children()) {
      const auto jid = user.tag == "user" ? user.jid_attr("jid") : std::nullopt;
      if (jid && list.people.size() <= limits::kStatusAudienceMax) list.people.push_back(jid->user_jid());
    }
    if (!list.type.empty()) out.push_back(std::move(list));
  }
  if (out.empty()) return no_status_lists();
  return out;
}

std::vector<StatusList> no_status_lists() { return {{"contacts", true, {}}}; }

}  // namespace wa::stanza
