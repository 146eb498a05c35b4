// Questions about people: each a query to the service, its answer an event. Keeps nothing: what is asked again is asked
// again. Mappings between numbers and LIDs that come along are learnt.
#pragma once

#include "client/link/out.h"
#include "client/people/contract.h"
#include "client/turn.h"

namespace wa::client {

class People {
 public:
  // Errors: not_ready (offline), full (too many queries are open), invalid_argument.
  static Result<void> execute(const AskNumbers&, Out&, Turn&);
  static Result<void> execute(const AskProfile&, Out&, Turn&);
  static Result<void> execute(const AskPicture&, Out&, Turn&);
  static Result<void> execute(const AskBlocklist&, Out&, Turn&);
  static Result<void> execute(const ChangeBlock&, Out&, Turn&);

  static void on_answer(const PeopleQuery&, const QueryAnswer&, Out&, Turn&);

  static void on(const PushNameNotice&, Out&, Turn&);   // -> PushNameChanged
  static void on(const LearntMapping&, Out&, Turn&);
  static void on(const LearntToken&, Out&, Turn&);
};

}  // namespace wa::client
