#include "gateway/api/device_requests.h"

#include <algorithm>

#include "base/limits.h"
#include "gateway/api/functions.h"

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

Failure expired_failure(const Waiter& waiter) {
  if (std::holds_alternative<SendWait>(waiter.what)) {
    return upstream_timeout("no acknowledgement in time; the message stays queued and may still be sent");
  }
  if (std::holds_alternative<SettingWait>(waiter.what)) {
    return upstream_timeout("no confirmation in time; the change is stored and will still be made");
  }
  if (std::holds_alternative<SyncWait>(waiter.what)) {
    return upstream_timeout("the collections did not arrive in time; the sync goes on");
  }
  if (std::holds_alternative<QrWait>(waiter.what)) return upstream_timeout("timeout waiting for a QR code");
  if (std::holds_alternative<PairCodeWait>(waiter.what)) return upstream_timeout("timeout waiting for a pairing code");
  if (std::holds_alternative<ConnectWait>(waiter.what)) {
    return upstream_timeout("not connected in time; the device keeps trying");
  }
  return upstream_timeout("no answer in time; the effect may still happen");
}

}  // namespace

Answer fail(const DeviceCall& call, const Failure& failed) {
  return build_failure(call.request.request, failed, call.turn.now.wall);
}

Answer succeed(const DeviceCall& call, Json body) { return build_success(call.request.request, std::move(body)); }

Answer too_many(const DeviceCall& call) { return fail(call, rate_limited("too many requests wait for this device", 1)); }

bool is_online(const DeviceCall& call) { return call.device.client.status().link == client::LinkState::online; }

Answer offline(const DeviceCall& call) {
  return fail(call, failure_of({Errc::not_ready, ""}, call.device.client.status(), call.turn.now.mono));
}

Answer refused(const DeviceCall& call, client::CommandId id, const Error& error) {
  call.device.waiting.take(id);
  return fail(call, failure_of(error, call.device.client.status(), call.turn.now.mono));
}

Failure failure_of(const Error& error, const client::Status& status, MonoTime now) {
  switch (error.code) {
    case Errc::not_ready: {
      if (!status.paired) return not_ready("device is not paired");
      std::int64_t retry_s = -1;
      if (status.link == client::LinkState::connecting) retry_s = 1;
      if (status.link == client::LinkState::waiting && status.retry_at) {
        retry_s = std::max<std::int64_t>(1, (*status.retry_at - now + 999) / 1000);
      }
      return not_ready("session is not connected", retry_s);
    }
    case Errc::invalid_argument: {
      Failure out = invalid_request(error.detail);
      out.code = "VALIDATION_ERROR";
      return out;
    }
    case Errc::conflict: return conflict(error.detail);
    case Errc::not_found: return not_found();
    case Errc::too_large: return rate_limited("too much is waiting to be sent", 5);
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
  const auto refuse = [&](const Failure& failed) { turn.effect(build_failure(request.request, failed, turn.now.wall)); };
  const auto target = parse_target(request.target);
  if (!target) return refuse(invalid_request("the request target is malformed"));
  const RouteMatch match = find_route(request.method, *target);
  if (!match.route || !match.route->device) return refuse(not_found());
  Json body;
  if (const auto failed = read_body(request, match.route->body, body)) return refuse(*failed);
  DeviceCall call{request, *target, match.params, body, device, turn};
  if (auto reply = match.route->device(call)) turn.effect(*std::move(reply));
}

void answer_event(const client::Event& event, Device& device, client::Turn& turn) {
  const WallTime now = turn.now.wall;
  if (const auto* rejected = std::get_if<client::RejectDone>(&event)) {
    if (const auto waiter = device.waiting.take(rejected->command)) {
      turn.effect(reject_reply(waiter->request, *rejected, now));
    }
  } else if (const auto* set = std::get_if<client::ChatSettingDone>(&event)) {
    const auto waiter = device.waiting.take(set->command);
    const auto* what = waiter ? std::get_if<SettingWait>(&waiter->what) : nullptr;
    if (what) turn.effect(setting_reply(waiter->request, *what, *set, now));
  } else if (const auto* synced = std::get_if<client::SyncDone>(&event)) {
    const auto waiter = device.waiting.take(synced->command);
    const auto* what = waiter ? std::get_if<SyncWait>(&waiter->what) : nullptr;
    if (what) turn.effect(sync_reply(waiter->request, *what, *synced, now));
  } else if (const auto* sent = std::get_if<client::MessageSent>(&event)) {
    const auto waiter = device.waiting.take(sent->command);
    const auto* what = waiter ? std::get_if<SendWait>(&waiter->what) : nullptr;
    if (what) turn.effect(sent_reply(*waiter, *what, *sent, device, turn.now));
  } else if (const auto* failed = std::get_if<client::MessageFailed>(&event)) {
    if (const auto waiter = device.waiting.take(failed->command)) {
      turn.effect(send_failed_reply(waiter->request, *failed, now));
    }
  } else {
    answer_people(event, device, turn);
    answer_pairing(event, device, turn);
    answer_connection(event, device, turn);
    answer_account(event, device, turn);
  }
}

void answer_expired(Device& device, client::Turn& turn) {
  while (const auto waiter = device.waiting.expired(turn.now.mono)) {
    if (std::holds_alternative<RejectWait>(waiter->what)) {
      turn.effect(build_success(waiter->request, object({{"outcome", "unconfirmed"}})));
      continue;
    }
    if (const auto* watch = std::get_if<EventsWait>(&waiter->what)) {
      turn.effect(events_reply(waiter->request, watch->after, device.live));
      continue;
    }
    const auto* logout = std::get_if<LogoutWait>(&waiter->what);
    if (logout && logout->remove) {  // the user wants it gone; the phone may keep showing it for a while
      turn.effect(build_success(waiter->request, object({{"message", "Device disconnected"}, {"logged_out", false}})));
      turn.effect(Removed{});
      continue;
    }
    turn.effect(build_failure(waiter->request, expired_failure(*waiter), turn.now.wall));
  }
}

}  // namespace wa::gateway
