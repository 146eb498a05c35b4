// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/receipts.h"

#include "client/rows/lid_map.h"

namespace wa::client {

std::optional<ReceiptKind> receipt_kind(const std::string& type) {
  if (type.empty() || type == "inactive" || type == "delivery") return ReceiptKind::delivered;
  if (type == "read") return ReceiptKind::read;
  if (type == "played") return ReceiptKind::played;
  return std::nullopt;
}

void on_receipt(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  const auto kind = receipt_kind(receipt.type);
  const wire::Jid by = receipt.participant && !receipt.from.is_user() ? *receipt.participant : receipt.from;
  if (kind && by.is_user() && !out.account().is_own_user(by)) {
    MessageReceipt event;
    event.kind = *kind;
    event.ids = receipt.ids;
    event.chat = pn_or_same(turn.txn, receipt.from.user_jid());
    event.by = pn_or_same(turn.txn, by.user_jid());
    event.time = WallTime::from_seconds(receipt.t);
    turn.event(std::move(event));
  }
  out.ack(receipt.ack, turn);
}

}  // namespace wa::client
