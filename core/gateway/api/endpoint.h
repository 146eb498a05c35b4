// One API request at its device, and what the functions that answer it may use.
#pragma once

#include "client/client.h"
#include "gateway/config.h"
#include "gateway/http/fields.h"
#include "gateway/http/reply.h"
#include "gateway/http/route.h"
#include "gateway/http/target.h"
#include "gateway/http/waiting_requests.h"
#include "gateway/input.h"
#include "gateway/webhooks/live_events.h"
#include "gateway/webhooks/queue.h"

namespace wa::gateway {

// What is shown of the device and is gone after a restart.
struct Session {
  std::optional<WallTime> qr_generated;
  std::string pair_code, pair_phone;
  MonoTime pair_code_expires;
  bool status_changed = true;  // tell the directory at the end of the step
};

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
  const Json& body;            // an object
  Device& device;
  client::Turn& turn;
};

Answer fail(const DeviceCall&, const Failure&);
Answer succeed(const DeviceCall&, Json body);

// Waits for the *Done event of `command`; answers at once when the device is not connected (the client would keep some
// commands for later, but the caller is told 503 and then nothing may happen), when the client refuses it or when too
// many requests wait.
template <class Command, class What>
Answer begin(DeviceCall& call, Command command, What what, std::int64_t timeout_ms);

Failure failure_of(const Error& error, const client::Status& status, MonoTime now);

// --- details

Answer too_many(const DeviceCall&);
bool is_online(const DeviceCall&);
Answer offline(const DeviceCall&);
Answer refused(const DeviceCall&, client::CommandId, const Error&);

template <class Command, class What>
Answer begin(DeviceCall& call, Command command, What what, std::int64_t timeout_ms) {
  Waiting& waiting = call.device.waiting;
  if (waiting.full()) return too_many(call);
  if (!is_online(call)) return offline(call);
  const MonoTime now = call.turn.now.mono;
  command.command = waiting.add({call.request.request, now, now + timeout_ms, std::move(what)});
  const client::CommandId id = command.command;
  const auto taken = call.device.client.execute(client::Command(std::move(command)), call.turn);
  if (!taken.ok()) return refused(call, id, taken.error());
  return std::nullopt;
}

}  // namespace wa::gateway
