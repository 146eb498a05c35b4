// tested by unit/client/rows/own_devices_test.cpp
#include "client/rows/privacy_row.h"

#include <algorithm>

#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kAccountSettingsRowVersion = 1;
constexpr std::string_view kReadReceiptsRow = "read_receipts";

}  // namespace

bool shows_what_was_read(const store::Txn& txn) {
  const auto row = txn.get(store::Table::device, kReadReceiptsRow);
  if (!row) return false;
  RowReader reader(*row, kAccountSettingsRowVersion);
  return reader.flag() && reader.finish();
}

bool knows_privacy(const store::Txn& txn) { return txn.get(store::Table::device, kReadReceiptsRow).has_value(); }

void note_read_receipts(store::Txn& txn, const PrivacyCategories& categories) {
  const PrivacyCategories::value_type hides("readreceipts", "none");
  RowWriter row(kAccountSettingsRowVersion);
  row.flag(std::find(categories.begin(), categories.end(), hides) == categories.end());
  txn.put(store::Table::device, kReadReceiptsRow, std::move(row).finish());
}

void forget_privacy(store::Txn& txn) { txn.erase(store::Table::device, kReadReceiptsRow); }

}  // namespace wa::client
