// Presence and chat states, shown and told; what the account has read. No event follows a command: the service
// acknowledges none of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"
#include "wire/jid.h"

namespace wa::client {

struct ShowTyping { CommandId command = 0; wire::Jid chat; bool composing = true, audio = false; };
struct ShowPresence { CommandId command = 0; bool available = true; };
struct WatchPresence { CommandId command = 0; wire::Jid who; };
struct MarkMessagesRead { CommandId command = 0; wire::Jid chat, sender; std::vector<std::string> ids; WallTime time; };

struct ContactPresence { wire::Jid jid; bool available = false; std::optional<WallTime> last_seen; };
struct ChatPresence { wire::Jid chat, sender; std::string state, media; };  // "composing", "paused"; "text", "audio"

struct PresenceContract {
  using Commands = Kinds<ShowTyping, ShowPresence, WatchPresence, MarkMessagesRead>;
  using Events = Kinds<ContactPresence, ChatPresence>;
  using Queries = Kinds<>;
};

}  // namespace wa::client
