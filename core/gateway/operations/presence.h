// Typing, presence and read receipts. The service acknowledges none of them: perform() of ShowTyping, ShowPresence and
// MarkMessagesRead, and that it went out is all there is to say.
#pragma once

#include "client/client.h"
#include "gateway/http/waiting_requests.h"
#include "gateway/operations/session.h"

namespace wa::gateway {

inline constexpr std::size_t kIdsPerReceiptMax = 256;

// `ensure_online`: the account is shown online first.
Result<void> watch_presence(const wire::Jid& who, bool ensure_online, client::Client&, client::Turn&);

// Composing from `from` on for `typing_ms`, then paused: as a person who types. What cannot be shown is left out; the
// notes of the request that waits say whether it was. Nothing of it survives a restart, and nothing depends on it.
inline constexpr std::size_t kPlannedTypingMax = 4096;
void plan_typing(const wire::Jid& chat, MonoTime from, std::int64_t typing_ms, client::CommandId waits, Session&);
void show_planned_typing(Session&, Waiting&, client::Client&, client::Turn&);

}  // namespace wa::gateway
