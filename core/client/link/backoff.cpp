// tested by unit/client/link/keepalive_test.cpp
#include "client/link/backoff.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::client {
namespace {

constexpr int kStepsMax = 20;  // far beyond the cap

}  // namespace

std::int64_t Backoff::next_ms(Random& random) {
  std::int64_t current = 1'000, following = 1'000;
  for (int i = 0; i < failures_ && current < limits::kBackoffCapMs; ++i) {
    const std::int64_t sum = current + following;
    current = following;
    following = sum;
  }
  failures_ = std::min(failures_ + 1, kStepsMax);
  const std::int64_t capped = std::min(current, limits::kBackoffCapMs);
  const auto tenth = static_cast<std::uint32_t>(capped / 10);
  return capped - tenth + random.below(2 * tenth + 1);
}

void Backoff::skip(int steps) { failures_ = std::min(failures_ + steps, kStepsMax); }

}  // namespace wa::client
