// The API of one device: requests to functions, and events of the client to the requests that wait for them. Each
// request gets exactly one Reply, at once or by the deadline of its kind.
#pragma once

#include "gateway/api/endpoint.h"

namespace wa::gateway {

// A request the directory addressed to this device.
void answer_request(const ApiRequest& request, Device& device, client::Turn& turn);
// Replies to whoever waits for this event.
void answer_event(const client::Event& event, Device& device, client::Turn& turn);
// Replies to whoever waited too long.
void answer_expired(Device& device, client::Turn& turn);

// The body as `rule` wants it: an object ({} when there is none and none is needed), or what to answer.
std::optional<Failure> read_body(const ApiRequest& request, BodyRule rule, Json& body);

}  // namespace wa::gateway
