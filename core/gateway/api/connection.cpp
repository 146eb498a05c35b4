// The session of a device: status, connect, disconnect, logout, removal (api.md 3.5). Whether the user wants the link is
// a row, so that a restart does not reconnect what was disconnected.
#include "base/encoding.h"
#include "gateway/api/functions.h"
#include "gateway/last_seen.h"
#include "gateway/webhooks/published/table.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kConnectTimeoutMs = 30'000;
constexpr std::int64_t kLogoutTimeoutMs = 15'000;

const char* status_name(const client::Status& status) {
  if (status.passkey_required) return "passkey_required";
  switch (status.link) {
    case client::LinkState::online: return "connected";
    case client::LinkState::connecting: return "connecting";
    case client::LinkState::pairing: return "pairing";
    case client::LinkState::waiting: return "reconnecting";
    case client::LinkState::idle: break;
  }
  return "disconnected";
}

bool removal_waits(Waiting& waiting) {
  for (const auto id : waiting.all<LogoutWait>()) {
    const auto* wait = std::get_if<LogoutWait>(&waiting.find(id)->what);
    if (wait && wait->remove) return true;
  }
  return false;
}

Json connected_data(const Device& device) {
  return object({{"data", object({{"status", "connected"}, {"device_id", device.config.device_id}, {"needs_qr", false}})}});
}

}  // namespace

Answer show_status(DeviceCall& call) {
  const client::Status status = call.device.client.status();
  const bool connected = status.link == client::LinkState::online;
  const auto last_seen = connected ? call.turn.now.wall : load_last_seen(call.turn.txn);
  Json data = object({{"connected", connected},
                      {"status", status_name(status)},
                      {"device_id", call.device.config.device_id},
                      {"jid", status.jid},
                      {"phone_number", status.phone},
                      {"is_logged_in", status.paired},
                      {"last_seen", nullptr}});
  if (last_seen) put(data, {"last_seen", rfc3339(*last_seen)});
  if (!status.lid.empty()) put(data, {"lid", status.lid});
  if (*status.stop_reason != '\0') put(data, {"reason", status.stop_reason});
  if (status.retry_at) put(data, {"retry_in_seconds", std::max<std::int64_t>(0, (*status.retry_at - call.turn.now.mono) / 1000)});
  return succeed(call, object({{"data", std::move(data)}}));
}

Answer connect_device(DeviceCall& call) {
  Device& device = call.device;
  const client::Status status = device.client.status();
  if (!status.paired) {
    return succeed(call, object({{"data", object({{"status", "disconnected"}, {"device_id", device.config.device_id},
                                                  {"needs_qr", true}})}}));
  }
  if (status.link == client::LinkState::online) return succeed(call, connected_data(device));
  if (device.waiting.full()) return too_many(call);
  const auto started = device.client.execute(client::Start{}, call.turn);
  if (!started.ok()) return fail(call, failure_of(started.error(), status, call.turn.now.mono));
  announce(ManualReconnect{}, {device.webhooks, device.live}, call.turn);
  const MonoTime now = call.turn.now.mono;
  device.waiting.add({call.request.request, now, now + kConnectTimeoutMs, ConnectWait{}});
  return std::nullopt;
}

Answer disconnect_device(DeviceCall& call) {
  const auto stopped = call.device.client.execute(client::Stop{}, call.turn);
  if (!stopped.ok()) {
    return fail(call, failure_of(stopped.error(), call.device.client.status(), call.turn.now.mono));
  }
  return succeed(call, object({{"data", object({{"message", "Disconnected"}, {"device_id", call.device.config.device_id}})}}));
}

Answer logout_device(DeviceCall& call) {
  return begin(call, client::Logout{}, LogoutWait{}, kLogoutTimeoutMs);
}

// Logs out, also when the link is down: it is brought up once more for that. Whatever comes of it, the device is Removed
// within the time allowed. Request 0 is the directory's own order, and may come again while the first is carried out.
Answer remove_device(DeviceCall& call) {
  Device& device = call.device;
  if (call.request.request == 0 && removal_waits(device.waiting)) return std::nullopt;
  if (!device.client.status().paired) {
    (void)device.client.execute(client::Stop{}, call.turn);
    call.turn.effect(*succeed(call, object({{"message", "Device disconnected"}, {"logged_out", false}})));
    call.turn.effect(Removed{});
    return std::nullopt;
  }
  const MonoTime now = call.turn.now.mono;
  const auto id = device.waiting.add({call.request.request, now, now + kLogoutTimeoutMs, LogoutWait{true}});
  if (is_online(call)) (void)device.client.execute(client::Logout{id}, call.turn);
  else (void)device.client.execute(client::Start{}, call.turn);
  return std::nullopt;
}

void answer_connection(const client::Event& event, Device& device, client::Turn& turn) {
  Waiting& waiting = device.waiting;
  if (const auto* out = std::get_if<client::LoggedOut>(&event)) {
    for (const auto id : waiting.all<LogoutWait>()) {
      const auto waiter = waiting.take(id);
      if (std::get_if<LogoutWait>(&waiter->what)->remove) {
        turn.effect(build_success(waiter->request, object({{"message", "Device disconnected"}, {"logged_out", true}})));
        turn.effect(Removed{});
      } else {
        turn.effect(build_success(waiter->request, object({{"data", object({{"message", "Logged out"},
                                                                            {"device_id", device.config.device_id}})}})));
      }
    }
    const Failure failed = upstream_rejected("the device was logged out; pair it again", out->code);
    for (const auto id : waiting.all<ConnectWait>()) {
      turn.effect(build_failure(waiting.take(id)->request, failed, turn.now.wall));
    }
  } else if (std::get_if<client::LoggedIn>(&event)) {
    for (const auto id : waiting.all<ConnectWait>()) {
      turn.effect(build_success(waiting.take(id)->request, connected_data(device)));
    }
    for (const auto id : waiting.all<LogoutWait>()) {  // a removal that found the link down
      const auto* wait = std::get_if<LogoutWait>(&waiting.find(id)->what);
      if (wait && wait->remove) (void)device.client.execute(client::Logout{id}, turn);
    }
  } else if (const auto* failure = std::get_if<client::ConnectFailure>(&event)) {
    const Failure failed = upstream_rejected("the service refused the connection", failure->code);
    for (const auto id : waiting.all<ConnectWait>()) {
      turn.effect(build_failure(waiting.take(id)->request, failed, turn.now.wall));
    }
  }
}

}  // namespace wa::gateway
