// Settings of a chat as a façade asks for them, and the command that makes each. Answered by ChatSettingDone.
// Does not: know JSON, names of fields or what is answered.
#pragma once

#include <optional>

#include "client/contract.h"

namespace wa::gateway {

// `last_message`: the time of the newest message the asker has seen; the stored one counts when it is newer.
struct ArchiveChat { wire::Jid chat; bool archived = true; std::optional<WallTime> last_message; };
struct MuteChat { wire::Jid chat; bool muted = true; std::optional<WallTime> until; };  // no end: for ever
struct PinChat { wire::Jid chat; bool pinned = true; };
struct MarkChatRead { wire::Jid chat; bool read = true; };
struct ClearChat {  // its messages go, the chat stays
  wire::Jid chat;
  bool starred_too = false, media_too = false;
  std::optional<WallTime> last_message;
};
struct DeleteChat { wire::Jid chat; bool media_too = false; std::optional<WallTime> last_message; };

client::SetChat command_for(const ArchiveChat&);
client::SetChat command_for(const MuteChat&);
client::SetChat command_for(const PinChat&);
client::SetChat command_for(const MarkChatRead&);
client::SetChat command_for(const ClearChat&);
client::SetChat command_for(const DeleteChat&);

}  // namespace wa::gateway
