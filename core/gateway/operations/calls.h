// Rejecting a call: RejectCall is the request, RejectDone what comes of it, within Config.reject_ack_ms. What is done
// with calls by itself is in calls/call_settings.h.
#pragma once

#include "client/contract.h"

namespace wa::gateway {

// No answer in time: it was sent, and the caller may have noticed.
inline constexpr client::RejectOutcome kRejectUnanswered = client::RejectOutcome::unconfirmed;

}  // namespace wa::gateway
