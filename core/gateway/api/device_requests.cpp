#include "gateway/api/device_requests.h"

#include "base/limits.h"
#include "gateway/api/idempotency.h"
#include "gateway/api/sending.h"
#include "gateway/operations/contacts.h"
#include "gateway/operations/numbers.h"
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
  return {call.request.request, now, now + timeout_ms, &call.endpoint, std::move(context), call.notes};
}

// Every answer of a device says whose it is, and what of its request was not known; one that leaves open what becomes
// of a message names it. `began`: something may have happened before it was made.
void answer(Reply reply, const Endpoint& endpoint, const RequestNotes& notes, bool began, const Device& device,
            client::Turn& turn) {
  const auto append = [&](const char* name, const Json& value) { append_member(reply, name, compact(value)); };
  if (endpoint.nested) nest_error(reply, *endpoint.nested);
  if (reply.status >= 500 && !notes.message_id.empty()) append("message_id", notes.message_id);
  if (reply.status < 300 && !notes.warnings.empty()) append("warnings", notes.warnings);
  keep_answer(reply, notes, began, turn);  // an answer that is repeated comes through here, too
  append("device_id", device.config.device_id);
  if (notes.part && reply.status < 300) {
    turn.effect(ReplyFile{reply.request, reply.status, std::move(reply.headers), notes.part->file, notes.part->offset,
                          notes.part->count});
  } else {
    turn.effect(std::move(reply));
  }
  for (const FileId file : notes.given) turn.effect(DropFile{file});
  if (endpoint.removes) turn.effect(Removed{});
}

// Whoever has no directory in front, or writes the member's name with escapes.
std::optional<Failure> another_device(const Json& body, const Config& config) {
  const Json* named = member(body, "device_id");
  if (!named || config.device_id.empty()) return std::nullopt;
  if (!named->is_string()) return bad_field("device_id", "must be a string", *named);
  if (*named == config.device_id) return std::nullopt;
  return bad_field("device_id", "is another device than this one", *named);
}

// The numbers of a request as accounts, and those the service is to be asked for before anything happens.
class AskedNumbers final : public NumberBook {
 public:
  AskedNumbers(bool may_ask, const Device& device, const client::Turn& turn)
      : may_ask_(may_ask && is_online(device.client)), device_(device), turn_(turn) {}
  wire::Jid account_of(const wire::Jid& typed) override {
    const auto known = known_account(turn_.txn, typed, device_.client.status(), turn_.now.wall);
    if (known) return *known;
    if (may_ask_ && unknown.size() < limits::kUsersPerQueryMax) unknown.push_back(typed.user);
    return typed;
  }
  bool must_ask() const override { return !unknown.empty(); }

  std::vector<std::string> unknown;

 private:
  bool may_ask_;
  const Device& device_;
  const client::Turn& turn_;
};

// What waits for the accounts of its numbers, and then begins.
struct NumbersWait { ApiRequest request; std::vector<std::string> numbers; };
Answer no_answer(DeviceCall&) { return std::nullopt; }
constexpr Endpoint kNumbersFirst = {.start = no_answer, .timeout_ms = limits::kNumberTimeoutMs,
                                    .late = "the number could not be looked up in time; nothing was done"};

// `asked`: the service was asked for the numbers already.
void carry_out(const ApiRequest& request, const Target& target, const RouteMatch& match, RequestNotes notes, bool asked,
               Device& device, client::Turn& turn) {
  const Endpoint& endpoint = *match.endpoint;
  const auto refuse = [&](const Failure& failed) {
    answer(build_failure(request.request, failed, turn.now.wall), endpoint, notes, false, device, turn);
  };
  Json body;
  if (const auto failed = read_body(request, endpoint.body, body)) return refuse(*failed);
  if (const auto failed = another_device(body, device.config)) return refuse(*failed);
  if (endpoint.sends) {
    if (const auto failed = read_wait(request, target, notes)) return refuse(*failed);
  }
  const bool local = request.method == "GET" && !endpoint.finish;  // what is known here is the answer
  AskedNumbers numbers(!asked && !local, device, turn);
  const GivenBody given{body, &numbers, endpoint.loose ? &notes.warnings : nullptr, request.form};
  DeviceCall call{request, target, match.params, given, body, endpoint, notes, device, turn};
  auto reply = endpoint.start(call);
  if (!reply) return;
  if (reply->status != 0) return answer(*std::move(reply), endpoint, notes, false, device, turn);
  std::vector<std::string> list = each_once(std::move(numbers.unknown));
  const MonoTime now = turn.now.mono;
  const MonoTime until = now + kNumbersFirst.timeout_ms;
  Waiter waiter{request.request, now, until, &kNumbersFirst, NumbersWait{request, list}, notes};
  const auto begun = begin_operation(client::AskNumbers{0, std::move(list)}, std::move(waiter), device.waiting,
                                     device.client, turn);
  if (!begun.ok()) refuse(failure_of(begun.error(), device.client.status(), now));
}

Failure no_account(const std::string& number) {
  Failure out = not_found();
  out.code = "CHAT_NOT_FOUND";
  out.text = "the number " + number + " is not on WhatsApp";
  return out;
}

// The answer about the numbers of a request is here (and kept): it begins now, or is told why not.
void go_on(client::CommandId id, const client::Event& event, Device& device, client::Turn& turn) {
  const auto* found = std::get_if<client::UsersFound>(&event);
  const auto* lost = std::get_if<client::PeopleFailed>(&event);
  if (!found && !lost) return;
  auto waiter = device.waiting.take(id);
  const NumbersWait& wait = context_of<NumbersWait>(*waiter);
  const auto refuse = [&](const Failure& failed) {
    answer(build_failure(waiter->request, failed, turn.now.wall), kNumbersFirst, waiter->notes, false, device, turn);
  };
  if (lost && lost->upstream_code < 0) return refuse(upstream_timeout(kNumbersFirst.late));
  constexpr const char* kRefused = "the service refused to look the number up; nothing was done";
  if (lost) return refuse(upstream_rejected(kRefused, lost->upstream_code));
  for (const std::string& number : wait.numbers) {
    if (!has_account(number, *found)) return refuse(no_account(number));
  }
  const auto target = parse_target(wait.request.target);
  carry_out(wait.request, *target, find_route(wait.request.method, *target), waiter->notes, true, device, turn);
}

Reply late_answer(WaitingCall& call) {
  const Endpoint& endpoint = *call.waiter.endpoint;
  if (endpoint.expire) return endpoint.expire(call);
  if (!call.waiter.notes.wait_ms) return fail(call, upstream_timeout(endpoint.late));
  return accepted(call.waiter.request, call.waiter.notes, context_of<SendWait>(call.waiter).chat);
}

void tell(client::CommandId id, FinishFunction Endpoint::* function, const client::Event& event, Device& device,
          client::Turn& turn) {
  Waiter* waiter = device.waiting.find(id);
  if (waiter && waiter->endpoint == &kNumbersFirst) return go_on(id, event, device, turn);
  if (!waiter || !(waiter->endpoint->*function)) return;
  const Endpoint& endpoint = *waiter->endpoint;
  WaitingCall call{id, *waiter, device, turn};
  auto reply = (endpoint.*function)(call, event);
  if (!reply) return;
  const auto done = device.waiting.take(id);
  answer(*std::move(reply), endpoint, done->notes, true, device, turn);
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

Answer begin_within(DeviceCall& call, std::int64_t timeout_ms, client::Command command, std::any context,
                    client::CommandId* id) {
  Device& device = call.device;
  if (!room_to_wait(call)) return too_many(call);
  Waiter waiter = waiter_of(call, timeout_ms, std::move(context));
  const auto begun = begin_operation(std::move(command), std::move(waiter), device.waiting, device.client, call.turn);
  if (!begun.ok()) return fail(call, begun.error());
  if (id) *id = *begun;
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
  RequestNotes notes;
  for (const GivenFile& file : request.files) notes.given.push_back(file.file);
  const auto target = parse_target(request.target);
  const RouteMatch match = target ? find_route(request.method, *target) : RouteMatch();
  if (!match.endpoint || !match.endpoint->start) {
    const Failure failed = target ? not_found() : invalid_request("the request target is malformed");
    for (const FileId file : notes.given) turn.effect(DropFile{file});
    return turn.effect(build_failure(request.request, failed, turn.now.wall));
  }
  if (auto known = recall(request, notes, device, turn)) {
    RequestNotes again;
    again.given = std::move(notes.given);
    return answer(*std::move(known), *match.endpoint, again, false, device, turn);
  }
  carry_out(request, *target, match, std::move(notes), false, device, turn);
}

void answer_event(const client::Event& event, Device& device, client::Turn& turn) {
  tell(command_of(event), &Endpoint::finish, event, device, turn);
  for (const client::CommandId id : device.waiting.watching()) tell(id, &Endpoint::watch, event, device, turn);
}

void answer_waiter(Waiter& waiter, Reply reply, Device& device, client::Turn& turn) {
  answer(std::move(reply), *waiter.endpoint, waiter.notes, true, device, turn);
}

void answer_expired(Device& device, client::Turn& turn) {
  while (auto waiter = device.waiting.expired(turn.now.mono)) {
    const Endpoint& endpoint = *waiter->endpoint;
    WaitingCall call{0, *waiter, device, turn};
    answer(late_answer(call), endpoint, waiter->notes, &endpoint != &kNumbersFirst, device, turn);
  }
}

}  // namespace wa::gateway
