// tested by unit/gateway/webhooks/config_test.cpp
// /webhook: the configuration of the device's webhook (api.md 3.13, 4.1), and its secret's rotation (ours).
#include "base/encoding.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/webhook_fields.h"
#include "gateway/operations/webhook.h"

namespace wa::gateway {
namespace {

Failure no_webhook() {
  Failure out = not_found();
  out.text = "no webhook is configured";
  return out;
}

Json show_webhook_config(const WebhookConfig& config, WallTime now) {
  Json events = Json::array();
  for (std::size_t i = 0; const auto event = EventName::at(i); ++i) {
    if (config.events.has(*event)) events.push_back(std::string(event->text()));
  }
  Json headers = Json::object();
  for (const auto& [name, value] : config.headers) headers[name] = value;
  Json out = object({{"id", config.id},
                     {"webhook_url", config.url},
                     {"enabled_events", std::move(events)},
                     {"enabled", config.enabled},
                     {"retry_attempts", config.retry_attempts},
                     {"timeout", config.timeout_s},
                     {"headers", std::move(headers)},
                     {"created_at", rfc3339(config.created)},
                     {"updated_at", rfc3339(config.updated)}});
  if (!config.previous(now).empty()) put(out, {"previous_secret_valid_until", rfc3339(config.previous_until)});
  if (config.gone) put(out, {"disabled_reason", "the receiver answered 410 Gone"});
  return out;
}

void parse_headers(Fields& fields, WebhookChoice& out) {
  const Json* headers = fields.optional_object("headers");
  if (!headers) return;
  if (headers->size() > limits::kWebhookHeadersMax) {
    fields.bad("headers", "must have at most " + std::to_string(limits::kWebhookHeadersMax) + " entries");
    return;
  }
  for (const auto& item : headers->items()) {
    const auto* value = item.value().get_ptr<const std::string*>();
    const HeaderFault fault = header_fault(item.key(), value ? std::string_view(*value) : std::string_view());
    if (fault == HeaderFault::name) fields.bad("headers." + item.key(), "is not a header name you may set");
    else if (fault == HeaderFault::value || !value) fields.bad("headers." + item.key(), "must be one line of text");
    else out.headers.emplace_back(item.key(), *value);
  }
}

// Absent optional members take their defaults: the call replaces the configuration.
WebhookChoice parse_choice(Fields& fields, const UrlPolicy& policy) {
  WebhookChoice out;
  out.url = fields.text("webhook_url", limits::kWebhookUrlBytesMax);
  if (!out.url.empty() && !is_webhook_url(out.url, policy)) fields.bad("webhook_url", webhook_url_advice(policy));
  out.events = parse_event_names(fields, "enabled_events");
  out.enabled = fields.optional_flag("enabled").value_or(out.enabled);
  const auto retries = fields.optional_integer("retry_attempts", 0, kWebhookRetriesMax);
  out.retry_attempts = static_cast<std::uint32_t>(retries.value_or(out.retry_attempts));
  const auto timeout_s = fields.optional_integer("timeout", 1, kWebhookTimeoutMaxS);
  out.timeout_s = static_cast<std::uint32_t>(timeout_s.value_or(out.timeout_s));
  return out;
}

Answer set_webhook(DeviceCall& call) {
  Device& device = call.device;
  Fields fields(call.body);
  const UrlPolicy policy{device.config.allow_http_webhooks, device.config.allow_private_webhooks};
  WebhookChoice choice = parse_choice(fields, policy);
  const auto secret = fields.optional_text("secret", kWebhookSecretCharsMax);
  parse_headers(fields, choice);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const bool updated = configure_webhook(std::move(choice), secret, device.webhooks, device.session, call.turn);
  const char* message = updated ? "Webhook updated successfully" : "Webhook configured successfully";
  return succeed(call, object({{"message", message},
                               {"webhook", show_webhook_config(*device.webhooks.settings(), call.turn.now.wall)}}));
}

Answer show_webhook(DeviceCall& call) {
  const auto& settings = call.device.webhooks.settings();
  if (!settings) return fail(call, no_webhook());
  return succeed(call, object({{"webhook", show_webhook_config(*settings, call.turn.now.wall)}}));
}

Answer rotate_secret(DeviceCall& call) {
  Webhooks& webhooks = call.device.webhooks;
  Fields fields(call.body);
  const SecretRotation wish{fields.optional_text("secret", kWebhookSecretCharsMax, kRotatedSecretCharsMin),
                            fields.optional_integer("overlap_seconds", 0, limits::kSecretOverlapMs / 1000)};
  const RotationFault fault = rotation_fault(wish, webhooks, call.turn.now.wall);
  if (fault == RotationFault::no_webhook) return fail(call, no_webhook());
  if (fault == RotationFault::same) fields.bad("secret", "must differ from the present one");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (fault == RotationFault::too_soon) {
    return fail(call, conflict("the secret before the last rotation still signs; wait until "
                               "previous_secret_valid_until, or end it now with overlap_seconds 0"));
  }
  const std::string made = rotate_webhook_secret(wish, webhooks, call.turn);
  Json body = object({{"message", "Webhook secret rotated"},
                      {"webhook", show_webhook_config(*webhooks.settings(), call.turn.now.wall)}});
  if (!made.empty()) put(body, {"secret", made});  // the only time it is shown
  return succeed(call, std::move(body));
}

Answer delete_webhook(DeviceCall& call) {
  if (!remove_webhook(call.device.webhooks, call.device.session, call.turn)) return fail(call, no_webhook());
  return succeed(call, object({{"message", "Webhook deleted successfully"}}));
}

}  // namespace

EventMask parse_event_names(Fields& fields, const char* name) {
  EventMask out;
  const auto names = fields.texts(name, true, 256);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto event = webhook_event(names[i]);
    const Json echo = names[i];
    if (event) out.add(*event);
    else fields.bad(place_in(name, i), "is not an event; see GET /webhook/events", &echo);
  }
  return out;
}

const char* webhook_url_advice(const UrlPolicy& policy) {
  if (policy.allow_private) return policy.allow_http ? "must be an http or https URL" : "must be an https URL";
  return policy.allow_http ? "must be an http or https URL of a public host" : "must be an https URL of a public host";
}

Endpoints webhook_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/webhook", .body = BodyRule::required, .start = set_webhook},
      {.method = "GET", .pattern = "/webhook", .start = show_webhook},
      {.method = "DELETE", .pattern = "/webhook", .start = delete_webhook},
      {.method = "POST", .pattern = "/webhook/secret/rotate", .body = BodyRule::optional,
       .start = rotate_secret},
  };
  return kAll;
}

}  // namespace wa::gateway
