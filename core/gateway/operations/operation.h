// What every façade may ask of a device, typed: a file per family has the requests, the limits and rules of their
// values, how each is begun and what an event means for whoever waits. Façades beside api/ repeat only names, shapes
// and texts. Where a Command of the client is the whole request and an Event the whole outcome (AskBlocklist, Logout,
// SyncDone, ...), a façade uses them directly: a function here stands for a rule.
// This file: the way in, the same for all. Guarantees: either the client took the command and the waiter waits for the
// event that carries its id, or nothing is left behind and the error says why: full (too many wait), not_ready (not
// connected; the client would keep some commands for later, but whoever asks is told so, and then nothing may happen),
// or what the client refused.
// Does not: answer; know JSON, names of fields or texts.
#pragma once

#include "client/client.h"
#include "gateway/http/waiting_requests.h"

namespace wa::gateway {

Result<client::CommandId> begin_operation(client::Command command, Waiter waiter, Waiting&, client::Client&,
                                          client::Turn&);
// The same for what no event answers: it went out, or the error says why not.
Result<void> perform(client::Command command, client::Client&, client::Turn&);

bool is_online(const client::Client&);

// What not_ready means for whoever asked. `retry_s`: when it may work; -1: nobody knows.
struct Unready { bool paired = false; std::int64_t retry_s = -1; };
Unready unready(const client::Status& status, MonoTime now);

}  // namespace wa::gateway
