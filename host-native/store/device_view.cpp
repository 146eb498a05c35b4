#include "store/device_view.h"

#include <algorithm>
#include <utility>

namespace wa::native {

namespace {
constexpr std::size_t kCachedBytesMax = 1024;
}

// Without memory it is a read that failed.
std::optional<Bytes> DeviceView::get(const store::Key& key) const noexcept try {
  if (const auto found = staged_.writes.find(key); found != staged_.writes.end()) return found->second;
  if (const auto found = cache_.find(key); found != cache_.end()) return found->second;
  if (covers(key.table, key.id)) return std::nullopt;
  bool ok = true;
  auto out = store_.read(scope_, key, ok);
  if (!ok) {
    poisoned_ = true;
  } else if (cached_rows_max_ > 0 && (!out || out->size() <= kCachedBytesMax)) {
    keep(key, out);
  }
  return out;
} catch (const std::bad_alloc&) {
  poisoned_ = true;
  return std::nullopt;
}

std::vector<store::Row> DeviceView::scan(store::Table table, std::string_view from,
                                         std::size_t limit) const noexcept try {
  const auto begin = staged_.writes.lower_bound({table, std::string(from)});
  auto end = begin;
  std::size_t erased = 0;  // rows of the store that may have to be left out
  for (; end != staged_.writes.end() && end->first.table == table; ++end) erased += end->second ? 0 : 1;
  auto committed = committed_rows(table, from, limit + erased);
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
} catch (const std::bad_alloc&) {
  poisoned_ = true;
  return {};
}

std::vector<store::Row> DeviceView::committed_rows(store::Table table, std::string_view from, std::size_t limit) const {
  std::vector<store::Row> out;
  if (covers(table, from)) {
    for (auto row = cache_.lower_bound({table, std::string(from)}); row != cache_.end(); ++row) {
      if (row->first.table != table || out.size() == limit) break;
      if (row->second) out.push_back({row->first.id, *row->second});
    }
    return out;
  }
  bool ok = true;
  out = store_.scan(scope_, table, from, limit, ok);
  if (!ok) poisoned_ = true;
  const auto small = [](const store::Row& row) { return row.value.size() <= kCachedBytesMax; };
  if (!ok || out.size() >= limit || out.size() > cached_rows_max_ / 2) return out;
  if (!std::all_of(out.begin(), out.end(), small)) return out;
  if (cache_.size() + out.size() > cached_rows_max_) shrink();
  for (const store::Row& row : out) cache_.insert_or_assign({table, row.id}, row.value);
  covered_[table] = from;
  return out;
}

bool DeviceView::covers(store::Table table, std::string_view id) const {
  const auto found = covered_.find(table);
  return found != covered_.end() && found->second <= id;
}

void DeviceView::keep(const store::Key& key, const std::optional<Bytes>& value) const {
  if (cache_.size() >= cached_rows_max_) shrink();
  cache_.insert_or_assign(key, value);
}

void DeviceView::stage(store::WriteBatch batch) {
  if (staged_.empty()) {
    staged_ = std::move(batch);
    return;
  }
  for (auto& [key, value] : batch.writes) staged_.writes[key] = std::move(value);
}

// What is in memory stays what the store will hold; other rows do not get there by being written.
store::WriteBatch DeviceView::take() {
  for (const auto& [key, value] : staged_.writes) {
    const bool covered = covers(key.table, key.id);
    if (!covered && cache_.find(key) == cache_.end()) continue;
    if (!value || value->size() <= kCachedBytesMax) {
      keep(key, value);
    } else {
      cache_.erase(key);
      covered_.erase(key.table);
    }
  }
  return std::exchange(staged_, {});
}

void DeviceView::shrink() const {
  cache_.clear();
  covered_.clear();
}

void DeviceView::heal() {
  poisoned_ = false;
  staged_ = {};
  shrink();
}

}  // namespace wa::native
