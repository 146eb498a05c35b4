// Two rows of a device that outlive its link: whether the user wants it up, and when it was last up.
#pragma once

#include <optional>

#include "base/time.h"
#include "store/store.h"

namespace wa::gateway {

void save_wanted(bool wanted, store::Txn&);
bool load_wanted(const store::Txn&);  // true unless the user disconnected it
void save_last_seen(WallTime, store::Txn&);
std::optional<WallTime> load_last_seen(const store::Txn&);

}  // namespace wa::gateway
