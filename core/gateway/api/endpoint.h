// A request at its device, at once (DeviceCall) and when it has waited (WaitingCall), and what the functions of an
// endpoint use to answer it. One file per family holds the functions and, at its end, the rows (http/route.h).
#pragma once

#include <any>

#include "client/client.h"
#include "gateway/config.h"
#include "gateway/http/fields.h"
#include "gateway/http/reply.h"
#include "gateway/http/route.h"
#include "gateway/http/target.h"
#include "gateway/http/waiting_requests.h"
#include "gateway/input.h"
#include "gateway/operations/message_states.h"
#include "gateway/operations/session.h"
#include "gateway/webhooks/live_events.h"
#include "gateway/webhooks/webhooks.h"

namespace wa::gateway {

struct Device {
  const Config& config;
  client::Client& client;
  Webhooks& webhooks;
  Waiting& waiting;
  Session& session;
  LiveEvents& live;
};

struct DeviceCall {
  const ApiRequest& request;
  const Target& target;
  const std::vector<std::string>& params;
  const GivenBody& given;      // `object` is an object
  const Json& body;            // the same
  const Endpoint& endpoint;
  RequestNotes& notes;
  Device& device;
  client::Turn& turn;
};

struct WaitingCall {
  client::CommandId id;        // its own: that of its command, where it has one
  Waiter& waiter;
  Device& device;
  client::Turn& turn;
};

Reply fail(const DeviceCall&, const Failure&);
Reply fail(const DeviceCall&, const Error&);    // what the client refused
Reply succeed(const DeviceCall&, Json body);
Reply fail(const WaitingCall&, const Failure&);
Reply succeed(const WaitingCall&, Json body);

// Executes `command` and waits for the event that carries its id (`finish`). Answers at once when the device is not
// connected (the client would keep some commands for later, but the caller is told 503 and then nothing may happen),
// when the client refuses it or when too many requests wait. `context` is for the row's functions: context_of<T>().
Answer begin(DeviceCall&, client::Command command, std::any context = {});
Answer begin_within(DeviceCall&, std::int64_t timeout_ms, client::Command command, std::any context = {},
                    client::CommandId* begun = nullptr);
// Waits for what `watch` is told. The caller has checked full().
client::CommandId wait(DeviceCall&, std::any context = {});
client::CommandId wait_within(DeviceCall&, std::int64_t timeout_ms, std::any context = {});

Reply too_many(const DeviceCall&);
bool room_to_wait(const DeviceCall&);
Failure failure_of(const Error& error, const client::Status& status, MonoTime now);

}  // namespace wa::gateway
