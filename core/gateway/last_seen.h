// When a device was last online, over restarts. Whether the user wants it online is the client's to keep (Lifecycle).
#pragma once

#include <optional>

#include "base/time.h"
#include "store/store.h"

namespace wa::gateway {

void save_last_seen(WallTime, store::Txn&);
std::optional<WallTime> load_last_seen(const store::Txn&);

}  // namespace wa::gateway
