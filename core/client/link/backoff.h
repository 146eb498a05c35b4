// When to try again (01 section 8): Fibonacci seconds, capped, with 10 % jitter; forgotten after a stable connection.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace wa::client {

class Backoff {
 public:
  // The wait before the next attempt; each call without a reset in between gives a longer one.
  std::int64_t next_ms(Random&);
  void skip(int steps);  // rate limited: as if that many attempts had failed
  void reset() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  int failures_ = 0;
};

}  // namespace wa::client
