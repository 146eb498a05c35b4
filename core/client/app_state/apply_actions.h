// The effect of app-state records on our rows, and the events that tell of it (05 sections 9, 10).
// Guarantees: an event only when something changed (stars and deletions, which have no state here, always), naming the
// chat by PN where known; unknown records change nothing.
#pragma once

#include "appstate/action.h"
#include "client/rows/chat_rows.h"
#include "client/turn.h"

namespace wa::client {

struct Origin {
  bool full = false;    // of a snapshot
  bool by_us = false;
};
void apply_action(const appstate::ReadAction&, Origin, Turn&);

// Around the records of a snapshot: what no record of the snapshot names returns to its default.
void begin_snapshot(store::Txn&, appstate::Collection);
void end_snapshot(appstate::Collection, Turn&);

// A message passed: remembers its key, and takes the chat out of the archive when the account wants that.
void note_message(const wire::Jid& chat, const LastMessage&, Turn&);  // chat: in the form the stanza used

}  // namespace wa::client
