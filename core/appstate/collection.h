// One collection: version, hash and the map index MAC -> value MAC (05 sections 1, 4, 5, 7, 8), as rows of a Txn.
// Guarantees: a patch or snapshot applies wholly or not at all; version, hash and map change in the same Txn; what a
// stage() computed becomes state only by promote().
// Does not fetch, retry or choose a recovery: outcomes are facts, client/app_state/app_state_sync.h decides.
#pragma once

#include "appstate/key_ring.h"
#include "appstate/patch.h"

namespace wa::appstate {

struct CollectionState {
  std::uint64_t version = 0;
  LtHash hash;
  bool bootstrapped = false;  // a snapshot, or an empty start, was taken: uploads are possible
  bool degraded = false;      // a fresh snapshot did not cure the drift; cleared when a MAC matches again
  bool resynced = false;  // a snapshot was asked because of an error; the owner clears it after a clean synchronisation
  Bytes blocked_on;           // a key id nobody has sent yet; empty: not blocked
};

CollectionState load_collection(const store::Txn&, Collection);  // the empty state when there is no row
void save_collection(store::Txn&, Collection, const CollectionState&);
// Forgets version, hash and map; keeps `degraded` and `resynced`.
void reset_collection(store::Txn&, Collection, CollectionState&);

enum class Outcome : std::uint8_t {
  applied,
  drift,        // applied; the hash differs from the sender's: resync, not an attack (vectors: lthash_mismatch)
  stale,        // version <= local: skipped
  gap,          // version > local + 1: nothing changed
  rejected,     // patch MAC or a record is wrong: nothing changed
  missing_key,  // nothing changed; the key is named
};

struct Applied {
  Outcome outcome = Outcome::applied;
  Bytes missing_key;
  std::vector<Mutation> mutations;  // in patch order; empty unless applied or drift
  std::size_t unknown_removes = 0;  // REMOVE of an index that is not in the map
  std::size_t skipped = 0;          // records that do not decrypt (tolerant only): MACs kept, content ignored
};

// `tolerant`: records that do not decrypt are skipped instead of refusing the patch; used once a fresh snapshot did not
// help. The patch MAC must be right in any case. External mutations were appended to patch.records by the caller.
Applied apply_patch(store::Txn&, Collection, CollectionState&, const Patch&, KeyRing&, bool tolerant);
// Replaces everything. Records that do not decrypt are skipped (pitfalls 32); a wrong MAC is drift.
Applied apply_snapshot(store::Txn&, Collection, CollectionState&, const Snapshot&, KeyRing&);

struct Staged {
  Collection collection = Collection::regular;
  std::uint64_t base_version = 0;
  CollectionState after;
  std::vector<Record> records;
  Bytes encoded;  // SyncdPatch as uploaded
};

// Builds a patch on top of `state`; changes nothing. Of several mutations of one index only the last travels.
// Errors: not_ready (never bootstrapped), missing_key (no key shared yet), invalid_argument (nothing, or too many).
Result<Staged> stage(const store::Txn&, Collection, const CollectionState&, const std::vector<Mutation>&, KeyRing&,
                     Random&);
void promote(store::Txn&, const Staged&);

}  // namespace wa::appstate
