// tested by unit/client/rows/chat_lists_test.cpp
#include "client/rows/list_view.h"

#include <algorithm>

namespace wa::client {
namespace {

using store::Row;
using store::Table;

// In units of work. Of the store: a look at a row or the beginning of a scan, a row of it. Of a copy: a look, a row. And what a
// row has of bytes, which are opened, copied and written.
constexpr std::size_t kStoreLook = 60, kStoreRow = 7, kCopyLook = 4, kCopyRow = 2, kBytesPerUnit = 64;
constexpr std::size_t kCopyStep = 512, kLooksBeforeCopy = 1'500;

std::size_t work_of(const std::vector<Row>& rows) {
  std::size_t out = 0;
  for (const Row& row : rows) out += kStoreRow + row.value.size() / kBytesPerUnit;
  return out;
}

}  // namespace

void ListView::Copy::add(const Row& row) {
  const std::size_t at = bytes.size();
  bytes += row.id;
  bytes += text_of(row.value);
  places.push_back({at, at + row.id.size(), bytes.size()});
}

std::size_t ListView::Copy::first_from(std::string_view wanted) const {
  const auto before = [&](const Place& at, std::string_view other) { return id(at) < other; };
  return static_cast<std::size_t>(std::lower_bound(places.begin(), places.end(), wanted, before) - places.begin());
}

void ListView::copy(Table table) const {
  const auto [at, added] = copies_.try_emplace(table);
  if (!added) return;
  Copy& out = at->second;
  for (std::string from; !out.whole && left_ > kept_;) {
    const std::vector<Row> rows = rows_.scan(table, {}, from, kCopyStep);
    out.whole = rows.size() < kCopyStep;
    spend(kStoreLook + work_of(rows));
    for (const Row& row : rows) out.add(row);
    if (!rows.empty()) from = rows.back().id + '\0';
  }
}

// A copy knows whether there is a row of this id: it reaches that far.
const ListView::Copy* ListView::covering(Table table, std::string_view id) const {
  const auto found = copies_.find(table);
  if (found == copies_.end()) return nullptr;
  const Copy& copy = found->second;
  return copy.whole || (!copy.places.empty() && id <= copy.id(copy.places.back())) ? &copy : nullptr;
}

std::optional<Bytes> ListView::get(const store::Key& key) const noexcept {
  const Copy* copy = covering(key.table, key.id);
  if (!copy && ++looks_[key.table] == kLooksBeforeCopy) {
    this->copy(key.table);
    copy = covering(key.table, key.id);
  }
  spend(copy ? kCopyLook : kStoreLook);
  if (!copy) {
    auto row = rows_.get(key.table, key.id);
    if (row) spend(row->size() / kBytesPerUnit);
    return row;
  }
  const std::size_t at = copy->first_from(key.id);
  if (at == copy->places.size() || copy->id(copy->places[at]) != key.id) return std::nullopt;
  return to_bytes(copy->value(copy->places[at]));
}

std::vector<Row> ListView::scan(Table table, std::string_view from, std::size_t limit) const noexcept {
  std::vector<Row> out;
  if (const Copy* copy = covering(table, from)) {
    const std::size_t first = copy->first_from(from);
    out.reserve(std::min(limit, copy->places.size() - first));
    for (std::size_t at = first; at < copy->places.size() && out.size() < limit; ++at) {
      out.push_back({std::string(copy->id(copy->places[at])), to_bytes(copy->value(copy->places[at]))});
    }
    spend(kCopyLook + out.size() * kCopyRow);
    if (copy->whole || out.size() == limit) return out;
  }
  const std::string next = out.empty() ? std::string(from) : out.back().id + '\0';
  std::vector<Row> more = rows_.scan(table, {}, next, limit - out.size());
  spend(kStoreLook + work_of(more));
  std::move(more.begin(), more.end(), std::back_inserter(out));
  return out;
}

const Row* RowStream::front() {
  if (at_ == page_.size() && !ended_) {
    page_ = rows_.scan(table_, prefix_, from_, step_);
    at_ = 0;
    ended_ = page_.size() < step_;
    if (!page_.empty()) from_ = page_.back().id + '\0';
  }
  return at_ < page_.size() ? &page_[at_] : nullptr;
}

}  // namespace wa::client
