// Who sees the account's statuses, as the service keeps it (11 section 7). It is set by app state, not here.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Node build_status_privacy_query();

// All lists that are stored; one of them counts.
struct StatusList { std::string type; bool in_force = false; std::vector<Jid> people; };
Result<std::vector<StatusList>> parse_status_privacy(const Node& iq);
// Nothing is stored: everybody in the address book.
std::vector<StatusList> no_status_lists();

}  // namespace wa::stanza
