// tested by unit/client/messages/direct_chats_test.cpp
#include "client/rows/direct_chats.h"

#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::string_view kDirectRow = "direct_chats";
constexpr std::uint8_t kDirectRowVersion = 1;

struct DirectRow { DirectChats told = DirectChats::unknown, taken = DirectChats::unknown; };

DirectChats as_direct(std::uint8_t value) {
  return value <= 2 ? static_cast<DirectChats>(value) : DirectChats::unknown;
}

DirectRow load_direct(const store::Txn& txn) {
  const auto bytes = txn.get(Table::device, kDirectRow);
  if (!bytes) return {};
  RowReader row(*bytes, kDirectRowVersion);
  DirectRow out;
  out.told = as_direct(row.u8());
  out.taken = as_direct(row.u8());
  return row.finish() ? out : DirectRow{};
}

void store_direct(store::Txn& txn, const DirectRow& from) {
  RowWriter row(kDirectRowVersion);
  row.u8(static_cast<std::uint8_t>(from.told)).u8(static_cast<std::uint8_t>(from.taken));
  txn.put(Table::device, kDirectRow, std::move(row).finish());
}

}  // namespace

DirectChats told_direct_chats(const store::Txn& txn) { return load_direct(txn).told; }

bool direct_chats_go_by_number(const store::Txn& txn) {
  const DirectRow row = load_direct(txn);
  return (row.taken != DirectChats::unknown ? row.taken : row.told) == DirectChats::by_number;
}

void note_migrated(store::Txn& txn) {
  if (load_direct(txn).told != DirectChats::by_lid) store_direct(txn, {DirectChats::by_lid, DirectChats::unknown});
}

void note_paired_unmigrated(store::Txn& txn) {
  if (load_direct(txn).told != DirectChats::by_lid) store_direct(txn, {DirectChats::by_number, DirectChats::unknown});
}

void note_direct_refusal(store::Txn& txn, DirectChats taken) { store_direct(txn, {load_direct(txn).told, taken}); }

void forget_direct_chats(store::Txn& txn) { txn.erase(Table::device, kDirectRow); }

}  // namespace wa::client
