// App-state keys at the level of the client (05 section 2, section 8 "missing key"): taking shares, and remembering for
// which keys the phone was asked. Key rows themselves: appstate/key_ring.h.
// Guarantees: a key is asked for at most once per kKeyRequestEveryMs, over restarts.
// Does not check who sent a share: the inbox hands over only what came from own devices.
#pragma once

#include <vector>

#include "base/time.h"
#include "client/app_state/contract.h"
#include "store/store.h"

namespace wa::client {

// The number of keys stored; malformed ones and those without data are skipped.
std::size_t store_key_share(store::Txn&, const std::vector<SharedKey>& keys);

// True when the phone shall be asked for this key now; remembers that it was.
bool note_key_request(store::Txn&, ByteView key_id, WallTime now);

}  // namespace wa::client
