// tested by unit/gateway/webhooks/config_test.cpp
// /webhook: the configuration of the device's webhook (api.md 3.13, 4.1), and its secret's rotation (ours).
#include <algorithm>

#include "base/encoding.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/webhook_fields.h"
#include "gateway/operations/webhook.h"
#include "gateway/webhooks/silent_events.h"

namespace wa::gateway {
namespace {

constexpr const char* kMaskedValue = "***";  // of headers, which may hold credentials

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
  for (const auto& [name, value] : config.headers) headers[name] = kMaskedValue;
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

void set_header(WebhookChoice& choice, const std::string& name, const std::string* value) {
  auto& all = choice.headers;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == name; });
  if (!value) {
    if (found != all.end()) all.erase(found);
  } else if (found == all.end()) {
    all.emplace_back(name, *value);
  } else if (*value != kMaskedValue) {  // as we showed it: kept
    found->second = *value;
  }
}

// Merges: what is named is set, null takes it away.
void parse_headers(Fields& fields, WebhookChoice& out) {
  if (fields.removes("headers")) out.headers.clear();
  const Json* headers = fields.optional_object("headers");
  if (!headers) return;
  constexpr const char* kNotALine = "must be one line of text";
  for (const auto& item : headers->items()) {
    const auto* value = item.value().get_ptr<const std::string*>();
    const bool gone = item.value().is_null();
    const HeaderFault fault = header_fault(item.key(), value ? std::string_view(*value) : std::string_view());
    if (fault == HeaderFault::name) fields.bad("headers." + item.key(), "is not a header name you may set");
    else if (!gone && (fault == HeaderFault::value || !value)) fields.bad("headers." + item.key(), kNotALine);
    else set_header(out, item.key(), value);
  }
  if (out.headers.size() <= limits::kWebhookHeadersMax) return;
  fields.bad("headers", "must have at most " + std::to_string(limits::kWebhookHeadersMax) + " entries");
}

std::uint32_t number_of(Fields& fields, const char* name, std::int64_t min, std::int64_t max, std::uint32_t kept,
                        std::uint32_t unset) {
  if (fields.removes(name)) return unset;
  return static_cast<std::uint32_t>(fields.optional_integer(name, min, max).value_or(kept));
}

// Over what is there (nullptr: nothing yet): a member that is absent stays, null makes it what it is when never set.
WebhookChoice parse_choice(Fields& fields, const UrlPolicy& policy, const WebhookConfig* before) {
  const WebhookChoice unset;
  WebhookChoice out = before ? *before : unset;
  const auto named = [&](const char* name) { return !before || fields.has(name) || fields.removes(name); };
  if (named("webhook_url")) {
    out.url = fields.text("webhook_url", limits::kWebhookUrlBytesMax);
    if (!out.url.empty() && !is_webhook_url(out.url, policy)) fields.bad("webhook_url", webhook_url_advice(policy));
    if (before && before->gone) out.enabled = true;  // was disabled by the receiver, not by who writes now
  }
  if (named("enabled_events")) out.events = parse_event_names(fields, "enabled_events");
  if (fields.removes("enabled")) out.enabled = unset.enabled;
  out.enabled = fields.optional_flag("enabled").value_or(out.enabled);
  out.retry_attempts =
      number_of(fields, "retry_attempts", 0, kWebhookRetriesMax, out.retry_attempts, unset.retry_attempts);
  out.timeout_s = number_of(fields, "timeout", 1, kWebhookTimeoutMaxS, out.timeout_s, unset.timeout_s);
  return out;
}

Answer set_webhook(DeviceCall& call) {
  Device& device = call.device;
  Fields fields(call.given);
  const UrlPolicy policy{device.config.allow_http_webhooks, device.config.allow_private_webhooks};
  const auto& before = device.webhooks.settings();
  WebhookChoice choice = parse_choice(fields, policy, before ? &*before : nullptr);
  auto secret = fields.optional_text("secret", kWebhookSecretCharsMax);
  if (fields.removes("secret")) secret.emplace();
  parse_headers(fields, choice);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  for (const std::string_view name : kSilentEvents) {
    if (!choice.events.has(*webhook_event(name))) continue;
    call.notes.warnings.push_back(std::string(name) + " does not occur yet: see GET /webhook/events");
  }
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
  Fields fields(call.given);
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
