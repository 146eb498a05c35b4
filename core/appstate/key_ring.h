// App-state keys as rows (05 section 2), and their expansion. Rows of Table::app_keys: "k<key id>" -> key data, time, and
// a mark once a collection used it; "x" -> the epoch up to which keys are expired (the sentinel record).
// Guarantees: key data is 32 bytes or not stored at all; expanded keys live as long as the ring, then are wiped.
// Does not decide from whom keys are accepted (client/app_state/key_requests.h).
#pragma once

#include <map>
#include <optional>

#include "appstate/lthash.h"
#include "store/store.h"

namespace wa::appstate {

// invalid_argument unless key_data has 32 bytes and the id is not empty (pitfalls 30). `used`: kept like one that a
// collection used.
Result<void> store_key(store::Txn&, ByteView key_id, ByteView key_data, std::int64_t timestamp_ms, bool used = false);
bool has_key(const store::Txn&, ByteView key_id);
struct StoredKey { Bytes data; std::int64_t timestamp_ms = 0; };
std::optional<StoredKey> load_key(const store::Txn&, ByteView key_id);
// Keeps `most` keys: those that collections used, and of the others the newest.
void drop_keys(store::Txn&, std::size_t most);
// Keys of this epoch and older are not used for new patches any more.
void store_expired_epoch(store::Txn&, std::uint32_t epoch);

// The key for new patches: highest epoch, ties by the lower device id; expired ones only when nothing else is there.
std::optional<Bytes> active_key(const store::Txn&);

class KeyRing {
 public:
  explicit KeyRing(const store::Txn& txn) : txn_(txn) {}
  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;
  const Keys* find(ByteView key_id);  // nullptr: not known (yet)
  void note_used(store::Txn&) const;  // what was found is in use by a collection

 private:
  const store::Txn& txn_;
  std::map<Bytes, Keys> expanded_;
};

}  // namespace wa::appstate
