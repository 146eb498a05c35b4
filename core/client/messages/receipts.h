// Receipts from others for messages of ours (07 section 4): told as MessageReceipt, acknowledged in the same step.
// Retry receipts are in resends.h. Receipts of own other devices are acknowledged and not told.
#pragma once

#include "client/link/out.h"

namespace wa::client {

inline bool is_retry(const stanza::Receipt& receipt) {
  return receipt.type == "retry" || receipt.type == "enc_rekey_retry";
}

// What it tells about a message of ours; nullopt: nothing (a retry, one of an own other device, kinds we do not read).
std::optional<ReceiptKind> receipt_kind(const std::string& type);

void on_receipt(const stanza::Receipt&, Out&, Turn&);

}  // namespace wa::client
