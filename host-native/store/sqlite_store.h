// The backend of one machine: a SQLite database (WAL, synchronous=FULL) in the data directory.
// Guarantees: a completed commit survives a crash of the process and of the machine; one process per data directory.
// The pages of the files are encrypted too, so that at rest neither scopes nor ids can be read.
// Does not: hide how much there is, nor tell an older copy of a page or a row from the newest.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "store/backends.h"
#include "store/sealed_files.h"

namespace wa::native {

class SqliteStore final : public StoreBackend {
 public:
  // `keys`: made from the key file, for whoever seals the rows. Throws StoreError.
  SqliteStore(const StoreOptions& options, std::unique_ptr<StoreKeys>& keys);
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  Turn take_turn(bool wait) override;
  CommitResult commit(std::span<const SealedBatch> group) override;
  bool upkeep_due() const noexcept override;
  void keep_up() override;
  std::optional<Bytes> read(Scope scope, const store::Key& key, bool& ok) const noexcept override;
  std::vector<store::Row> scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                               bool& ok) const noexcept override;
  std::vector<Scope> scopes() const override;
  bool reachable() const noexcept override;

 private:
  struct Connection;
  class Lease;

  std::unique_ptr<StoreKeys> open_files(const StoreOptions& options);
  CommitResult failure();
  void extend_log();

  std::filesystem::path directory_;
  int lock_ = -1;
  std::unique_ptr<SealedFiles> files_;
  mutable std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  std::atomic<int> log_pages_{0};  // of the write-ahead log
  std::int64_t log_bytes_ = 0;     // and its file

  mutable std::mutex readers_mutex_;
  mutable std::vector<std::unique_ptr<Connection>> readers_;  // idle ones; as many as threads read at once
};

OpenStore open_sqlite(const StoreOptions& options);

}  // namespace wa::native
