// Pairing: QR and code (api.md 3.5). Both start the link of an unpaired device; the phone does the rest.
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/functions.h"

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

// The command needs the registration link; it is given as soon as the link is there.
void try_pair_code(client::CommandId id, Device& device, client::Turn& turn) {
  Waiter* waiter = device.waiting.find(id);
  auto* wait = waiter ? std::get_if<PairCodeWait>(&waiter->what) : nullptr;
  if (!wait || wait->requested) return;
  wait->requested = true;
  const auto taken = device.client.execute(client::RequestPairCode{id, wait->phone}, turn);
  if (taken.ok()) return;
  if (taken.error().code == Errc::not_ready) {
    wait->requested = false;
    return;
  }
  const Failure failed = failure_of(taken.error(), device.client.status(), turn.now.mono);
  turn.effect(build_failure(device.waiting.take(id)->request, failed, turn.now.wall));
}

void try_all_pair_codes(Device& device, client::Turn& turn) {
  for (const auto id : device.waiting.all<PairCodeWait>()) try_pair_code(id, device, turn);
}

template <class What>
void fail_all(Device& device, const Failure& failed, client::Turn& turn) {
  for (const client::CommandId id : device.waiting.all<What>()) {
    turn.effect(build_failure(device.waiting.take(id)->request, failed, turn.now.wall));
  }
}

void fail_pairing(Device& device, const Failure& failed, client::Turn& turn) {
  fail_all<QrWait>(device, failed, turn);
  fail_all<PairCodeWait>(device, failed, turn);
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

}  // namespace

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
  if (!started.ok()) return fail(call, failure_of(started.error(), status, now));
  device.waiting.add({call.request.request, now, now + kQrTimeoutMs, QrWait{}});
  return std::nullopt;
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
  if (!started.ok()) return fail(call, failure_of(started.error(), device.client.status(), now));
  const auto id = device.waiting.add({call.request.request, now, now + kPairCodeTimeoutMs, PairCodeWait{phone, false}});
  try_pair_code(id, device, call.turn);
  return std::nullopt;
}

void answer_pairing(const client::Event& event, Device& device, client::Turn& turn) {
  Session& session = device.session;
  if (const auto* link = std::get_if<client::LinkChanged>(&event)) {
    if (link->state == client::LinkState::pairing) return try_all_pair_codes(device, turn);
    session.pair_code.clear();
    session.qr_generated.reset();
  } else if (const auto* qr = std::get_if<client::QrGenerated>(&event)) {
    session.qr_generated = turn.now.wall;
    for (const auto id : device.waiting.all<QrWait>()) {
      const auto waiter = device.waiting.take(id);
      turn.effect(build_success(waiter->request, qr_data(device, qr->text, qr->valid_ms, false, turn.now.wall)));
    }
    try_all_pair_codes(device, turn);
  } else if (const auto* ready = std::get_if<client::PairCodeReady>(&event)) {
    const auto waiter = device.waiting.take(ready->command);
    const auto* wait = waiter ? std::get_if<PairCodeWait>(&waiter->what) : nullptr;
    if (!wait) return;
    session.pair_code = ready->code;
    session.pair_phone = wait->phone;
    session.pair_code_expires = turn.now.mono + ready->valid_ms;
    turn.effect(build_success(waiter->request, code_data(session, false, turn.now.mono)));
  } else if (const auto* no_code = std::get_if<client::PairCodeFailed>(&event)) {
    const auto waiter = device.waiting.take(no_code->command);
    if (!waiter) return;
    const Failure failed = upstream_rejected("the service gave no pairing code", no_code->upstream_code);
    turn.effect(build_failure(waiter->request, failed, turn.now.wall));
  } else if (const auto* refused_link = std::get_if<client::ConnectFailure>(&event)) {
    fail_pairing(device, upstream_rejected("the service refused the connection", refused_link->code), turn);
  } else if (std::get_if<client::PairSucceeded>(&event)) {
    session.pair_code.clear();
    session.qr_generated.reset();
    fail_pairing(device, conflict("the device was paired meanwhile"), turn);
  } else if (std::get_if<client::QrExhausted>(&event)) {
    fail_all<QrWait>(device, upstream_timeout("no QR code left: ask again"), turn);
  }
}

}  // namespace wa::gateway
