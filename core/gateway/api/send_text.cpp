// /send/text (api.md 3.7). The answer comes when the service acknowledged the message.
#include "base/encoding.h"
#include "client/messages/first_link.h"
#include "gateway/api/sending.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

// What is shown of the first link of the text, as the caller knows it: nothing is fetched here.
std::optional<client::LinkPreview> parse_preview(Fields& fields, const std::string& text) {
  const Json* given = fields.optional_object("link_preview");
  if (!given) return std::nullopt;
  Fields inner(*given);
  client::LinkPreview out;
  out.matched = std::string(client::first_link(text));
  if (out.matched.empty() && !text.empty()) inner.bad("title", "the text has no link with http or https");
  out.title = inner.visible_text("title", kLineCharsMax);
  out.description = inner.optional_text("description", kLineCharsMax).value_or(std::string());
  out.video = inner.optional_flag("video").value_or(false);
  if (const auto thumbnail = inner.optional_text("thumbnail", kThumbnailCharsMax, 1)) {
    const auto bytes = from_base64(*thumbnail);
    const bool jpeg = bytes && bytes->size() > 3 && (*bytes)[0] == 0xff && (*bytes)[1] == 0xd8;
    if (jpeg) out.thumbnail = *bytes;
    else inner.bad("thumbnail", "must be a JPEG in base64");
  }
  fields.take(inner, "link_preview.");
  return out;
}

Answer send_text(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("number");
  client::Text text{fields.visible_text("text", limits::kTextCharsMax)};
  SendOptions options = read_options(fields, command.to);
  const std::int64_t typing_s = fields.optional_integer("typingDuration", 0, kPostponeMaxS).value_or(0);
  text.preview = parse_preview(fields, text.text);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  SendWait wait;
  wait.typing_s = typing_s;
  const bool plain = !text.preview && options.context.forwarded == 0;
  if (!plain) {
    command.body = std::move(text);
    return send_message(call, fields, std::move(command), std::move(wait), std::move(options));
  }
  client::SendText simple;
  simple.to = command.to;
  simple.text = std::move(text.text);
  simple.quoted = std::move(options.context.quoted);
  simple.mentioned = std::move(options.context.mentioned);
  wait.chat = simple.to.text();
  wait.quoted = simple.quoted.has_value();
  return begin_send(call, std::move(simple), std::move(wait), options.delay_s);
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
    case 400: return "the service refused the message: it does not go by this id of the recipient";
    case 405:
    case 473: return "the service refused the message: it does not take buttons or lists of this form";
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
