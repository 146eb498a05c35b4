// Polls of the last month and how they were voted. Table::polls: two rings, of ours and of others', which push out none
// of ours; a row for each, under its author and id.
// Guarantees: bounded by count, age, options and voters; the newest vote of a voter counts, by the time of its message,
// whatever the order they come in; a voter is one, by either id. Does not know who may vote: what is noted was opened
// under the secret of the poll (messages/about.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct PollVote {
  wire::Jid voter;
  std::uint64_t options = 0;   // a bit for each; none: taken back
  WallTime time;
};
struct PollRow {
  wire::Jid chat;
  std::string question;
  bool several = false;
  WallTime since;
  std::vector<std::string> options;
  std::vector<PollVote> votes;
};
inline constexpr std::size_t kVotersKept = 2048, kOptionsKept = 64, kPollBytesKept = 12u << 10;   // without its votes
inline constexpr std::uint32_t kOwnPollsKept = 1024, kOtherPollsKept = 256;

// What is known already stays: a poll may be told twice.
void remember_poll(store::Txn&, const wire::Jid& author, const std::string& id, bool ours, PollRow);
std::optional<PollRow> find_poll(const store::Txn&, const wire::Jid& author, const std::string& id, WallTime now);
// `options`: by their names; those that are not known are new ones. Nothing of a poll that is not kept.
void note_vote(store::Txn&, const wire::Jid& author, const std::string& id, const wire::Jid& voter,
               const std::vector<std::string>& options, WallTime time);

}  // namespace wa::client
