// A message that must reach the service. Table::outbox: a key that grows with time -> this.
#pragma once

#include <optional>
#include <string>

#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct OutboxRow {
  std::string id;
  wire::Jid to;                      // as commanded, no device
  Bytes content;                     // the serialised Message
  std::int64_t not_before_ms = 0;    // wall time; 0: at once
  std::int64_t not_after_ms = 0;     // wall time; 0: keeps being sent
  bool peer = false, high_priority = false;
  bool mention_all = false;          // everybody of the group is added when it leaves
};

void store_outbox_row(store::Txn&, std::uint64_t key, const OutboxRow&);
std::optional<OutboxRow> load_outbox_row(const store::Txn&, std::uint64_t key);
std::optional<OutboxRow> decode_outbox_row(ByteView);

}  // namespace wa::client
