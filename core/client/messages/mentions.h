// Who a text mentions, and how a text is put for the group it goes to. Pure functions on serialised Messages; e2e.proto
// stays inside.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "wire/jid.h"

namespace wa::client {

// A text as its group wants it; anything else stays as it is.
struct GroupContext {
  std::vector<wire::Jid> names;      // of those who are mentioned, in order, as the group calls them: in the text, too
  std::vector<wire::Jid> everybody;  // mentioned instead, unless empty
  std::uint32_t timer_s = 0;         // of disappearing messages
};
Bytes in_group_context(ByteView message, const GroupContext&);
std::vector<wire::Jid> mentions_of(ByteView message);

}  // namespace wa::client
