// All devices and the directory in one SQLite database (WAL, synchronous=FULL), one scope of rows for each.
// Guarantees: a completed commit survives a crash of the process and of the machine; a batch is applied wholly or not
// at all; batches of many devices that wait together share one transaction; one process per data directory. At rest
// all is encrypted under the key file: values by themselves, bound to scope, table and id, and the pages of the files.
// Does not hide how much there is, nor tell an older copy of a page or a row from the newest.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/data_directory.h"
#include "store/sealed_files.h"
#include "store/store_keys.h"

namespace wa::native {

class SqliteStore {
 public:
  struct Options {
    std::filesystem::path directory;
    std::filesystem::path key_file;  // empty: <directory>/key
    bool commit_here = false;        // other threads go on while one waits for the disk in commit_here()
  };
  // Called on the committer's thread.
  using Completion = std::function<void(bool committed)>;

  explicit SqliteStore(const Options& options);  // throws StoreError
  ~SqliteStore();                                // waits for commits that were asked for
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  void commit(Scope scope, const store::WriteBatch& batch, Completion done);
  // The same on the thread that calls, when nobody else writes or waits to and the disk has been quick: waking the
  // committer and being woken by it would cost more than the commit. nullopt: not now, nothing was done.
  std::optional<bool> commit_here(Scope scope, const store::WriteBatch& batch);
  void erase(Scope scope, Completion done);  // all rows of a removed device
  std::vector<Scope> scopes() const;         // that have rows; throws StoreError
  bool reachable() const noexcept;
  bool full() const { return full_; }  // the last commit found no room on the disk; reads go on, and so it is tried again

  // For views. Any thread. `ok` is cleared when the read failed (I/O, or a value that does not authenticate).
  std::optional<Bytes> read(Scope scope, const store::Key& key, bool& ok) const noexcept;
  std::vector<store::Row> read_rows(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                                    bool& ok) const noexcept;

 private:
  struct Connection;
  struct Write;
  struct Job;
  class Lease;

  void open_files(const Options& options);
  void run_committer();
  static void tell(Job& job, bool committed);
  bool commit_jobs(const std::vector<Job>& jobs);
  bool probe();
  void note_failure();
  bool write_jobs(const std::vector<Job>& jobs);
  void checkpoint();
  void extend_log();
  void enqueue(Job job);
  std::vector<Write> seal_all(Scope scope, const store::WriteBatch& batch) const;

  std::filesystem::path directory_;
  int lock_ = -1;
  std::unique_ptr<StoreKeys> keys_;
  std::unique_ptr<SealedFiles> files_;
  const bool may_commit_here_;
  mutable std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  std::atomic<int> log_pages_{0};  // of the write-ahead log
  std::int64_t log_bytes_ = 0;     // and its file
  std::atomic<bool> quick_{true};  // as the last commit was

  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<Connection>> readers_;  // idle ones; as many as threads read at once

  std::mutex jobs_mutex_;
  std::condition_variable jobs_waiting_;
  std::vector<Job> jobs_;
  bool stopping_ = false;
  std::atomic<bool> healthy_{true}, full_{false};
  std::thread committer_;
};

// What one machine sees of the store. A failed read poisons it: the owner must fail its next commit.
// Steps that are handled one after the other may share one commit: what they write is staged here and seen by the next
// of them, until the owner takes it to the store. Nothing may be read between `take` and the end of that commit.
class SqliteView final : public store::StoreView {
 public:
  // `cached_rows_max`: so many of the rows that were read stay in memory; with all that follow in their table, once a scan
  // has come to its end.
  SqliteView(const SqliteStore& store, Scope scope, std::size_t cached_rows_max = 0)
      : store_(store), scope_(scope), cached_rows_max_(cached_rows_max) {}
  std::optional<Bytes> get(const store::Key& key) const noexcept override;
  std::vector<store::Row> scan(store::Table table, std::string_view from, std::size_t limit) const noexcept override;
  Scope scope() const { return scope_; }
  bool poisoned() const { return poisoned_; }

  void stage(store::WriteBatch batch);
  const store::WriteBatch& staged() const { return staged_; }
  store::WriteBatch take();
  void heal();    // forget everything that was not committed
  void shrink() const;  // idle machines hold no rows

 private:
  std::vector<store::Row> committed_rows(store::Table table, std::string_view from, std::size_t limit) const;
  bool covers(store::Table table, std::string_view id) const;
  void keep(const store::Key& key, const std::optional<Bytes>& value) const;

  const SqliteStore& store_;
  Scope scope_;
  std::size_t cached_rows_max_;
  store::WriteBatch staged_;
  mutable std::map<store::Key, std::optional<Bytes>> cache_;  // of the store; nullopt: there is no such row
  mutable std::map<store::Table, std::string> covered_;       // every row from this id on is in cache_
  mutable bool poisoned_ = false;
};

}  // namespace wa::native
