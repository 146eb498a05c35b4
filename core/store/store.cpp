// tested by unit/base/txn_test.cpp
#include "store/store.h"

namespace wa::store {
namespace {

constexpr std::size_t kEraseStep = 512, kFirstStep = 8;

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

}  // namespace

std::optional<Bytes> Txn::get(Table table, std::string_view id) const {
  const Key key{table, std::string(id)};
  if (const auto own = batch_.writes.find(key); own != batch_.writes.end()) return own->second;
  return view_.get(key);
}

void Txn::put(Table table, std::string_view id, Bytes value) {
  batch_.writes[Key{table, std::string(id)}] = std::move(value);
}

void Txn::erase(Table table, std::string_view id) { batch_.writes[Key{table, std::string(id)}] = std::nullopt; }

std::vector<Row> Txn::scan(Table table, std::string_view prefix, std::string_view from, std::size_t limit) const {
  std::vector<Row> out;
  std::string cursor(from < prefix ? prefix : from);
  auto own = batch_.writes.lower_bound(Key{table, cursor});
  const auto own_live = [&] {
    return own != batch_.writes.end() && own->first.table == table && starts_with(own->first.id, prefix);
  };
  const auto take_own = [&] {
    if (own->second) out.push_back({own->first.id, *own->second});
    ++own;
  };
  // Merge two ordered sequences: committed rows read in pages, and the own writes that hide or add to them.
  // The first page is short: most prefixes have a few rows, and what follows them in the table is read for nothing.
  std::size_t step = kFirstStep;
  for (bool last_page = false; !last_page && out.size() < limit; step = kEraseStep) {
    const std::size_t page = limit - out.size() < step ? limit - out.size() : step;
    std::vector<Row> committed = view_.scan(table, cursor, page);
    last_page = committed.size() < page;
    if (!last_page) cursor = committed.back().id + '\0';
    for (Row& row : committed) {
      if (!starts_with(row.id, prefix)) {
        last_page = true;
        break;
      }
      while (out.size() < limit && own_live() && own->first.id < row.id) take_own();
      if (out.size() == limit) return out;
      if (own_live() && own->first.id == row.id) {
        take_own();
      } else {
        out.push_back(std::move(row));
      }
      if (out.size() == limit) return out;
    }
  }
  while (out.size() < limit && own_live()) take_own();
  return out;
}

void Txn::erase_all(Table table, std::string_view prefix) {
  std::string from(prefix);
  for (std::vector<Row> rows; !(rows = scan(table, prefix, from, kEraseStep)).empty(); from = rows.back().id + '\0') {
    for (const Row& row : rows) erase(table, row.id);
  }
}

std::optional<std::string> Txn::make_room(Table table, std::string_view prefix, std::size_t most) {
  std::vector<Row> rows = scan(table, prefix, most);
  if (rows.size() < most) return std::nullopt;
  erase(table, rows.back().id);
  return std::move(rows.back().id);
}

std::string ordered(std::uint64_t number) { return to_string(be_bytes(number, 8)); }

std::uint64_t from_ordered(std::string_view bytes) { return read_be(view(bytes)); }

}  // namespace wa::store
