// Tells events: finds the row of an event and gives what it says to the audience.
// Guarantees: lane and data are made only when somebody wants the event.
#pragma once

#include "gateway/calls/contract.h"
#include "gateway/webhooks/audience.h"
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {

void announce(const client::Event&, const PayloadContext&, const Audience&, client::Turn&);
void announce(const AutoReplyOutcome&, const Audience&, client::Turn&);
void announce(const ManualReconnect&, const Audience&, client::Turn&);

}  // namespace wa::gateway
