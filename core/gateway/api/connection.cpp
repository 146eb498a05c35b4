// The session of a device: status, connect, disconnect, logout, removal (api.md 3.5). Whether the user wants the link is
// a row, so that a restart does not reconnect what was disconnected.
#include "base/encoding.h"
#include "gateway/api/removal.h"
#include "gateway/last_seen.h"
#include "gateway/webhooks/published/table.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kConnectTimeoutMs = 30'000;

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

Json connected_data(const Device& device) {
  return object({{"data", object({{"status", "connected"}, {"device_id", device.config.device_id}, {"needs_qr", false}})}});
}

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
  if (!started.ok()) return fail(call, started.error());
  announce(ManualReconnect{}, {device.webhooks, device.live}, call.turn);
  wait(call);
  return std::nullopt;
}

Answer watch_connect(WaitingCall& call, const client::Event& event) {
  if (std::get_if<client::LoggedIn>(&event)) return succeed(call, connected_data(call.device));
  if (const auto* out = std::get_if<client::LoggedOut>(&event)) {
    return fail(call, upstream_rejected("the device was logged out; pair it again", out->code));
  }
  const auto* refused = std::get_if<client::ConnectFailure>(&event);
  if (!refused) return std::nullopt;
  return fail(call, upstream_rejected("the service refused the connection", refused->code));
}

Answer disconnect_device(DeviceCall& call) {
  const auto stopped = call.device.client.execute(client::Stop{}, call.turn);
  if (!stopped.ok()) return fail(call, stopped.error());
  return succeed(call, object({{"data", object({{"message", "Disconnected"}, {"device_id", call.device.config.device_id}})}}));
}

Answer logout_device(DeviceCall& call) { return begin(call, client::Logout{}); }

// Whoever began it: the phone may be faster than the request.
Answer watch_logout(WaitingCall& call, const client::Event& event) {
  if (!std::get_if<client::LoggedOut>(&event)) return std::nullopt;
  return succeed(call, object({{"data", object({{"message", "Logged out"},
                                                {"device_id", call.device.config.device_id}})}}));
}

Json removed_body(bool logged_out) { return object({{"message", "Device disconnected"}, {"logged_out", logged_out}}); }

}  // namespace

// Logs out, also when the link is down: it is brought up once more for that. Whatever comes of it, the device is Removed
// within the time allowed. Request 0 is the directory's own order, and may come again while the first is carried out.
Answer remove_device(DeviceCall& call) {
  Device& device = call.device;
  if (call.request.request == 0 && !device.waiting.started_by(remove_device).empty()) return std::nullopt;
  if (!device.client.status().paired) {
    (void)device.client.execute(client::Stop{}, call.turn);
    return succeed(call, removed_body(false));
  }
  const auto id = wait(call);
  if (is_online(call)) (void)device.client.execute(client::Logout{id}, call.turn);
  else (void)device.client.execute(client::Start{}, call.turn);
  return std::nullopt;
}

Answer watch_removal(WaitingCall& call, const client::Event& event) {
  if (std::get_if<client::LoggedOut>(&event)) return succeed(call, removed_body(true));
  if (std::get_if<client::LoggedIn>(&event)) {  // it found the link down
    (void)call.device.client.execute(client::Logout{call.id}, call.turn);
  }
  return std::nullopt;
}

// The user wants it gone; the phone may keep showing it for a while.
Reply expire_removal(WaitingCall& call) { return succeed(call, removed_body(false)); }

Endpoints connection_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/status", .start = show_status},
      {.method = "POST", .pattern = "/connect", .body = BodyRule::optional, .device_in_body = true, .connects = true,
       .start = connect_device, .watch = watch_connect, .timeout_ms = kConnectTimeoutMs,
       .late = "not connected in time; the device keeps trying"},
      {.method = "POST", .pattern = "/disconnect", .body = BodyRule::optional, .device_in_body = true,
       .start = disconnect_device},
      {.method = "POST", .pattern = "/logout", .body = BodyRule::optional, .device_in_body = true,
       .start = logout_device, .watch = watch_logout, .timeout_ms = kLogoutTimeoutMs},
  };
  return kAll;
}

}  // namespace wa::gateway
