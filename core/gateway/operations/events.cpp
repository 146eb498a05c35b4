// tested by unit/gateway/api/events_test.cpp
#include "gateway/operations/events.h"

#include "base/limits.h"

namespace wa::gateway {

WatchStart start_watching(LiveEvents& live, std::uint64_t after, std::int64_t wait_ms, const Waiting& waiting,
                          StartFunction start, MonoTime now) {
  live.watch(now);
  const bool news = !live.items().empty() && live.items().back().number >= after;
  if (news || wait_ms == 0) return WatchStart::now;
  const bool many = waiting.started_by(start).size() >= limits::kWatchersPerDeviceMax;
  return many || waiting.full() ? WatchStart::too_many_wait : WatchStart::waits;
}

}  // namespace wa::gateway
