// Questions about people: each a query to the service, its answer an event. Keeps nothing: what is asked again is asked
// again. Mappings between numbers and LIDs that come along are learnt.
#pragma once

#include "client/command.h"
#include "client/link/out.h"
#include "client/turn.h"

namespace wa::client {

// Errors: not_ready (offline), full (too many queries are open), invalid_argument.
Result<void> ask(const AskNumbers&, Out&, Turn&);
Result<void> ask(const AskProfile&, Out&, Turn&);
Result<void> ask(const AskPicture&, Out&, Turn&);
Result<void> ask(const AskBlocklist&, Out&, Turn&);
Result<void> ask(const ChangeBlock&, Out&, Turn&);

void on_answer(const PeopleQuery&, const QueryAnswer&, Turn&);

}  // namespace wa::client
