// tested by unit/gateway/api/connection_test.cpp
// Pairing: QR and code (api.md 3.5). Both start the link of an unpaired device; the phone does the rest.
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/device_requests.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kQrTimeoutMs = 20'000;
constexpr std::int64_t kPairCodeTimeoutMs = 20'000;

Json qr_data(const Device& device, const std::string& text, std::int64_t left_ms, bool cached, WallTime now) {
  Json data = object({{"qr_code", text}});
  if (device.config.qr_png) {
    const Bytes png = device.config.qr_png(text);
    if (!png.empty()) put(data, {"image", "data:image/png;base64," + base64(png)});
  }
  put(data, {"cached", cached});
  put(data, {"expires_at", rfc3339(now + left_ms)});
  put(data, {"ttl", (left_ms + 999) / 1000});
  return object({{"data", std::move(data)}});
}

bool any_flag(const Target& target, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (target.flag(name)) return true;
  }
  return false;
}

// reuse_cache and its aliases default to true; only an explicit "false" or "0" asks for a new code.
bool reuse_wanted(const Target& target) {
  for (const char* name : {"reuse_cache", "reuse", "use_cache", "cached"}) {
    if (target.find(name) && !target.flag(name)) return false;
  }
  return true;
}

constexpr char kCodeInstructions[] =
    "No WhatsApp do celular: Aparelhos conectados > Conectar um aparelho > Conectar com número de telefone, e digite o código.";

Json code_data(const Session& session, bool cached, MonoTime now) {
  return object({{"data", object({{"code", session.pair_code},
                                  {"phone", session.pair_phone},
                                  {"expires_in", std::max<std::int64_t>(0, (session.pair_code_expires - now + 999) / 1000)},
                                  {"cached", cached},
                                  {"instructions", kCodeInstructions}})}});
}

struct PairCodeWait { std::string phone; bool requested = false; };

// The command needs the registration link; it is given as soon as the link is there.
std::optional<Error> try_pair_code(client::CommandId id, PairCodeWait& wait, Device& device, client::Turn& turn) {
  if (wait.requested) return std::nullopt;
  const auto taken = device.client.execute(client::RequestPairCode{id, wait.phone}, turn);
  wait.requested = taken.ok();
  if (taken.ok() || taken.error().code == Errc::not_ready) return std::nullopt;
  return taken.error();
}

std::string phone_of(Fields& fields) {
  const std::string text = fields.text("phone", 64);
  if (text.empty()) return {};
  const auto jid = parse_chat(text);
  if (jid && jid->server == wire::Server::pn) return jid->user;
  const Json echo = text;
  fields.bad("phone", "must be a phone number with country code, 10 to 15 digits", &echo);
  return {};
}

Answer show_qr(DeviceCall& call) {
  Device& device = call.device;
  const client::Status status = device.client.status();
  if (status.paired) return fail(call, conflict("already connected: log out before pairing again"));
  if (device.waiting.full()) return too_many(call);
  const bool fresh = any_flag(call.target, {"refresh", "force_refresh", "force_new"}) || !reuse_wanted(call.target);
  const MonoTime now = call.turn.now.mono;
  if (const auto shown = device.client.qr(); shown && !fresh && now < shown->expires) {
    return succeed(call, qr_data(device, shown->text, shown->expires - now, true, call.turn.now.wall));
  }
  if (fresh && status.link != client::LinkState::idle) (void)device.client.execute(client::Stop{}, call.turn);
  const auto started = device.client.execute(client::Start{}, call.turn);
  if (!started.ok()) return fail(call, started.error());
  wait(call);
  return std::nullopt;
}

// What ends a wait for a code of either kind.
Answer pairing_ended(const WaitingCall& call, const client::Event& event) {
  if (const auto* refused = std::get_if<client::ConnectFailure>(&event)) {
    return fail(call, upstream_rejected("the service refused the connection", refused->code));
  }
  if (std::get_if<client::PairSucceeded>(&event)) return fail(call, conflict("the device was paired meanwhile"));
  return std::nullopt;
}

Answer watch_qr(WaitingCall& call, const client::Event& event) {
  if (const auto* qr = std::get_if<client::QrGenerated>(&event)) {
    return succeed(call, qr_data(call.device, qr->text, qr->valid_ms, false, call.turn.now.wall));
  }
  if (std::get_if<client::QrExhausted>(&event)) return fail(call, upstream_timeout("no QR code left: ask again"));
  return pairing_ended(call, event);
}

Answer show_qr_status(DeviceCall& call) {
  if (!call.target.find("device_id")) {
    const Json none = Json::object();
    Fields fields(none);
    fields.missing("device_id");
    return fail(call, *fields.failure());
  }
  const bool exists = call.device.client.qr().has_value();
  Json data = object({{"exists", exists}, {"generated_at", nullptr}});
  if (exists && call.device.session.qr_generated) put(data, {"generated_at", rfc3339(*call.device.session.qr_generated)});
  return succeed(call, object({{"data", std::move(data)}}));
}

Answer request_pair_code(DeviceCall& call) {
  Device& device = call.device;
  Fields fields(call.body);
  const std::string phone = phone_of(fields);
  const bool reuse = fields.optional_flag("reuse_cache").value_or(true);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (device.client.status().paired) return fail(call, conflict("already connected: log out before pairing again"));
  if (device.waiting.full()) return too_many(call);
  const MonoTime now = call.turn.now.mono;
  const bool fresh = !reuse || any_flag(call.target, {"refresh", "force_refresh", "force_new"});
  const Session& session = device.session;
  if (!fresh && session.pair_phone == phone && !session.pair_code.empty() && now < session.pair_code_expires) {
    return succeed(call, code_data(session, true, now));
  }
  const auto started = device.client.execute(client::Start{}, call.turn);
  if (!started.ok()) return fail(call, started.error());
  const auto id = wait(call, PairCodeWait{phone, false});
  const auto refused = try_pair_code(id, context_of<PairCodeWait>(*device.waiting.find(id)), device, call.turn);
  if (!refused) return std::nullopt;
  device.waiting.take(id);
  return fail(call, *refused);
}

Answer watch_pair_code(WaitingCall& call, const client::Event& event) {
  const auto* link = std::get_if<client::LinkChanged>(&event);
  const bool pairing = link && link->state == client::LinkState::pairing;
  if (!pairing && !std::holds_alternative<client::QrGenerated>(event)) return pairing_ended(call, event);
  const auto refused = try_pair_code(call.id, context_of<PairCodeWait>(call.waiter), call.device, call.turn);
  if (!refused) return std::nullopt;
  return fail(call, failure_of(*refused, call.device.client.status(), call.turn.now.mono));
}

Answer finish_pair_code(WaitingCall& call, const client::Event& event) {
  if (const auto* failed = std::get_if<client::PairCodeFailed>(&event)) {
    return fail(call, upstream_rejected("the service gave no pairing code", failed->upstream_code));
  }
  const auto* ready = std::get_if<client::PairCodeReady>(&event);
  if (!ready) return std::nullopt;
  Session& session = call.device.session;
  session.pair_code = ready->code;
  session.pair_phone = context_of<PairCodeWait>(call.waiter).phone;
  session.pair_code_expires = call.turn.now.mono + ready->valid_ms;
  return succeed(call, code_data(session, false, call.turn.now.mono));
}

}  // namespace

void note_pairing(const client::Event& event, Session& session, WallTime now) {
  const auto* link = std::get_if<client::LinkChanged>(&event);
  const bool left = link && link->state != client::LinkState::pairing;
  if (std::holds_alternative<client::QrGenerated>(event)) {
    session.qr_generated = now;
  } else if (left || std::holds_alternative<client::PairSucceeded>(event)) {
    session.pair_code.clear();
    session.qr_generated.reset();
  }
}

Endpoints pairing_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/qr", .connects = true, .start = show_qr, .watch = watch_qr,
       .timeout_ms = kQrTimeoutMs, .late = "timeout waiting for a QR code"},
      {.method = "GET", .pattern = "/qr/status", .start = show_qr_status},
      {.method = "POST", .pattern = "/paircode", .body = BodyRule::required, .device_in_body = true, .connects = true,
       .start = request_pair_code, .finish = finish_pair_code, .watch = watch_pair_code,
       .timeout_ms = kPairCodeTimeoutMs, .late = "timeout waiting for a pairing code"},
  };
  return kAll;
}

}  // namespace wa::gateway
