#include "client/messages/outbox_row.h"

#include "client/messages/kinds/kind_table.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kOutboxRowVersion = 3, kOldestOutboxRow = 2;   // 3: with the kind

}  // namespace

void store_outbox_row(store::Txn& txn, std::uint64_t key, const OutboxRow& from) {
  RowWriter row(kOutboxRowVersion);
  row.text(from.id).text(from.to.text()).bytes(from.content).i64(from.not_before_ms).i64(from.not_after_ms);
  row.flag(from.peer).flag(from.high_priority).flag(from.mention_all).u8(number_of(from.kind));
  txn.put(Table::outbox, store::ordered(key), std::move(row).finish());
}

std::optional<OutboxRow> load_outbox_row(const store::Txn& txn, std::uint64_t key) {
  const auto bytes = txn.get(Table::outbox, store::ordered(key));
  return bytes ? decode_outbox_row(*bytes) : std::nullopt;
}

std::optional<OutboxRow> decode_outbox_row(ByteView bytes) {
  RowReader row(bytes, kOutboxRowVersion, kOldestOutboxRow);
  OutboxRow out;
  out.id = row.text();
  const auto to = wire::parse_jid(row.text());
  out.content = row.bytes();
  out.not_before_ms = row.i64();
  out.not_after_ms = row.i64();
  out.peer = row.flag();
  out.high_priority = row.flag();
  out.mention_all = row.more() && row.flag();  // some rows of version 2 end here
  if (row.version() >= 3) out.kind = kind_of_number(row.u8());
  if (!to || !row.finish()) return std::nullopt;
  out.to = *to;
  if (!out.kind && !out.peer) out.kind = kind_of_content(out.content);
  return out;
}

}  // namespace wa::client
