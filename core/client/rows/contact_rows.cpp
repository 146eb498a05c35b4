// tested by unit/client/rows/census_test.cpp
#include "client/rows/contact_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "client/rows/chat_rows.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kContactRowVersion = 2;  // 1: without times
constexpr std::int64_t kPushTimeStepMs = 3'600'000;  // the same name again is not written more often

std::string clipped(std::string_view text) { return std::string(text.substr(0, limits::kNameBytesMax)); }

}  // namespace

std::optional<ContactRow> read_contact(ByteView bytes) {
  RowReader reader(bytes, kContactRowVersion, 1);
  ContactRow row;
  row.full_name = reader.text();
  row.first_name = reader.text();
  row.push_name = reader.text();
  if (reader.version() >= 2) {
    row.names_ms = reader.i64();
    row.push_ms = reader.i64();
  }
  return reader.finish() ? std::optional(std::move(row)) : std::nullopt;
}

std::optional<ContactRow> load_contact(const store::Txn& txn, const wire::Jid& who) {
  const auto bytes = txn.get(Table::contacts, who.user_jid().text());
  return bytes ? read_contact(*bytes) : std::nullopt;
}

void store_contact(store::Txn& txn, const wire::Jid& who, const ContactRow& row) {
  RowWriter out(kContactRowVersion);
  out.text(clipped(row.full_name)).text(clipped(row.first_name)).text(clipped(row.push_name));
  out.i64(row.names_ms).i64(row.push_ms);
  txn.put(Table::contacts, who.user_jid().text(), std::move(out).finish());
}

bool note_push_name(store::Txn& txn, const wire::Jid& who, std::string_view push_name, std::int64_t said_ms) {
  if (push_name.empty()) return false;
  ContactRow row = load_contact(txn, who).value_or(ContactRow{});
  const auto form = other_form(txn, who);
  const auto other = form ? load_contact(txn, *form) : std::nullopt;
  if (said_ms < std::max(row.push_ms, other ? other->push_ms : 0)) return false;
  const bool same = row.push_name == clipped(push_name);
  if (same && said_ms < row.push_ms + kPushTimeStepMs) return false;
  row.push_name = clipped(push_name);
  row.push_ms = said_ms;
  store_contact(txn, who, row);
  return !same;
}

}  // namespace wa::client
