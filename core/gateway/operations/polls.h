// How a poll was voted, by option.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::gateway {

struct TallyOption { std::string name; std::vector<wire::Jid> voters; };   // as users know them
struct Tally {
  wire::Jid chat;
  std::string question;
  bool several = false;
  WallTime since;
  std::optional<WallTime> last_vote;
  std::size_t voters = 0;          // who has a vote that was not taken back
  std::vector<TallyOption> options;
};
// nullopt: none of this author is kept.
std::optional<Tally> tally_of(const std::string& id, const wire::Jid& author, const store::Txn&, WallTime now);

}  // namespace wa::gateway
