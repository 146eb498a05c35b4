// The secrets of messages (10 section 7): under them others seal votes, answers and edits. Table::message_secrets: two
// rings, of polls and events for a month, of all others, which may be edited, for a day. Guarantees: bounded by count
// and age; a secret belongs to its author, under either of the author's ids. Does not know who is right: callers name
// the author.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct MessageSecret {
  Bytes secret;
  WallTime since;
  bool add_ons = false;              // a poll or an event: kept longer
  std::vector<std::string> options;  // of a poll, so far as they fit
};
inline constexpr std::size_t kPollOptionBytesKept = 6u << 10;

void remember_secret(store::Txn&, const wire::Jid& author, const std::string& id, MessageSecret);
std::optional<MessageSecret> find_secret(const store::Txn&, const wire::Jid& author, const std::string& id,
                                         WallTime now);

}  // namespace wa::client
