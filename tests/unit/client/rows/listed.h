// How many chats a list of all would tell.
#pragma once

#include "client/rows/chat_lists.h"

namespace wa::test {

inline std::size_t chats_listed(const store::Txn& txn) {
  std::size_t count = 0;
  client::list_chats(txn, "", 10'000, [&](const client::ChatSummary&) { ++count; });
  return count;
}

}  // namespace wa::test
