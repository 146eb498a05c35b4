// Time as an argument. Core never reads a clock: hosts pass Now into every call.
#pragma once

#include <compare>
#include <cstdint>

namespace wa {

// Milliseconds on a clock that never jumps; for timeouts only. Meaningless across a restart.
struct MonoTime {
  std::int64_t ms = 0;
  friend auto operator<=>(const MonoTime&, const MonoTime&) = default;
  MonoTime operator+(std::int64_t delta_ms) const { return {ms + delta_ms}; }
  std::int64_t operator-(MonoTime other) const { return ms - other.ms; }
};

// Milliseconds since 1970 UTC; for what the protocol stamps and for what must survive a restart.
struct WallTime {
  std::int64_t ms = 0;
  friend auto operator<=>(const WallTime&, const WallTime&) = default;
  WallTime operator+(std::int64_t delta_ms) const { return {ms + delta_ms}; }
  std::int64_t operator-(WallTime other) const { return ms - other.ms; }
  std::int64_t seconds() const { return ms / 1000; }
  static WallTime from_seconds(std::int64_t s) {  // saturates: the number may come from the network
    constexpr std::int64_t kMost = INT64_MAX / 1000;
    return {(s > kMost ? kMost : s < -kMost ? -kMost : s) * 1000};
  }
};

struct Now {
  MonoTime mono;
  WallTime wall;
};

}  // namespace wa
