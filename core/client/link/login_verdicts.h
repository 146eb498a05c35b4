// What a refusal or a stream error means for the link: two tables, pure (01 section 5).
#pragma once

#include "stanza/inbound.h"

namespace wa::client {

enum class Reaction : std::uint8_t {
  reconnect_now,    // 515: credentials kept, does not count as a failure
  back_off,         // service trouble: again after the ordinary wait
  back_off_long,    // rate limited
  retry_once,       // unknown: once more after a minute, then stop
  wait_until,       // temporary ban: not before its end
  stop,             // reported; nothing more in this process, a restart (a newer version, another setting) tries again
  yield,            // replaced: not even a restart comes back, only the user
  erase,            // credentials are dead
};

struct Verdict {
  Reaction reaction = Reaction::back_off;
  const char* reason = "";   // a stable word for events and GET /status
};

Verdict judge(const stanza::Failure& failure);
Verdict judge(const stanza::StreamError& error);

}  // namespace wa::client
