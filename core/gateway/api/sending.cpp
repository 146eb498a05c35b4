// tested by unit/gateway/api/message_state_test.cpp
#include "gateway/api/sending.h"

#include <charconv>

#include "base/encoding.h"
#include "gateway/api/idempotency.h"
#include "gateway/operations/messages.h"
#include "gateway/operations/presence.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kWaitMaxS = 60;

std::optional<std::int64_t> seconds_of_text(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  return whole && out >= 0 && out <= kWaitMaxS ? std::optional(out) : std::nullopt;
}

// RFC 7240: preferences between commas; what is not known or makes no sense is ignored.
void read_preferences(std::string_view prefer, RequestNotes& notes) {
  while (!prefer.empty()) {
    const std::size_t comma = prefer.find(',');
    std::string_view one = prefer.substr(0, comma);
    prefer = comma == std::string_view::npos ? std::string_view() : prefer.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one == "respond-async" && !notes.wait_ms) notes.wait_ms = 0;
    if (one.substr(0, 5) != "wait=") continue;
    if (const auto seconds = seconds_of_text(one.substr(5))) notes.wait_ms = *seconds * 1000;
  }
}

template <class Command>
Answer begin_message(DeviceCall& call, Command command, SendWait wait, std::int64_t postponed_ms,
                     client::CommandId& id) {
  if (!room_to_wait(call)) return too_many(call);
  command.id = new_message_id(call.turn.random);
  const wire::Jid chat = command.to;
  call.notes.message_id = command.id;
  std::int64_t timeout_ms = call.endpoint.timeout_ms + postponed_ms;
  if (call.notes.wait_ms && *call.notes.wait_ms < timeout_ms) timeout_ms = *call.notes.wait_ms;
  else call.notes.wait_ms.reset();
  const std::string shown = wait.chat;
  Answer refused = begin_within(call, timeout_ms, std::move(command), std::move(wait), &id);
  if (refused) {
    call.notes.message_id.clear();
    return refused;
  }
  note_queued(call.turn.txn, call.notes.message_id, chat, call.turn.now.wall);
  note_message(call.notes, call.turn);
  if (timeout_ms > 0) return std::nullopt;
  call.device.waiting.take(id);
  return accepted(call.request.request, call.notes, shown);
}

template <class Command>
Answer begin_later(DeviceCall& call, Command command, SendWait wait, std::int64_t delay_s) {
  const wire::Jid chat = command.to;
  const std::int64_t typing_s = wait.typing_s, wait_ms = (delay_s + typing_s) * 1000;
  postpone(command, wait_ms, call.turn.now.wall);
  client::CommandId id = 0;
  Answer out = begin_message(call, std::move(command), std::move(wait), wait_ms, id);
  const bool begun = !out || out->status < 300;
  if (!begun || typing_s == 0) return out;
  Device& device = call.device;
  plan_typing(chat, call.turn.now.mono + delay_s * 1000, typing_s * 1000, id, device.session);
  show_planned_typing(device.session, device.waiting, device.client, call.turn);
  return out;
}

}  // namespace

std::optional<Failure> read_wait(const ApiRequest& request, const Target& target, RequestNotes& notes) {
  read_preferences(request.prefer, notes);
  const std::string* wait = target.find("wait");
  if (!wait) return std::nullopt;
  const auto seconds = seconds_of_text(*wait);
  if (!seconds) return bad_field("wait", "must be 0 to 60 seconds", *wait);
  notes.wait_ms = *seconds * 1000;
  return std::nullopt;
}

Reply accepted(RequestId request, const RequestNotes& notes, const std::string& chat) {
  Json body = object({{"message_id", notes.message_id}, {"status", "queued"}, {"chat_jid", chat}});
  return build_success(request, std::move(body), 202);
}

Answer begin_send(DeviceCall& call, client::SendText command, SendWait wait, std::int64_t delay_s) {
  return begin_later(call, std::move(command), std::move(wait), delay_s);
}

Answer begin_send(DeviceCall& call, client::SendMessage command, SendWait wait, std::int64_t delay_s) {
  return begin_later(call, std::move(command), std::move(wait), delay_s);
}

Answer send_message(DeviceCall& call, Fields& fields, client::SendMessage command, SendWait wait, SendOptions options) {
  if (const auto failed = fields.failure()) return fail(call, *failed);
  wait.chat = command.to.text();
  wait.quoted = options.context.quoted.has_value();
  command.context = std::move(options.context);
  call.notes.warnings.insert(call.notes.warnings.end(), options.warnings.begin(), options.warnings.end());
  return begin_send(call, std::move(command), std::move(wait), options.delay_s);
}

SendWait flat_wait(const char* message) {
  SendWait out;
  out.message = message;
  return out;
}

Answer finish_flat(WaitingCall& call, const client::Event& event) {
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return send_failed(call, event);
  const auto& wait = context_of<SendWait>(call.waiter);
  Json body = object({{"message_id", sent->id}, {"timestamp", rfc3339(sent->time)}, {"message", wait.message}});
  body.update(wait.extra);
  return succeed(call, std::move(body));
}

}  // namespace wa::gateway
