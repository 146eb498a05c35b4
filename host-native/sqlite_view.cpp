#include <utility>

#include "sqlite_store.h"

namespace wa::native {

namespace {
constexpr std::size_t kCachedBytesMax = 1024;
}

std::optional<Bytes> SqliteView::get(const store::Key& key) const noexcept {
  if (const auto found = staged_.writes.find(key); found != staged_.writes.end()) return found->second;
  if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
  bool ok = true;
  auto out = store_.read(scope_, key, ok);
  if (!ok) {
    poisoned_ = true;
  } else if (cached_rows_max_ > 0 && (!out || out->size() <= kCachedBytesMax)) {
    if (cache_.size() >= cached_rows_max_) cache_.clear();
    cache_.emplace(key, out);
  }
  return out;
}

std::vector<store::Row> SqliteView::scan(store::Table table, std::string_view from, std::size_t limit) const noexcept {
  const auto begin = staged_.writes.lower_bound({table, std::string(from)});
  auto end = begin;
  std::size_t erased = 0;  // rows of the store that may have to be left out
  for (; end != staged_.writes.end() && end->first.table == table; ++end) erased += end->second ? 0 : 1;
  bool ok = true;
  auto committed = store_.read_rows(scope_, table, from, limit + erased, ok);
  if (!ok) poisoned_ = true;
  if (begin == end) return committed;

  std::vector<store::Row> out;
  auto row = committed.begin();
  for (auto write = begin; out.size() < limit && (row != committed.end() || write != end);) {
    if (write == end || (row != committed.end() && row->id < write->first.id)) {
      out.push_back(std::move(*row++));
      continue;
    }
    if (row != committed.end() && row->id == write->first.id) ++row;
    if (write->second) out.push_back({write->first.id, *write->second});
    ++write;
  }
  return out;
}

void SqliteView::stage(store::WriteBatch batch) {
  if (!cache_.empty())
    for (const auto& [key, value] : batch.writes) cache_.erase(key);
  if (staged_.empty()) {
    staged_ = std::move(batch);
    return;
  }
  for (auto& [key, value] : batch.writes) staged_.writes[key] = std::move(value);
}

store::WriteBatch SqliteView::take() { return std::exchange(staged_, {}); }

void SqliteView::heal() {
  poisoned_ = false;
  staged_ = {};
  cache_.clear();
}

}  // namespace wa::native
