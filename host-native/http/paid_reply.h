// What is lent for an answer that waits to be written.
#pragma once

#include "http/byte_budget.h"
#include "http/server.h"
#include "system/metrics.h"

namespace wa::native {

// An answer and what is lent for it, from when it is handed over until it is written: many may wait for their
// connection. Of one that is read while it is sent a piece is lent.
struct PaidReply {
  Answered reply;
  ByteBudget::Loan unsent;
};

// One that cannot be paid for is dropped here, and says so instead.
inline PaidReply paid(ByteBudget::Loan unsent, Answered reply) {
  constexpr std::size_t kFreeBytes = 4096;
  const std::size_t bytes = reply.stream ? kBodyPieceBytes : reply.body.size();
  if (bytes <= kFreeBytes) return {std::move(reply), {}};
  bool lent = false;
  try {
    lent = unsent.grow_to(bytes) == ByteBudget::Grant::lent;
  } catch (const std::exception&) {  // of memory, for the note of it
  }
  if (lent) return {std::move(reply), std::move(unsent)};
  count(counters().http_refused_bytes);
  reply = Answered();  // first: there may be no memory for both
  return {busy_reply(503, "DEVICE_NOT_READY", "too many answers wait to be read"), {}};
}

}  // namespace wa::native
