#include "store/committer.h"

#include <chrono>
#include <new>
#include <utility>

#include "system/log.h"
#include "system/metrics.h"

namespace wa::native {
namespace {

constexpr auto kProbeEvery = std::chrono::seconds(1);
constexpr auto kQuickCommit = std::chrono::milliseconds(5);

}  // namespace

Committer::Committer(OpenStore store, bool commit_here)
    : keys_(std::move(store.keys)),
      backend_(std::move(store.backend)),
      rows_(*keys_, *backend_),
      may_commit_here_(commit_here) {
  thread_ = std::thread([this] { run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(waiting_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

// Sealed on the machine's thread: the committer only writes.
void Committer::commit(Scope scope, const store::WriteBatch& batch, Completion done) {
  SealedBatch sealed = rows_.seal(scope, batch);
  sealed.done = std::move(done);
  enqueue(std::move(sealed));
}

std::optional<bool> Committer::commit_here(Scope scope, const store::WriteBatch& batch) {
  if (!may_commit_here_ || !healthy_ || !quick_) return std::nullopt;
  const StoreBackend::Turn turn = backend_->take_turn(false);
  if (!turn || backend_->upkeep_due()) return std::nullopt;
  {
    const std::lock_guard lock(waiting_mutex_);
    if (!waiting_.empty()) return std::nullopt;
  }
  const SealedBatch sealed = rows_.seal(scope, batch);
  const bool committed = commit_group({&sealed, 1});
  if (!committed || backend_->upkeep_due()) {  // work for the committer
    const std::lock_guard lock(waiting_mutex_);
    wake_.notify_one();
  }
  return committed;
}

void Committer::erase(Scope scope, Completion done) {
  SealedBatch all;
  all.scope = scope;
  all.erase_scope = true;
  all.done = std::move(done);
  enqueue(std::move(all));
}

void Committer::enqueue(SealedBatch batch) {
  {
    const std::lock_guard lock(waiting_mutex_);
    waiting_.push_back(std::move(batch));
  }
  wake_.notify_one();
}

// Whoever waits must learn of it: without memory for that, not before there is some.
void Committer::tell(const Completion& done, bool committed) {
  for (;;) {
    try {
      return done(committed);
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

// Group commit: while one transaction is being synced the next batches gather.
void Committer::run() {
  Group group;
  for (;;) {
    {
      std::unique_lock lock(waiting_mutex_);
      const auto work = [this] { return stopping_ || !waiting_.empty(); };
      wake_.wait(lock, [&] { return work() || !healthy_ || backend_->upkeep_due(); });
      if (!healthy_) wake_.wait_for(lock, kProbeEvery, work);
      if (waiting_.empty() && stopping_) return;
      group.swap(waiting_);
    }
    bool committed = true;
    {
      const StoreBackend::Turn turn = backend_->take_turn(true);
      if (!healthy_) backend_->keep_up();  // a log that starts again needs no more room
      committed = group.empty() ? healthy_ || probe() : commit_group(group);
      if (backend_->upkeep_due()) backend_->keep_up();
    }
    for (const SealedBatch& batch : group)
      if (batch.done) tell(batch.done, committed);
    group.clear();
  }
}

bool Committer::commit_group(std::span<const SealedBatch> group) {
  const auto begun = std::chrono::steady_clock::now();
  const CommitResult result = backend_->commit(group);
  const auto took = std::chrono::steady_clock::now() - begun;
  const bool committed = result == CommitResult::committed;
  quick_ = took < kQuickCommit;
  counters().commit_seconds.observe(took);
  count(committed ? counters().commits_good : counters().commits_failed);
  full_ = result == CommitResult::no_room;
  if (committed != healthy_.exchange(committed))
    log::error(committed ? "store.recovered" : full_ ? "store.full" : "store.commit_failed");
  return committed;
}

// Whether it works again: only something written tells.
bool Committer::probe() {
  const SealedBatch check = rows_.seal(kStoreScope, {{{key_check_row(), to_bytes(kKeyCheck)}}});
  return commit_group({&check, 1});
}

bool Committer::reachable() const noexcept {
  bool ok = true;
  const auto found = read(kStoreScope, key_check_row(), ok);
  return ok && found && healthy_ && backend_->reachable();
}

}  // namespace wa::native
