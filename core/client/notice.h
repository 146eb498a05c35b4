// What the app-state and history flows want done by others: values, carried out by client.cpp in this order, in the same
// step. A query that could not be sent comes back to the flow as QueryLinkLost.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/query.h"

namespace wa::client {

struct Ask {
  wire::Node iq;   // without id
  Query what;
};

struct LearntToken {
  wire::Jid user;
  Bytes token;
  std::int64_t t = 0;
};

struct Wanted {
  std::vector<Ask> queries;                                  // Out::query
  std::vector<Bytes> key_requests;  // key ids for one APP_STATE_SYNC_KEY_REQUEST to the own phone
  std::vector<std::pair<wire::Jid, wire::Jid>> mappings;     // PN and LID of one user, learnt here
  std::vector<LearntToken> tokens;                           // trusted-contact tokens of chats (04 section 11)
  std::optional<std::string> push_name;                      // the account's own
  std::vector<std::string> history_done;                     // stanza ids to answer with a hist_sync receipt
};

}  // namespace wa::client
