// What a gateway answers an input with: the writes and what depends on them. Guarantees: none; it is a value, and the
// host keeps the order. Does not: perform anything.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "client/effect.h"
#include "store/store.h"

namespace wa::gateway {

struct Step {
  store::WriteBatch writes;         // 1. commit atomically; if that fails, discard the gateway and reopen it
  std::vector<Effect> effects;      // 2. then perform, in order
  std::optional<MonoTime> wake;     // 3. call again (Tick) no later than this
};

}  // namespace wa::gateway
