// The rows a gateway finds in its store when the device was paired earlier: for benches and tests that need many paired
// devices without pairing them over the wire.
#pragma once

#include "sim/service/network.h"
#include "store/memory_store.h"

namespace wa::sim {

// `uploaded`: as given to pair_directly.
store::WriteBatch paired_rows(const PairedDevice&, bool uploaded = true);

}  // namespace wa::sim
