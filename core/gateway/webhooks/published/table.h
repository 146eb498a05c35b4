// Tells events: finds the row of an event and gives what it says to the audience.
// Guarantees: lane and data are made only when somebody wants the event. Of what is said nothing is seen here.
#pragma once

#include "gateway/calls/contract.h"
#include "gateway/webhooks/audience.h"

namespace wa::gateway {

struct PayloadContext {
  std::string_view own_pn, own_lid;  // without device; empty when not paired
  WallTime now;
};

// What the gateway itself tells beside the events of the client.
struct ManualReconnect {};  // somebody had the link started

void announce(const client::Event&, const PayloadContext&, const Audience&, client::Turn&);
void announce(const AutoReplyOutcome&, const Audience&, client::Turn&);
void announce(const ManualReconnect&, const Audience&, client::Turn&);

}  // namespace wa::gateway
