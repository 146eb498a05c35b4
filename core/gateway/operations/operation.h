// The way into every operation that waits for the service, whatever façade asks for it: typed, without JSON.
// Guarantees: either the client took the command and the waiter waits for the event that carries its id, or nothing is
// left behind and the error says why: full (too many wait), not_ready (not connected; the client would keep some
// commands for later, but whoever asks is told so, and then nothing may happen), or what the client refused.
// Does not: answer.
#pragma once

#include "client/client.h"
#include "gateway/http/waiting_requests.h"

namespace wa::gateway {

Result<void> begin_operation(client::Command command, Waiter waiter, Waiting&, client::Client&, client::Turn&);

}  // namespace wa::gateway
