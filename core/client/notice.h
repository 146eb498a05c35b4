// What one room wants of others or has found for them: values, carried out by routing.cpp in the same step.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/contract.h"

namespace wa::client {

// --- what app state and history want done, in this order. A query that could not be sent comes back as QueryLinkLost.
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

// --- what a received message means to other rooms, in the order of the list that Inbox returns. Key shares, history and
// mappings come from own devices only (checked by Inbox).
struct KeyShareNotice { std::vector<SharedKey> keys; };

// The newest message of a chat, as the archive of that chat must name it (05 section 6).
struct ChatNotice { wire::Jid chat; LastMessage last; };
struct PushNameNotice { wire::Jid who; std::string name; };

// An unreadable message: the own phone is asked for it (a peer message of this id) unless it arrives soon.
struct MissingNotice { std::string request_id; Bytes request; };
struct ArrivedNotice { std::string request_id; };

// HistoryNotification (history/contract.h): after processing, the message gets a `hist_sync` receipt by its id.
using PeerNotice = std::variant<KeyShareNotice, HistoryNotification, ChatNotice, PushNameNotice, MissingNotice,
                                ArrivedNotice>;

}  // namespace wa::client
