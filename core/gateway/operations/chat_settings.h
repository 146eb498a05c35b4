// Settings of a chat as a façade asks for them, and the command that makes each. Answered by ChatSettingDone.
#pragma once

#include <optional>

#include "client/contract.h"
#include "client/rows/chat_lists.h"

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

inline constexpr std::int64_t kMuteMaxS = 10LL * 366 * 86'400;

client::SetChat command_for(const ArchiveChat&);
client::SetChat command_for(const MuteChat&);
client::SetChat command_for(const PinChat&);
client::SetChat command_for(const MarkChatRead&);
client::SetChat command_for(const ClearChat&);
client::SetChat command_for(const DeleteChat&);

// What came of it, of marks (marks.h) too.
enum class SettingResult : std::uint8_t {
  applied, unchanged,
  conflict,            // other devices kept changing the same data
  refused,
  waits_for_key,       // stored, and made when the phone has given the key of the app state
  waits_for_snapshot,  // stored, and made when a snapshot matches the phone's (a full sync)
  timeout,
};
SettingResult result_of(const client::ChatSettingDone&);

// Messages from before the service was there, or from tomorrow, there are none: of a time that somebody names.
bool is_message_time(WallTime time, WallTime now);

// Whether a chat is muted now: mutes that have passed are kept as they were.
enum class Muted : std::uint8_t { no, until, for_ever };
Muted muted_now(const client::ChatSummary&, WallTime now);

}  // namespace wa::gateway
