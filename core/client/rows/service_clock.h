// The service's clock, of which the own one may be hours away: whatever others compare (times of settings, ranges of
// messages, ends of mutes, buckets of tokens) goes by it. Table::device "service_clock": how far it is ahead.
// Guarantees: one sample, of a login or of a ping, puts a wrong clock right; samples that agree with what is known, as
// near as whole seconds and the way allow, write nothing; the row outlives a restart. Own waits keep the own clock.
#pragma once

#include "base/time.h"
#include "store/store.h"

namespace wa::client {

// `own` by the service's clock; the same while the service was never heard. See Turn::service_time.
WallTime service_time(const store::Txn&, WallTime own);
// The service's clock showed `t_s` no longer than `way_ms` ago. What no clock shows is ignored.
void note_service_time(store::Txn&, std::int64_t t_s, WallTime own, std::int64_t way_ms);

}  // namespace wa::client
