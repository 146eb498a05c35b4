// Signs of life: typing, presence, read receipts. The service acknowledges none of them, so none is kept or repeated.
// Errors: not_ready when offline.
#pragma once

#include "client/presence/contract.h"
#include "client/link/out.h"
#include "client/turn.h"
#include "stanza/inbound.h"

namespace wa::client {

Result<void> ask(const ShowTyping&, Out&, Turn&);
Result<void> ask(const ShowPresence&, Out&, Turn&);
Result<void> ask(const WatchPresence&, Out&, Turn&);
Result<void> ask(const MarkMessagesRead&, Out&, Turn&);

void on_presence(const stanza::Presence&, Turn&);        // -> ContactPresence
void on_chat_state(const stanza::ChatState&, Turn&);     // -> ChatPresence

}  // namespace wa::client
