// The events of a device as they happen: what they are is in webhooks/live_events.h.
#pragma once

#include "gateway/http/waiting_requests.h"
#include "gateway/webhooks/live_events.h"

namespace wa::gateway {

inline constexpr std::uint64_t kEventsWaitMaxS = 30;

enum class WatchStart : std::uint8_t { now, waits, too_many_wait };
// Somebody asks for what came at `after` or later and would wait `wait_ms` for some; events are remembered from now on.
// `start`: of the endpoint that asks, whose waiting requests are counted.
WatchStart start_watching(LiveEvents&, std::uint64_t after, std::int64_t wait_ms, const Waiting&, StartFunction start,
                          MonoTime now);

}  // namespace wa::gateway
