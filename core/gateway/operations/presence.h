// Typing, presence and read receipts. The service acknowledges none of them: perform() of ShowTyping, ShowPresence and
// MarkMessagesRead, and that it went out is all there is to say.
#pragma once

#include "client/client.h"

namespace wa::gateway {

inline constexpr std::size_t kIdsPerReceiptMax = 256;

// `ensure_online`: the account is shown online first.
Result<void> watch_presence(const wire::Jid& who, bool ensure_online, client::Client&, client::Turn&);

}  // namespace wa::gateway
