#include "client/link/keepalive.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::client {

void Keepalive::start(Now now, Random& random) {
  pinged_.reset();
  wall_ahead_ms_ = now.wall.ms - now.mono.ms;
  schedule(now.mono, random);
}

void Keepalive::schedule(MonoTime from, Random& random) {
  constexpr auto kSpread = static_cast<std::uint32_t>(limits::kKeepaliveMaxMs - limits::kKeepaliveMinMs + 1);
  due_ = from + limits::kKeepaliveMinMs + random.below(kSpread);
}

// Two traces of a suspended machine: the wall clock ran ahead of the monotonic one, or the timer itself is very late.
Keepalive::Finding Keepalive::on_tick(Now now, MonoTime last_received, Random& random) {
  if (!due_) return Finding::fine;
  const std::int64_t ahead_ms = now.wall.ms - now.mono.ms;
  const std::int64_t missing_ms = std::max(ahead_ms - wall_ahead_ms_, now.mono - *due_);
  wall_ahead_ms_ = ahead_ms;
  if (missing_ms > limits::kSuspendedMs) return Finding::suspended;
  if (now.mono < *due_) return Finding::fine;
  if (!pinged_) {
    pinged_ = now.mono;
    due_ = now.mono + limits::kKeepaliveDeadlineMs;
    return Finding::ping;
  }
  if (last_received < *pinged_) return Finding::dead;
  schedule(std::max(*pinged_, now.mono + -limits::kKeepaliveMinMs), random);
  pinged_.reset();
  return Finding::fine;
}

}  // namespace wa::client
