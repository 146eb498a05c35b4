// tested by unit/gateway/api/polls_test.cpp
#include "gateway/operations/polls.h"

#include "client/rows/lid_map.h"
#include "client/rows/poll_rows.h"

namespace wa::gateway {

std::optional<Tally> tally_of(const std::string& id, const wire::Jid& author, const store::Txn& txn, WallTime now) {
  auto poll = client::find_poll(txn, author, id, now);
  if (!poll) return std::nullopt;
  Tally out;
  out.chat = client::pn_or_same(txn, poll->chat);
  out.question = std::move(poll->question);
  out.several = poll->several;
  out.since = poll->since;
  for (std::string& option : poll->options) out.options.push_back({std::move(option), {}});
  for (const client::PollVote& vote : poll->votes) {
    if (!out.last_vote || *out.last_vote < vote.time) out.last_vote = vote.time;
    out.voters += vote.options != 0;
    for (std::size_t at = 0; at < out.options.size(); ++at) {
      if (vote.options >> at & 1) out.options[at].voters.push_back(client::pn_or_same(txn, vote.voter));
    }
  }
  return out;
}

}  // namespace wa::gateway
