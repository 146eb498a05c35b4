// /send/text (api.md 3.7). The answer comes when the service acknowledged the message.
#include "base/encoding.h"
#include "gateway/api/sending.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

std::optional<client::SendText::Quote> parse_quote(Fields& fields) {
  const Json* quoted = fields.optional_object("quoted");
  if (!quoted) return std::nullopt;
  client::SendText::Quote out;
  Fields inner(*quoted);
  const Json* key = inner.optional_object("key");
  if (!key && !inner.has("key")) inner.missing("key");
  if (key) {
    Fields key_fields(*key);
    out.id = key_fields.text("id", limits::kIdCharsMax);
    out.from_me = key_fields.optional_flag("fromMe").value_or(false);
    if (key_fields.has("participant")) out.participant = key_fields.user("participant");
    inner.take(key_fields, "key.");
  }
  if (const Json* message = inner.optional_object("message")) {
    Fields message_fields(*message);
    out.text = message_fields.optional_text("conversation", kQuotedCharsMax).value_or(std::string());
    inner.take(message_fields, "message.");
  }
  fields.take(inner, "quoted.");
  return out;
}

Answer send_text(DeviceCall& call) {
  Fields fields(call.given);
  client::SendText command;
  command.to = fields.chat("number");
  command.text = fields.visible_text("text", limits::kTextCharsMax);
  const std::int64_t delay_s = fields.optional_integer("delay", 0, kPostponeMaxS).value_or(0);
  const std::int64_t typing_s = fields.optional_integer("typingDuration", 0, kPostponeMaxS).value_or(0);
  command.quoted = parse_quote(fields);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  SendWait wait;
  wait.typing_s = typing_s;
  wait.chat = command.to.text();
  wait.quoted = command.quoted.has_value();
  return begin_send(call, std::move(command), std::move(wait), delay_s);
}

}  // namespace

Answer finish_send(WaitingCall& call, const client::Event& event) {
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return send_failed(call, event);
  const auto& wait = context_of<SendWait>(call.waiter);
  const Config& config = call.device.config;
  const bool typed = call.waiter.notes.typing_shown;
  Json metadata = object({{"device_id", config.device_id},
                          {"user_id", config.user_id},
                          {"processing_time_ms", call.turn.now.mono - call.waiter.started},
                          {"presence_sent", typed},
                          {"presence_duration_seconds", typed ? wait.typing_s : 0},
                          {"mentions_processed", sent->mentioned.size()},
                          {"quoted_message_found", wait.quoted},
                          {"sent_at", rfc3339(sent->time)}});
  metadata.update(wait.extra);
  if (sent->failed_devices > 0) put(metadata, {"failed_devices", sent->failed_devices});
  return succeed(call, object({{"message_id", sent->id},
                               {"timestamp", rfc3339(sent->time)},
                               {"status", "sent"},
                               {"chat_jid", wait.chat},
                               {"metadata", std::move(metadata)}}));
}

Answer send_failed(const WaitingCall& call, const client::Event& event) {
  const auto* failed = std::get_if<client::MessageFailed>(&event);
  if (!failed) return std::nullopt;
  return fail(call, failure_of_send(failed->why, failed->upstream_code, failed->chat.server == wire::Server::group));
}

namespace {

// What the codes are known to mean (12 section 5, 07 section 6). None of these is cured by trying again soon.
const char* refusal_text(int code) {
  switch (code) {
    case 463:
      return "restricted: the service lets this account write to this person only after that person has written, or "
             "the account may not begin chats for a while; do not try again soon";
    case 475: return "restricted: this account has begun as many new chats as the service allows for now";
    case 479: return "the service found the message malformed; please report this";
    case 401:
    case 403: return "the service does not let this account write there: blocked, or not allowed";
    default: return "the service refused the message";
  }
}

}  // namespace

Failure failure_of_send(client::SendFailure why, int upstream_code, bool group) {
  switch (why) {
    case client::SendFailure::unknown_recipient: {
      Failure out = not_found();
      out.code = "CHAT_NOT_FOUND";
      out.text = group ? "there is no such group, or this account is not in it" : "the recipient is not on WhatsApp";
      return out;
    }
    case client::SendFailure::no_devices:
      return upstream_rejected("no device of the recipient could be reached", upstream_code);
    case client::SendFailure::timeout:
      return upstream_timeout("no acknowledgement in time; the message may still be sent");
    case client::SendFailure::expired:
      return upstream_timeout("the message could not be sent in time and was dropped");
    case client::SendFailure::queue_full: return too_much_waits();
    case client::SendFailure::no_file:
      return upstream_rejected("the file of the message could not be sent", upstream_code);
    case client::SendFailure::refused: break;
  }
  return upstream_rejected(refusal_text(upstream_code), upstream_code);
}

Endpoints send_text_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/send/text", send_text, finish_send),
  };
  return kAll;
}

}  // namespace wa::gateway
