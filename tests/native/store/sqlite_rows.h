// A store over SQLite, opened as the server opens it; and a commit that waits for its answer, on a thread that may.
#pragma once

#include <future>

#include "store/device_view.h"

namespace wa::native_test {

struct SqliteRows : native::Committer {
  explicit SqliteRows(const native::StoreOptions& options, bool commit_here = false)
      : Committer(native::open_store("sqlite", options), commit_here) {}
};

inline bool commit(native::Committer& store, native::Scope scope, const store::WriteBatch& batch) {
  std::promise<bool> done;
  store.commit(scope, batch, [&](bool ok) { done.set_value(ok); });
  return done.get_future().get();
}

}  // namespace wa::native_test
