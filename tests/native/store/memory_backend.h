// A backend in memory that fails, is slow and has upkeep to do when a test says so; and a store over it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>

#include "store/committer.h"

namespace wa::native_test {

class MemoryBackend final : public native::StoreBackend {
 public:
  using Where = std::pair<native::Scope, store::Key>;
  using Result = native::CommitResult;

  // From any thread.
  void answer_next(std::initializer_list<Result> results);  // what the next commits end with; none left: committed
  void answer_all(Result result) { always_ = result; }
  void hold(bool held);                                     // commits that begin wait until it is false
  void wait_until_held();                                   // one has begun and waits
  void want_upkeep() { upkeep_due_ = true; }
  void fail_reads(bool fail) { reads_fail_ = fail; }
  std::vector<std::size_t> groups() const;                  // how many batches each commit had
  std::map<Where, Bytes> rows() const;                      // as they lie there
  void swap_values(const Where& one, const Where& other);
  int kept_up() const { return kept_up_; }

  Turn take_turn(bool wait) override;
  Result commit(std::span<const native::SealedBatch> group) override;
  bool upkeep_due() const noexcept override { return upkeep_due_; }
  void keep_up() override;
  std::optional<Bytes> read(native::Scope scope, const store::Key& key, bool& ok) const noexcept override;
  std::vector<store::Row> scan(native::Scope scope, store::Table table, std::string_view from, std::size_t limit,
                               bool& ok) const noexcept override;
  std::vector<native::Scope> scopes() const override;
  bool reachable() const noexcept override { return !reads_fail_; }

 private:
  std::mutex turn_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false, held_ = false;
  std::deque<Result> answers_;
  std::vector<std::size_t> groups_;
  std::map<Where, Bytes> rows_;
  std::atomic<Result> always_{Result::committed};
  std::atomic<bool> upkeep_due_{false}, reads_fail_{false};
  std::atomic<int> kept_up_{0};
};

// The key check is there, as a backend that was made leaves it.
struct MemoryRows {
  explicit MemoryRows(bool commit_here = false);
  MemoryBackend& backend;
  native::Committer store;

 private:
  MemoryRows(std::unique_ptr<MemoryBackend> backend, bool commit_here);
};

}  // namespace wa::native_test
