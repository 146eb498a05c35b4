// Commits to a store and waits for its answer, on a thread that may wait.
#pragma once

#include <future>

#include "store/sqlite_store.h"

namespace wa::native_test {

inline bool commit(native::SqliteStore& sqlite, native::Scope scope, const store::WriteBatch& batch) {
  std::promise<bool> done;
  sqlite.commit(scope, batch, [&](bool ok) { done.set_value(ok); });
  return done.get_future().get();
}

}  // namespace wa::native_test
