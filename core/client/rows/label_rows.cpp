// tested by unit/client/app_state/marks_test.cpp
#include "client/rows/label_rows.h"

#include "base/limits.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kLabelRowVersion = 1;

std::optional<LabelRow> read_label(ByteView bytes) {
  RowReader reader(bytes, kLabelRowVersion);
  LabelRow row;
  row.name = reader.text();
  row.color = static_cast<std::int32_t>(reader.u32());
  if (reader.flag()) row.predefined_id = static_cast<std::int32_t>(reader.u32());
  row.deleted = reader.flag();
  row.edit_ms = reader.i64();
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

}  // namespace

std::optional<LabelRow> load_label(const store::Txn& txn, std::string_view id) {
  const auto bytes = txn.get(Table::labels, id);
  return bytes ? read_label(*bytes) : std::nullopt;
}

void store_label(store::Txn& txn, std::string_view id, const LabelRow& row) {
  if (id.empty() || id.size() > kLabelIdBytesMax) return;
  const auto is_full = [&] { return txn.scan(Table::labels, {}, kLabelsMax).size() == kLabelsMax; };
  if (!txn.has(Table::labels, id) && is_full()) {
    erase_deleted_labels(txn);  // they only wait for the end of a snapshot
    if (is_full()) return;
  }
  RowWriter out(kLabelRowVersion);
  out.text(std::string_view(row.name).substr(0, limits::kNameBytesMax)).u32(static_cast<std::uint32_t>(row.color));
  out.flag(row.predefined_id.has_value());
  if (row.predefined_id) out.u32(static_cast<std::uint32_t>(*row.predefined_id));
  txn.put(Table::labels, id, std::move(out.flag(row.deleted).i64(row.edit_ms)).finish());
}

void erase_label(store::Txn& txn, std::string_view id) { txn.erase(Table::labels, id); }

void erase_deleted_labels(store::Txn& txn) {
  for (const store::Row& row : txn.scan(Table::labels, {}, kLabelsMax)) {
    const auto label = read_label(row.value);
    if (!label || label->deleted) txn.erase(Table::labels, row.id);
  }
}

std::vector<Label> labels_after(const store::Txn& txn, std::string_view after, std::size_t limit) {
  std::vector<Label> out;
  const std::string from = after.empty() ? std::string() : std::string(after) + '\0';
  for (const store::Row& row : txn.scan(Table::labels, {}, from, kLabelsMax)) {
    if (out.size() == limit) break;
    auto label = read_label(row.value);
    if (label && !label->deleted) out.push_back({row.id, *std::move(label)});
  }
  return out;
}

}  // namespace wa::client
