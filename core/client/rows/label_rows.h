// The labels of the account, as app state names them (05 section 9). Table::labels: id -> LabelRow.
// Guarantees: at most kLabelsMax; a label that has no room, or whose id is longer than kLabelIdBytesMax, is not kept.
// Does not: say which chats and messages carry one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace wa::client {

inline constexpr std::size_t kLabelsMax = 500;
inline constexpr std::size_t kLabelIdBytesMax = 64;

struct LabelRow {
  std::string name;                           // cut at kNameBytesMax
  std::int32_t color = 0;                     // an index into a palette of the phone
  std::optional<std::int32_t> predefined_id;  // of those that every business account has
  bool deleted = false;                       // only while a snapshot is read: an older record of it may follow
  std::int64_t edit_ms = 0;                   // of the record
};
std::optional<LabelRow> load_label(const store::Txn&, std::string_view id);
void store_label(store::Txn&, std::string_view id, const LabelRow&);
void erase_label(store::Txn&, std::string_view id);
void erase_deleted_labels(store::Txn&);

// In the order of their ids, from the one behind `after` on.
struct Label { std::string id; LabelRow row; };
std::vector<Label> labels_after(const store::Txn&, std::string_view after, std::size_t limit);

}  // namespace wa::client
