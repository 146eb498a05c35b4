// Turn: what one call into the machine may read and do. Passed down in client and gateway only; lower modules take the
// parts they use.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "client/effect.h"
#include "client/notice.h"
#include "store/store.h"

namespace wa::client {

struct Turn {
  Now now;
  store::Txn& txn;
  Random& random;
  std::vector<Effect>& effects;
  std::vector<Event>& events;
  bool trace = false;  // Config.trace
  // What the room that is being called wants of others: Client performs and empties these when it has returned.
  std::vector<Notice> notices = {};
  std::vector<Ask> queries = {};

  // What the service's clock shows: for what others compare (rows/service_clock.h). `now` is for own waits.
  WallTime service_time() const;
  void effect(Effect value) { effects.push_back(std::move(value)); }
  void event(Event value) { events.push_back(std::move(value)); }
  void notify(Notice);
  void query(wire::Node iq, Query what);
  void log(LogLevel level, const char* text, std::int64_t number = 0) { effect(Log{level, text, number}); }
};

}  // namespace wa::client
