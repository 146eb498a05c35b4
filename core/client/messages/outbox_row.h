// A message that must reach the service. Table::outbox: a key that grows with time -> this.
// Guarantees: what is sent is not read again for its kind. Only a row of version 2, or of a kind that this program does
// not know by its number, is: once each time it is decoded. A row of a newer version is none.
#pragma once

#include <optional>
#include <string>

#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct Kind;

struct OutboxRow {
  std::string id;
  wire::Jid to;                      // as commanded, no device
  Bytes content;                     // the serialised Message
  const Kind* kind = nullptr;        // of the content (kinds/kind_table.h); peer messages have none
  std::int64_t not_before_ms = 0;    // wall time; 0: at once
  std::int64_t not_after_ms = 0;     // wall time; 0: keeps being sent
  bool peer = false, high_priority = false;
  bool mention_all = false;          // everybody of the group is added when it leaves
};

void store_outbox_row(store::Txn&, std::uint64_t key, const OutboxRow&);
std::optional<OutboxRow> load_outbox_row(const store::Txn&, std::uint64_t key);
std::optional<OutboxRow> decode_outbox_row(ByteView);

}  // namespace wa::client
