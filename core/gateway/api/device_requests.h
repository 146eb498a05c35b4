// The API of one device: requests to their endpoints, and events of the client to the requests that wait. Each request
// gets exactly one Reply, at once or by the deadline of its endpoint.
#pragma once

#include "gateway/api/endpoint.h"

namespace wa::gateway {

// A request the directory addressed to this device.
void answer_request(const ApiRequest& request, Device& device, client::Turn& turn);
// Tells those who wait; whoever has an answer now gets it.
void answer_event(const client::Event& event, Device& device, client::Turn& turn);
// Replies to whoever waited too long.
void answer_expired(Device& device, client::Turn& turn);
// LiveEvents has news: replies to whoever waits for some (events.cpp).
void answer_watchers(Device& device, client::Turn& turn);
// What one that was taken out of those who wait gets.
void answer_waiter(Waiter& waiter, Reply reply, Device& device, client::Turn& turn);
// A test delivery is over: replies to whoever asked for it (webhook.cpp).
void answer_webhook_test(const WebhookTested& tested, Device& device, client::Turn& turn);

// The body as `rule` wants it: an object ({} when there is none and none is needed), or what to answer.
std::optional<Failure> read_body(const ApiRequest& request, BodyRule rule, Json& body);

}  // namespace wa::gateway
