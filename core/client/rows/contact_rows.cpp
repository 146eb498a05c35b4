// tested by unit/client/rows/census_test.cpp
#include "client/rows/contact_rows.h"

#include "base/limits.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kContactRowVersion = 1;

std::string clipped(std::string_view text) { return std::string(text.substr(0, limits::kNameBytesMax)); }

}  // namespace

std::optional<ContactRow> read_contact(ByteView bytes) {
  RowReader reader(bytes, kContactRowVersion);
  ContactRow row;
  row.full_name = reader.text();
  row.first_name = reader.text();
  row.push_name = reader.text();
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

std::optional<ContactRow> load_contact(const store::Txn& txn, const wire::Jid& who) {
  const auto bytes = txn.get(Table::contacts, who.user_jid().text());
  return bytes ? read_contact(*bytes) : std::nullopt;
}

void store_contact(store::Txn& txn, const wire::Jid& who, const ContactRow& row) {
  RowWriter out(kContactRowVersion);
  out.text(clipped(row.full_name)).text(clipped(row.first_name)).text(clipped(row.push_name));
  txn.put(Table::contacts, who.user_jid().text(), std::move(out).finish());
}

bool note_push_name(store::Txn& txn, const wire::Jid& who, std::string_view push_name) {
  ContactRow row = load_contact(txn, who).value_or(ContactRow{});
  if (push_name.empty() || row.push_name == clipped(push_name)) return false;
  row.push_name = clipped(push_name);
  store_contact(txn, who, row);
  return true;
}

}  // namespace wa::client
