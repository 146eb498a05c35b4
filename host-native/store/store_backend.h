// What keeps the rows of all machines: the seam below which databases differ. Every value it sees is sealed.
// A backend guarantees: a group that was committed is durable; a group is applied wholly or not at all; a read shows
// every group whose commit has ended.
// Does not: seal, cache, gather what waits, or try again. That stands above it, once (committer.h, sealed_rows.h,
// device_view.h); which backends there are is in backends.cpp.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "store/scope.h"
#include "store/store.h"
#include "store/store_error.h"

namespace wa::native {

struct SealedWrite {
  store::Key key;
  std::optional<Bytes> sealed;  // nullopt erases
};

// What one machine asks for.
struct SealedBatch {
  Scope scope = kStoreScope;
  bool erase_scope = false;  // all its rows, before the writes
  std::vector<SealedWrite> writes;
  std::function<void(bool committed)> done;  // called by the committer, not by a backend
};

enum class CommitResult : std::uint8_t { committed, failed, no_room };

class StoreBackend {
 public:
  using Turn = std::unique_lock<std::mutex>;

  virtual ~StoreBackend() = default;

  // Commits and upkeep come one at a time: whoever does either holds the turn. `wait` false: a turn that is not free at
  // once is not taken.
  virtual Turn take_turn(bool wait) = 0;
  // In a turn; in the order of the group.
  virtual CommitResult commit(std::span<const SealedBatch> group) = 0;
  // Work of its own that is better done beside commits than in one, such as folding a log.
  virtual bool upkeep_due() const noexcept = 0;
  virtual void keep_up() = 0;  // in a turn; also asked for before a commit is tried again

  // From any thread, also during a commit. `ok` is cleared when the read failed.
  virtual std::optional<Bytes> read(Scope scope, const store::Key& key, bool& ok) const noexcept = 0;
  // Rows of the table from `from` on, in the order of their ids' bytes.
  virtual std::vector<store::Row> scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                                       bool& ok) const noexcept = 0;
  virtual std::vector<Scope> scopes() const = 0;  // that have rows, but kStoreScope; throws StoreError
  virtual bool reachable() const noexcept = 0;    // what is committed now goes where it will be looked for
};

}  // namespace wa::native
