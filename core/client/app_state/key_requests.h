// App-state keys at the level of the client (05 section 2, section 8 "missing key"): taking shares, and remembering for
// which keys the own devices were asked, and who of them has none. Key rows themselves: appstate/key_ring.h.
// Guarantees: a key is asked for at most once per kKeyRequestEveryMs, over restarts; a request that the service did not
// take does not count; of a key that nobody has it is said once that a snapshot must help.
// Does not check who sent a share: the inbox hands over only what came from own devices.
#pragma once

#include <vector>

#include "base/time.h"
#include "client/app_state/contract.h"
#include "store/store.h"

namespace wa::client {

// The number of keys stored; malformed ones and those without data are skipped.
std::size_t store_key_share(store::Txn&, const std::vector<SharedKey>& keys);

// True when the own devices shall be asked for this key now; remembers that they were.
bool note_key_request(store::Txn&, ByteView key_id, WallTime now);
void forget_key_request(store::Txn&, ByteView key_id);
// A device answered that it does not have these. True when one of them is awaited.
bool note_lacking(store::Txn&, const std::vector<SharedKey>& keys);
// Somebody lacks the key, and nobody has sent it.
bool is_lacked(const store::Txn&, ByteView key_id);
inline constexpr std::int64_t kKeyAnswersMs = 10'000;  // from the first such answer on, for those of the others
// Nobody who answered has it, and no snapshot was asked for because of it yet. `take`: from now on one was.
bool needs_snapshot(store::Txn&, ByteView key_id, bool take);

}  // namespace wa::client
