// Chat states, presence, read receipts. The service acknowledges none of them, so none is kept or repeated.
// Errors: not_ready when offline.
#pragma once

#include "client/link/out.h"
#include "client/presence/contract.h"
#include "client/turn.h"
#include "stanza/inbound.h"

namespace wa::client {

class Presence {
 public:
  static Result<void> execute(const ShowTyping&, Out&, Turn&);
  static Result<void> execute(const ShowPresence&, Out&, Turn&);
  static Result<void> execute(const WatchPresence&, Out&, Turn&);
  static Result<void> execute(const MarkMessagesRead&, Out&, Turn&);

  static void on(const stanza::Presence&, Turn&);          // -> ContactPresence
  static void on(const stanza::ChatState&, Turn&);         // -> ChatPresence
};

}  // namespace wa::client
