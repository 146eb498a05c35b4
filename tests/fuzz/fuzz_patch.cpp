// Patches, snapshots, references and histories. Law: what is refused changes nothing.
#include "appstate/action.h"
#include "appstate/collection.h"
#include "client/history/history_reader.h"
#include "fuzz/fuzz.h"
#include "store/memory_store.h"

using namespace wa;

namespace {

void read_history(ByteView input) {
  client::HistoryReader reader(to_bytes(input));
  for (int items = 0; items < 10'000; ++items) {
    auto item = reader.next();
    if (!item.ok() || std::holds_alternative<client::HistoryEnd>(*item)) return;
  }
}

}  // namespace

void fuzz_one(ByteView input) {
  (void)appstate::decode_external_mutations(input);
  (void)appstate::decode_blob_reference(input);
  (void)appstate::parse_index(input);
  read_history(input);

  store::MemoryStore disk;
  store::Txn keys(disk);
  WA_ASSERT(appstate::store_key(keys, Bytes{0, 0, 0, 0, 0, 1}, Bytes(32, 7), 1).ok());
  disk.apply(keys.take());
  store::Txn txn(disk);
  appstate::KeyRing ring(txn);
  appstate::CollectionState state;
  if (auto patch = appstate::decode_patch(input); patch.ok()) {
    const auto applied = appstate::apply_patch(txn, appstate::Collection::regular_low, state, *patch, ring, false);
    if (applied.outcome != appstate::Outcome::applied && applied.outcome != appstate::Outcome::drift) {
      WA_ASSERT(txn.take().empty() && applied.mutations.empty());
    }
  }
  if (auto snapshot = appstate::decode_snapshot(input); snapshot.ok() && snapshot->records.size() < 1000) {
    (void)appstate::apply_snapshot(txn, appstate::Collection::regular_low, state, *snapshot, ring);
  }
}
