// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/receipts.h"

#include "client/rows/chat_rows.h"
#include "client/rows/lid_map.h"

namespace wa::client {

std::optional<ReceiptKind> receipt_kind(const std::string& type) {
  if (type.empty() || type == "inactive" || type == "delivery") return ReceiptKind::delivered;
  if (type == "read") return ReceiptKind::read;
  if (type == "played") return ReceiptKind::played;
  return std::nullopt;
}

namespace {

// Another device of the account read: it says where in `recipient`, in groups by the address.
void note_read_elsewhere(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  if (receipt.type != "read" && receipt.type != "read-self") return;
  const bool direct = out.account().is_own_user(receipt.from);
  if (!direct && !(receipt.participant && out.account().is_own_user(*receipt.participant))) return;
  if (direct && !receipt.recipient) return;
  note_read(turn.txn, direct ? *receipt.recipient : receipt.from, receipt.ids);
}

}  // namespace

void on_receipt(const stanza::Receipt& receipt, Out& out, Turn& turn) {
  note_read_elsewhere(receipt, out, turn);
  const auto kind = receipt_kind(receipt.type);
  const auto tell = [&](std::vector<std::string> ids, const wire::Jid& by, std::int64_t t) {
    if (!kind || !by.is_user() || out.account().is_own_user(by)) return;
    MessageReceipt event;
    event.kind = *kind;
    event.ids = std::move(ids);
    // What went to a list of people is in the chat with each of them.
    const bool by_list = receipt.from.server == wire::Server::broadcast && receipt.from.user != "status";
    event.chat = pn_or_same(turn.txn, by_list ? by.user_jid() : receipt.from.user_jid());
    event.device = by.device;
    event.by = pn_or_same(turn.txn, by.user_jid());
    event.time = WallTime::from_seconds(t);
    turn.event(std::move(event));
  };
  for (const stanza::ReceiptOf& one : receipt.users) tell({one.id}, one.user, one.t);
  if (receipt.users.empty()) {
    tell(receipt.ids, receipt.participant && !receipt.from.is_user() ? *receipt.participant : receipt.from, receipt.t);
  }
  out.ack(receipt.ack, turn);
}

}  // namespace wa::client
