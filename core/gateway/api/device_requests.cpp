#include "gateway/api/device_requests.h"

#include "base/limits.h"
#include "gateway/operations/operation.h"

namespace wa::gateway {
namespace {

bool is_json_type(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  std::string lower(type);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower.empty() || lower == "application/json" || lower == "text/json" ||
         (lower.size() > 5 && lower.compare(lower.size() - 5, 5, "+json") == 0);
}

Waiter waiter_of(const DeviceCall& call, std::int64_t timeout_ms, std::any context) {
  WA_ASSERT(call.endpoint.finish || call.endpoint.watch || call.endpoint.expire);  // else nothing but the clock answers
  const MonoTime now = call.turn.now.mono;
  return {call.request.request, now, now + timeout_ms, &call.endpoint, std::move(context)};
}

void answer(Reply reply, const Endpoint& endpoint, client::Turn& turn) {
  turn.effect(std::move(reply));
  if (endpoint.removes) turn.effect(Removed{});
}

void tell(client::CommandId id, FinishFunction Endpoint::* function, const client::Event& event, Device& device,
          client::Turn& turn) {
  Waiter* waiter = device.waiting.find(id);
  if (!waiter || !(waiter->endpoint->*function)) return;
  const Endpoint& endpoint = *waiter->endpoint;
  WaitingCall call{id, *waiter, device, turn};
  auto reply = (endpoint.*function)(call, event);
  if (!reply) return;
  device.waiting.take(id);
  answer(*std::move(reply), endpoint, turn);
}

}  // namespace

Reply fail(const DeviceCall& call, const Failure& failed) {
  return build_failure(call.request.request, failed, call.turn.now.wall);
}
Reply fail(const DeviceCall& call, const Error& error) {
  return fail(call, failure_of(error, call.device.client.status(), call.turn.now.mono));
}
Reply succeed(const DeviceCall& call, Json body) { return build_success(call.request.request, std::move(body)); }

Reply fail(const WaitingCall& call, const Failure& failed) {
  return build_failure(call.waiter.request, failed, call.turn.now.wall);
}
Reply succeed(const WaitingCall& call, Json body) { return build_success(call.waiter.request, std::move(body)); }

Answer begin(DeviceCall& call, client::Command command, std::any context) {
  return begin_within(call, call.endpoint.timeout_ms, std::move(command), std::move(context));
}

Answer begin_within(DeviceCall& call, std::int64_t timeout_ms, client::Command command, std::any context) {
  Device& device = call.device;
  if (!room_to_wait(call)) return too_many(call);
  Waiter waiter = waiter_of(call, timeout_ms, std::move(context));
  const auto begun = begin_operation(std::move(command), std::move(waiter), device.waiting, device.client, call.turn);
  if (!begun.ok()) return fail(call, begun.error());
  return std::nullopt;
}

client::CommandId wait(DeviceCall& call, std::any context) {
  return wait_within(call, call.endpoint.timeout_ms, std::move(context));
}

client::CommandId wait_within(DeviceCall& call, std::int64_t timeout_ms, std::any context) {
  return call.device.waiting.add(waiter_of(call, timeout_ms, std::move(context)));
}

Reply too_many(const DeviceCall& call) { return fail(call, rate_limited("too many requests wait for this device", 1)); }

bool room_to_wait(const DeviceCall& call) { return !call.device.waiting.full(); }

Failure failure_of(const Error& error, const client::Status& status, MonoTime now) {
  switch (error.code) {
    case Errc::not_ready: {
      const Unready why = unready(status, now);
      return why.paired ? not_ready("session is not connected", why.retry_s) : not_ready("device is not paired");
    }
    case Errc::invalid_argument: {
      Failure out = invalid_request(error.detail);
      out.code = "VALIDATION_ERROR";
      return out;
    }
    case Errc::conflict: return conflict(error.detail);
    case Errc::not_found: return not_found();
    case Errc::full: return too_much_waits();
    default: return internal_error();
  }
}

std::optional<Failure> read_body(const ApiRequest& request, BodyRule rule, Json& body) {
  body = Json::object();
  if (rule == BodyRule::none || (rule == BodyRule::optional && request.body.empty())) return std::nullopt;
  if (request.body.size() > limits::kBodyBytesMax) return too_large("the body is too large");
  if (!request.body.empty() && !is_json_type(request.content_type)) {
    Failure out = invalid_request("the body must be application/json");
    out.status = 415;
    out.code = "UNSUPPORTED_MEDIA_TYPE";
    return out;
  }
  auto parsed = parse_json(request.body);
  if (!parsed) return invalid_request("the body is not valid JSON, or has more in it than any endpoint takes");
  if (!parsed->is_object()) return invalid_request("the body must be a JSON object");
  body = *std::move(parsed);
  return std::nullopt;
}

void answer_request(const ApiRequest& request, Device& device, client::Turn& turn) {
  const auto refuse = [&](const Failure& failed) {
    turn.effect(build_failure(request.request, failed, turn.now.wall));
  };
  const auto target = parse_target(request.target);
  if (!target) return refuse(invalid_request("the request target is malformed"));
  const RouteMatch match = find_route(request.method, *target);
  if (!match.endpoint || !match.endpoint->start) return refuse(not_found());
  const Endpoint& endpoint = *match.endpoint;
  Json body;
  if (const auto failed = read_body(request, endpoint.body, body)) return refuse(*failed);
  DeviceCall call{request, *target, match.params, body, endpoint, device, turn};
  if (auto reply = endpoint.start(call)) answer(*std::move(reply), endpoint, turn);
}

void answer_event(const client::Event& event, Device& device, client::Turn& turn) {
  tell(command_of(event), &Endpoint::finish, event, device, turn);
  for (const client::CommandId id : device.waiting.watching()) tell(id, &Endpoint::watch, event, device, turn);
}

void answer_expired(Device& device, client::Turn& turn) {
  while (auto waiter = device.waiting.expired(turn.now.mono)) {
    const Endpoint& endpoint = *waiter->endpoint;
    WaitingCall call{0, *waiter, device, turn};
    answer(endpoint.expire ? endpoint.expire(call) : fail(call, upstream_timeout(endpoint.late)), endpoint, turn);
  }
}

}  // namespace wa::gateway
