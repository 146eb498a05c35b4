// The session of a device: status, connect, disconnect, logout, removal (api.md 3.5). Whether the user wants the link
// is a row, so that a restart does not reconnect what was disconnected.
#include "base/encoding.h"
#include "gateway/api/removal.h"
#include "gateway/operations/connection.h"
#include "gateway/operations/operation.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kConnectTimeoutMs = 30'000;

const char* device_state_name(DeviceState state) {
  switch (state) {
    case DeviceState::passkey_required: return "passkey_required";
    case DeviceState::connected: return "connected";
    case DeviceState::connecting: return "connecting";
    case DeviceState::pairing: return "pairing";
    case DeviceState::reconnecting: return "reconnecting";
    case DeviceState::disconnected: break;
  }
  return "disconnected";
}

Json connect_data(const Device& device, const char* status, bool needs_qr) {
  return object({{"data", object({{"status", status},
                                  {"device_id", device.config.device_id},
                                  {"needs_qr", needs_qr}})}});
}

Json message_data(const Device& device, const char* message) {
  return object({{"data", object({{"message", message}, {"device_id", device.config.device_id}})}});
}

Answer show_status(DeviceCall& call) {
  const client::Status status = call.device.client.status();
  Json data = object({{"connected", status.link == client::LinkState::online},
                      {"status", device_state_name(state_of(status))},
                      {"device_id", call.device.config.device_id},
                      {"jid", status.jid},
                      {"phone_number", status.phone},
                      {"is_logged_in", status.paired},
                      {"last_seen", nullptr}});
  const auto last_seen = last_seen_of(status, call.turn.txn, call.turn.now.wall);
  if (last_seen) put(data, {"last_seen", rfc3339(*last_seen)});
  if (!status.lid.empty()) put(data, {"lid", status.lid});
  if (*status.stop_reason != '\0') put(data, {"reason", status.stop_reason});
  if (const auto retry_s = retry_in_s(status, call.turn.now.mono)) put(data, {"retry_in_seconds", *retry_s});
  return succeed(call, object({{"data", std::move(data)}}));
}

// Of a body that may name the device and nothing else.
std::optional<Failure> more_than_device(const DeviceCall& call) {
  Fields fields(call.given);
  return fields.failure();
}

Answer connect_device(DeviceCall& call) {
  if (const auto failed = more_than_device(call)) return fail(call, *failed);
  Device& device = call.device;
  Error error;
  switch (start_connect(room_to_wait(call), device.client, {device.webhooks, device.live}, call.turn, error)) {
    case ConnectStart::refused: return fail(call, error);
    case ConnectStart::needs_pairing: return succeed(call, connect_data(device, "disconnected", true));
    case ConnectStart::already_connected: return succeed(call, connect_data(device, "connected", false));
    case ConnectStart::too_many_wait: return too_many(call);
    case ConnectStart::started: wait(call);
  }
  return std::nullopt;
}

Answer watch_connect(WaitingCall& call, const client::Event& event) {
  const ConnectOutcome outcome = connect_outcome(event);
  switch (outcome.news) {
    case ConnectNews::connected: return succeed(call, connect_data(call.device, "connected", false));
    case ConnectNews::logged_out:
      return fail(call, upstream_rejected("the device was logged out; pair it again", outcome.upstream_code));
    case ConnectNews::refused:
      return fail(call, upstream_rejected("the service refused the connection", outcome.upstream_code));
    case ConnectNews::none: break;
  }
  return std::nullopt;
}

Answer disconnect_device(DeviceCall& call) {
  if (const auto failed = more_than_device(call)) return fail(call, *failed);
  const auto stopped = call.device.client.execute(client::Stop{}, call.turn);
  if (!stopped.ok()) return fail(call, stopped.error());
  return succeed(call, message_data(call.device, "Disconnected"));
}

Answer logout_device(DeviceCall& call) {
  if (const auto failed = more_than_device(call)) return fail(call, *failed);
  if (!call.device.client.status().paired) return fail(call, not_ready("device is not paired"));
  if (!room_to_wait(call)) return too_many(call);
  const client::CommandId id = wait(call);
  const auto begun = start_logout(id, call.device.client, call.turn);
  if (begun.ok()) return std::nullopt;
  call.device.waiting.take(id);
  return fail(call, begun.error());
}

Reply logged_out(const WaitingCall& call, bool told) {
  const char* alone = "Logged out here; the service did not confirm it: remove the device on the phone if it is shown";
  Json body = message_data(call.device, told ? "Logged out" : alone);
  put(body["data"], {"service_told", told});
  return succeed(call, std::move(body));
}

Answer watch_logout(WaitingCall& call, const client::Event& event) {
  const LogoutNews news = logout_news(call.id, event, call.device.client, call.turn);
  if (news == LogoutNews::none) return std::nullopt;
  return logged_out(call, news == LogoutNews::told);
}

Reply expire_logout(WaitingCall& call) {
  forget_account(call.device.client, call.turn);
  return logged_out(call, false);
}

Json removed_body(bool logged_out) { return object({{"message", "Device disconnected"}, {"logged_out", logged_out}}); }

}  // namespace

// Whatever comes of it, the device is Removed within the time allowed. Request 0 is the directory's own order, and may
// come again while the first is carried out.
Answer remove_device(DeviceCall& call) {
  Device& device = call.device;
  if (call.request.request == 0 && !device.waiting.started_by(remove_device).empty()) return std::nullopt;
  if (remove_unpaired(device.client, call.turn)) return succeed(call, removed_body(false));
  start_removal(wait(call), device.client, call.turn);
  return std::nullopt;
}

Answer watch_removal(WaitingCall& call, const client::Event& event) {
  if (!logged_out_for_removal(call.id, event, call.device.client, call.turn)) return std::nullopt;
  return succeed(call, removed_body(true));
}

Reply expire_removal(WaitingCall& call) { return succeed(call, removed_body(false)); }

Endpoints connection_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/status", .start = show_status},
      {.method = "POST", .pattern = "/connect", .body = BodyRule::optional, .connects = true,
       .start = connect_device, .watch = watch_connect, .timeout_ms = kConnectTimeoutMs,
       .late = "not connected in time; the device keeps trying"},
      {.method = "POST", .pattern = "/disconnect", .body = BodyRule::optional, .start = disconnect_device},
      {.method = "POST", .pattern = "/logout", .body = BodyRule::optional,
       .start = logout_device, .watch = watch_logout, .expire = expire_logout, .timeout_ms = kLogoutTimeoutMs},
  };
  return kAll;
}

}  // namespace wa::gateway
