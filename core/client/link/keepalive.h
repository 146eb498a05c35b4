// Is the other side still there (01 section 7)? Judged by what was received, never by what was sent: a half-open socket
// swallows every ping without a word.
#pragma once

#include <optional>

#include "base/random.h"
#include "base/time.h"

namespace wa::client {

class Keepalive {
 public:
  enum class Finding : std::uint8_t {
    fine,
    ping,        // send one now
    dead,        // a ping is unanswered and nothing else came
    suspended,   // the clock ran on without us: whatever the socket says, it is gone
  };

  void start(Now, Random&);
  void stop() { due_.reset(); }
  Finding on_tick(Now, MonoTime last_received, Random&);
  std::optional<MonoTime> deadline() const { return due_; }

 private:
  void schedule(MonoTime from, Random&);

  std::optional<MonoTime> due_;          // the next ping, or its time limit
  std::optional<MonoTime> pinged_;       // an unanswered ping
  std::int64_t wall_ahead_ms_ = 0;       // wall clock minus monotonic clock when we last looked
};

}  // namespace wa::client
