// The store as machines use it, over whatever backend: one scope of rows for each, batches in, rows out.
// Guarantees: a batch is applied wholly or not at all; batches of many machines that wait together share one commit of
// the backend; each is answered exactly once, also when the store is closed; after a commit that failed it is tried
// every second whether one succeeds again.
// Does not: hold rows in memory or stage them (device_view.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <thread>

#include "store/backends.h"
#include "store/sealed_rows.h"

namespace wa::native {

class Committer {
 public:
  // Called on the committer's thread.
  using Completion = std::function<void(bool committed)>;

  // `commit_here`: other threads go on while one waits for the disk in commit_here().
  explicit Committer(OpenStore store, bool commit_here = false);
  ~Committer();  // waits for commits that were asked for
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Sealed at once; written in the order in which it was asked for.
  void commit(Scope scope, const store::WriteBatch& batch, Completion done);
  // The same on the thread that calls, when nobody else writes or waits to and the disk has been quick: waking the
  // committer and being woken by it would cost more than the commit. nullopt: not now, nothing was done.
  std::optional<bool> commit_here(Scope scope, const store::WriteBatch& batch);
  void erase(Scope scope, Completion done);  // all rows of a removed device
  std::vector<Scope> scopes() const { return backend_->scopes(); }  // that have rows; throws StoreError
  bool reachable() const noexcept;
  bool full() const { return full_; }  // the last commit found no room; reads go on, and so it is tried again

  // For views. Any thread. `ok` is cleared when the read failed (I/O, or a value that does not authenticate).
  std::optional<Bytes> read(Scope scope, const store::Key& key, bool& ok) const noexcept {
    return rows_.read(scope, key, ok);
  }
  std::vector<store::Row> scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                               bool& ok) const noexcept {
    return rows_.scan(scope, table, from, limit, ok);
  }

 private:
  using Group = std::vector<SealedBatch>;
  void run();
  static void tell(const Completion& done, bool committed);
  bool commit_group(std::span<const SealedBatch> group);
  bool probe();
  void enqueue(SealedBatch batch);

  const std::unique_ptr<StoreKeys> keys_;
  const std::unique_ptr<StoreBackend> backend_;
  const SealedRows rows_;
  const bool may_commit_here_;
  std::atomic<bool> quick_{true};  // as the last commit was
  std::atomic<bool> healthy_{true}, full_{false};

  std::mutex waiting_mutex_;
  std::condition_variable wake_;
  Group waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace wa::native
