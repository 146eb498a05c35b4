// What a received message means to other flows: values that Inbox returns and client.cpp hands on, in order, in the
// same step. Key shares, history and mappings come from own devices only (checked by Inbox).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/app_state/key_requests.h"
#include "client/history/history.h"
#include "client/rows/chat_rows.h"

namespace wa::client {

struct KeyShareNotice { std::vector<SharedKey> keys; };

// The newest message of a chat, as the archive of that chat must name it (05 section 6).
struct ChatNotice { wire::Jid chat; LastMessage last; };
struct PushNameNotice { wire::Jid who; std::string name; };

// An unreadable message: the own phone is asked for it (a peer message of this id) unless it arrives soon.
struct MissingNotice { std::string request_id; Bytes request; };
struct ArrivedNotice { std::string request_id; };

// HistoryNotification (history.h): after processing, the message gets a `hist_sync` receipt by its id.
using PeerNotice = std::variant<KeyShareNotice, HistoryNotification, ChatNotice, PushNameNotice, MissingNotice,
                                ArrivedNotice>;

}  // namespace wa::client
