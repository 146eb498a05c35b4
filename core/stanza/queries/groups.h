// A group: the question and its answer.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input.
// Facts: 04 section 7.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Node build_group_query(const Jid& group);  // who is in it

struct GroupInfo {
  bool by_lid = false;           // addressing_mode
  std::uint32_t timer_s = 0;     // of disappearing messages: `<ephemeral expiration>`; 0: off
  struct Member { Jid user; std::optional<Jid> other; };  // `user` as the group addresses it, and the other form
  std::vector<Member> members;
};
Result<GroupInfo> parse_group(const Node& iq);

}  // namespace wa::stanza
