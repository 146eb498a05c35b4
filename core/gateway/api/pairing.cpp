// tested by unit/gateway/api/connection_test.cpp
// Pairing: QR and code (api.md 3.5). Both start the link of an unpaired device; the phone does the rest.
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/device_requests.h"
#include "gateway/operations/pairing.h"

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

// reuse_cache and its aliases default to true; only an explicit "false" or "0" asks for a new code.
bool reuse_wanted(const Target& target) {
  for (const char* name : {"reuse_cache", "reuse", "use_cache", "cached"}) {
    if (target.find(name) && !target.flag(name)) return false;
  }
  return true;
}

constexpr char kCodeInstructions[] =
    "No WhatsApp do celular: Aparelhos conectados > Conectar um aparelho > Conectar com número de telefone, e digite o "
    "código.";

Json code_data(const Session& session, bool cached, MonoTime now) {
  const std::int64_t left_s = std::max<std::int64_t>(0, (session.pair_code_expires - now + 999) / 1000);
  return object({{"data", object({{"code", session.pair_code},
                                  {"phone", session.pair_phone},
                                  {"expires_in", left_s},
                                  {"cached", cached},
                                  {"instructions", kCodeInstructions}})}});
}

Answer paired_already(const DeviceCall& call, PairingStart how) {
  if (how == PairingStart::linked_offline) {
    return fail(call, conflict("linked, but disconnected: POST /connect brings it back; with refresh=true the link is "
                               "forgotten and pairing starts over"));
  }
  if (how == PairingStart::reconnecting) {
    return fail(call, conflict("linked, and its connection is being made: wait, or log out before pairing again"));
  }
  return fail(call, conflict("already connected: log out before pairing again"));
}

bool fresh_wanted(const Target& target) {
  return target.flag("refresh") || target.flag("force_refresh") || target.flag("force_new");
}

std::string phone_in(Fields& fields) {
  const std::string text = fields.phone_text("phone", 64);
  if (text.empty()) return {};
  const auto jid = parse_chat(text);
  if (jid && jid->server == wire::Server::pn) return jid->user;
  const Json echo = text;
  fields.bad("phone", "must be a phone number with country code, 10 to 15 digits", &echo);
  return {};
}

Answer show_qr(DeviceCall& call) {
  Device& device = call.device;
  const bool refresh = fresh_wanted(call.target);
  const QrWish wish{refresh || !reuse_wanted(call.target), room_to_wait(call), refresh};
  Error error;
  switch (const auto how = start_qr(wish, device.client, call.turn, error)) {
    case PairingStart::refused: return fail(call, error);
    case PairingStart::already_paired:
    case PairingStart::linked_offline:
    case PairingStart::reconnecting: return paired_already(call, how);
    case PairingStart::too_many_wait: return too_many(call);
    case PairingStart::shown_already: {
      const auto shown = device.client.qr();
      return succeed(call, qr_data(device, shown->text, shown->expires - call.turn.now.mono, true, call.turn.now.wall));
    }
    case PairingStart::started: wait(call);
  }
  return std::nullopt;
}

// What ends a wait for a code of either kind.
Reply connection_refused(const WaitingCall& call, int upstream_code) {
  return fail(call, upstream_rejected("the service refused the connection", upstream_code));
}
Reply paired_meanwhile(const WaitingCall& call) { return fail(call, conflict("the device was paired meanwhile")); }

Answer watch_qr(WaitingCall& call, const client::Event& event) {
  const QrOutcome outcome = qr_outcome(event);
  switch (outcome.news) {
    case QrNews::code:
      return succeed(call, qr_data(call.device, outcome.code->text, outcome.code->valid_ms, false, call.turn.now.wall));
    case QrNews::used_up: return fail(call, upstream_timeout("no QR code left: ask again"));
    case QrNews::refused: return connection_refused(call, outcome.upstream_code);
    case QrNews::paired: return paired_meanwhile(call);
    case QrNews::none: break;
  }
  return std::nullopt;
}

Answer show_qr_status(DeviceCall& call) {
  if (!call.target.find("device_id") && call.request.device_id.empty()) {
    const Json none = Json::object();
    Fields fields(none);
    fields.missing("device_id");
    return fail(call, *fields.failure());
  }
  const bool exists = call.device.client.qr().has_value();
  Json data = object({{"exists", exists}, {"generated_at", nullptr}});
  const auto& generated = call.device.session.qr_generated;
  if (exists && generated) put(data, {"generated_at", rfc3339(*generated)});
  return succeed(call, object({{"data", std::move(data)}}));
}

Answer request_pair_code(DeviceCall& call) {
  Device& device = call.device;
  Fields fields(call.given);
  const std::string phone = phone_in(fields);
  const bool reuse = fields.optional_flag("reuse_cache").value_or(true);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const bool refresh = fresh_wanted(call.target);
  const PairCodeWish wish{phone, !reuse || refresh, room_to_wait(call), refresh};
  Error error;
  switch (const auto how = start_pair_code(wish, device.session, device.client, call.turn, error)) {
    case PairingStart::refused: return fail(call, error);
    case PairingStart::already_paired:
    case PairingStart::linked_offline:
    case PairingStart::reconnecting: return paired_already(call, how);
    case PairingStart::too_many_wait: return too_many(call);
    case PairingStart::shown_already: return succeed(call, code_data(device.session, true, call.turn.now.mono));
    case PairingStart::started: break;
  }
  const auto id = wait(call, PairCodeWait{phone, false});
  PairCodeWait& waits = context_of<PairCodeWait>(*device.waiting.find(id));
  const auto taken = try_pair_code(id, waits, device.client, call.turn);
  if (taken.ok()) return std::nullopt;
  device.waiting.take(id);
  return fail(call, taken.error());
}

Answer pair_code_answer(const WaitingCall& call, const PairCodeOutcome& outcome) {
  const MonoTime now = call.turn.now.mono;
  switch (outcome.news) {
    case PairCodeNews::ready: return succeed(call, code_data(call.device.session, false, now));
    case PairCodeNews::none_given:
      return fail(call, upstream_rejected("the service gave no pairing code", outcome.upstream_code));
    case PairCodeNews::refused: return connection_refused(call, outcome.upstream_code);
    case PairCodeNews::paired: return paired_meanwhile(call);
    case PairCodeNews::not_taken: return fail(call, failure_of(outcome.error, call.device.client.status(), now));
    case PairCodeNews::none: break;
  }
  return std::nullopt;
}

Answer watch_pair_code(WaitingCall& call, const client::Event& event) {
  PairCodeWait& waits = context_of<PairCodeWait>(call.waiter);
  return pair_code_answer(call, pair_code_outcome(call.id, event, waits, call.device.client, call.turn));
}

Answer finish_pair_code(WaitingCall& call, const client::Event& event) {
  const auto& waits = context_of<PairCodeWait>(call.waiter);
  return pair_code_answer(call, note_pair_code(event, waits, call.device.session, call.turn.now.mono));
}

}  // namespace

Endpoints pairing_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/qr", .connects = true, .start = show_qr, .watch = watch_qr,
       .timeout_ms = kQrTimeoutMs, .late = "timeout waiting for a QR code"},
      {.method = "GET", .pattern = "/qr/status", .start = show_qr_status},
      {.method = "POST", .pattern = "/paircode", .body = BodyRule::required, .connects = true,
       .start = request_pair_code, .finish = finish_pair_code, .watch = watch_pair_code,
       .timeout_ms = kPairCodeTimeoutMs, .late = "timeout waiting for a pairing code"},
  };
  return kAll;
}

}  // namespace wa::gateway
