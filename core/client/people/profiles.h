// Questions about people: each a query to the service, its answer an event. Keeps nothing: what is asked again is asked
// again. Mappings between numbers and LIDs that come along are learnt.
#pragma once

#include <set>
#include <string>

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

  void on_answer(const TokenIssueQuery&, const QueryAnswer&, Out&, Turn&);

  static void on(const PushNameNotice&, Out&, Turn&);   // -> PushNameChanged
  static void on(const LearntMapping&, Out&, Turn&);
  static void on(const LearntToken&, Out&, Turn&);
  // Issues our token in the background, when it is due; who lost it gets it for the time it was issued for (12).
  void on(const TokenDue&, Out&, Turn&);
  void on_offline(Turn&) { issuing_.clear(); }

 private:
  std::set<std::string> issuing_;   // to whom a question is open
};

}  // namespace wa::client
