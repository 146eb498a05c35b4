#include "native/store/memory_backend.h"

namespace wa::native_test {

using namespace native;

void MemoryBackend::answer_next(std::initializer_list<Result> results) {
  const std::lock_guard lock(mutex_);
  answers_.insert(answers_.end(), results.begin(), results.end());
}

void MemoryBackend::hold(bool held) {
  const std::lock_guard lock(mutex_);
  hold_ = held;
  changed_.notify_all();
}

void MemoryBackend::wait_until_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_; });
}

std::vector<std::size_t> MemoryBackend::groups() const {
  const std::lock_guard lock(mutex_);
  return groups_;
}

std::map<MemoryBackend::Where, Bytes> MemoryBackend::rows() const {
  const std::lock_guard lock(mutex_);
  return rows_;
}

void MemoryBackend::swap_values(const Where& one, const Where& other) {
  const std::lock_guard lock(mutex_);
  std::swap(rows_.at(one), rows_.at(other));
}

StoreBackend::Turn MemoryBackend::take_turn(bool wait) { return wait ? Turn(turn_) : Turn(turn_, std::try_to_lock); }

void MemoryBackend::keep_up() {
  upkeep_due_ = false;
  ++kept_up_;
}

MemoryBackend::Result MemoryBackend::commit(std::span<const SealedBatch> group) {
  std::unique_lock lock(mutex_);
  held_ = hold_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !hold_; });
  held_ = false;
  groups_.push_back(group.size());
  Result result = always_;
  if (!answers_.empty()) {
    result = answers_.front();
    answers_.pop_front();
  }
  if (result != Result::committed) return result;
  for (const SealedBatch& batch : group) {
    if (batch.erase_scope) std::erase_if(rows_, [&](const auto& row) { return row.first.first == batch.scope; });
    for (const SealedWrite& write : batch.writes) {
      if (write.sealed) rows_[{batch.scope, write.key}] = *write.sealed;
      else rows_.erase({batch.scope, write.key});
    }
  }
  return result;
}

std::optional<Bytes> MemoryBackend::read(Scope scope, const store::Key& key, bool& ok) const noexcept {
  if (reads_fail_) return ok = false, std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find({scope, key});
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<store::Row> MemoryBackend::scan(Scope scope, store::Table table, std::string_view from, std::size_t limit,
                                            bool& ok) const noexcept {
  std::vector<store::Row> out;
  if (reads_fail_) return ok = false, out;
  const std::lock_guard lock(mutex_);
  for (auto row = rows_.lower_bound({scope, {table, std::string(from)}}); row != rows_.end(); ++row) {
    if (out.size() == limit || row->first.first != scope || row->first.second.table != table) break;
    out.push_back({row->first.second.id, row->second});
  }
  return out;
}

std::vector<Scope> MemoryBackend::scopes() const {
  const std::lock_guard lock(mutex_);
  std::vector<Scope> out;
  for (const auto& [where, value] : rows_)
    if (where.first != kStoreScope && (out.empty() || out.back() != where.first)) out.push_back(where.first);
  return out;
}

namespace {

OpenStore opened(std::unique_ptr<MemoryBackend> backend) {
  OpenStore out;
  out.keys = std::make_unique<StoreKeys>(ByteArray<32>{7, 1, 9});
  const SealedRows rows(*out.keys, *backend);
  const SealedBatch check = rows.seal(kStoreScope, {{{key_check_row(), to_bytes(kKeyCheck)}}});
  backend->commit({&check, 1});
  out.backend = std::move(backend);
  return out;
}

}  // namespace

MemoryRows::MemoryRows(bool commit_here) : MemoryRows(std::make_unique<MemoryBackend>(), commit_here) {}

MemoryRows::MemoryRows(std::unique_ptr<MemoryBackend> one, bool commit_here)
    : backend(*one), store(opened(std::move(one)), commit_here) {}

}  // namespace wa::native_test
