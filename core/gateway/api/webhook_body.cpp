// tested by unit/gateway/webhooks/config_test.cpp, unit/gateway/api/webhooks_test.cpp
// A webhook in a body and in an answer: what may be chosen, and how it is shown with how it does.
#include <algorithm>

#include "base/encoding.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/webhook_fields.h"

namespace wa::gateway {
namespace {

constexpr const char* kMaskedValue = "***";  // of headers, which may hold credentials

Json list_of(const std::vector<std::string>& texts) {
  Json out = Json::array();
  for (const std::string& text : texts) out.push_back(text);
  return out;
}

Json show_filter(const WebhookFilter& filter) {
  Json kinds = Json::array();
  for (std::size_t kind = 0; kind < std::size(kChatKinds); ++kind) {
    if (filter.kinds >> kind & 1) kinds.push_back(std::string(kChatKinds[kind]));
  }
  Json out = object({{"chats", object({{"kinds", std::move(kinds)}, {"include", list_of(filter.include)},
                                       {"exclude", list_of(filter.exclude)}})},
                     {"from_me", nullptr}});
  if (filter.from_me) put(out, {"from_me", *filter.from_me});
  return out;
}

Json show_time(const std::optional<WallTime>& time) { return time ? Json(rfc3339(*time)) : Json(); }

// How it does: additions to what is published.
void put_health(Json& out, const WebhookQueue& queue, const WebhookFailures& failures, const store::Txn& txn) {
  const WebhookCounters& counters = queue.counters();
  const WebhookHealth& health = queue.health();
  put(out, {"queued", counters.queued});
  put(out, {"oldest_at", show_time(queue.oldest(txn))});
  put(out, {"last_success_at", show_time(health.last_success)});
  put(out, {"last_error", nullptr});
  if (health.failed_at) {
    Json error = show_fault(health.fault, health.status);
    put(error, {"at", rfc3339(*health.failed_at)});
    put(out, {"last_error", std::move(error)});
  }
  put(out, {"suspended", queue.suspended()});
  put(out, {"dropped", counters.dropped});
  put(out, {"given_up", counters.given_up});
  put(out, {"missed_while_disabled", counters.missed});
  put(out, {"failed", failures.counters().kept_of[queue.slot()]});
  put(out, {"failed_forgotten", failures.counters().forgotten});
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

// A name of each, each once.
std::uint8_t parse_kinds(Fields& fields) {
  std::uint8_t out = 0;
  const auto names = fields.texts("kinds", false, std::size(kChatKinds));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* found = std::find(std::begin(kChatKinds), std::end(kChatKinds), names[i]);
    if (found == std::end(kChatKinds)) fields.bad(place_in("kinds", i), "must be direct, group, status or newsletter");
    else out = static_cast<std::uint8_t>(out | 1u << (found - std::begin(kChatKinds)));
  }
  return out;
}

// What messages can be in: beside people and groups, the status and newsletters.
std::optional<wire::Jid> filtered_chat(const std::string& text) {
  if (auto chat = parse_chat(text)) return chat;
  const auto jid = wire::parse_jid(text);
  return jid && (jid->server == wire::Server::newsletter || text == "status@broadcast") ? jid : std::nullopt;
}

std::vector<std::string> parse_jids(Fields& fields, const char* name) {
  std::vector<std::string> out;
  const auto texts = fields.texts(name, false, limits::kWebhookFilterJidsMax);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto chat = filtered_chat(texts[i]);
    if (!chat) fields.bad_jid(place_in(name, i), texts[i]);
    else out.push_back(chat->text());
  }
  return out;
}

void refuse_others(Fields& fields, const Json& given, std::initializer_list<std::string_view> known) {
  for (const auto& item : given.items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) fields.bad(item.key(), "is not known here");
  }
}

void parse_chats(Fields& outer, WebhookFilter& out) {
  if (outer.removes("chats")) out.kinds = 0, out.include.clear(), out.exclude.clear();
  const Json* chats = outer.optional_object("chats");
  if (!chats) return;
  Fields fields(*chats);
  const auto named = [&](const char* name) { return fields.has(name) || fields.removes(name); };
  if (named("kinds")) out.kinds = parse_kinds(fields);
  if (named("include")) out.include = parse_jids(fields, "include");
  if (named("exclude")) out.exclude = parse_jids(fields, "exclude");
  refuse_others(fields, *chats, {"kinds", "include", "exclude"});
  outer.take(fields, "chats.");
}

// Beside the other members, or together in `filters`.
void parse_filter(Fields& fields, WebhookFilter& out) {
  parse_chats(fields, out);
  if (fields.removes("from_me")) out.from_me.reset();
  if (const auto from_me = fields.optional_flag("from_me")) out.from_me = from_me;
}

void parse_filters(Fields& fields, WebhookFilter& out) {
  parse_filter(fields, out);
  if (fields.removes("filters")) out = {};
  const Json* filters = fields.optional_object("filters");
  if (!filters) return;
  Fields inner(*filters);
  parse_filter(inner, out);
  refuse_others(inner, *filters, {"chats", "from_me"});
  fields.take(inner, "filters.");
}

// Attempts count when they are chosen, else age does; retry_for_seconds decides where both are given.
void parse_retries(Fields& fields, WebhookChoice& out) {
  const WebhookChoice unset;
  if (fields.removes("retry_attempts")) {
    out.retry_attempts = unset.retry_attempts;
    out.retry_for_s = unset.retry_for_s;
  }
  if (const auto attempts = fields.optional_integer("retry_attempts", 0, kWebhookRetriesMax)) {
    out.retry_attempts = static_cast<std::uint32_t>(*attempts);
    out.retry_for_s.reset();
  }
  if (fields.removes("retry_for_seconds") && !fields.has("retry_attempts")) out.retry_for_s = unset.retry_for_s;
  if (const auto seconds = fields.optional_integer("retry_for_seconds", 1, kRetryForMaxS))
    out.retry_for_s = static_cast<std::uint32_t>(*seconds);
}

// Over what is there (nullptr: nothing yet): a member that is absent stays, null makes it what it is when never set.
WebhookChoice parse_choice(Fields& fields, const UrlPolicy& policy, const WebhookConfig* before) {
  const WebhookChoice unset;
  WebhookChoice out = before ? *before : unset;
  const auto named = [&](const char* name) { return !before || fields.has(name) || fields.removes(name); };
  if (named("webhook_url")) {
    out.url = parse_webhook_url(fields, policy, fields.text("webhook_url", limits::kWebhookUrlBytesMax));
    if (before && before->gone) out.enabled = true;  // was disabled by the receiver, not by who writes now
  }
  if (named("enabled_events")) out.events = parse_event_names(fields, "enabled_events");
  if (fields.removes("enabled")) out.enabled = unset.enabled;
  out.enabled = fields.optional_flag("enabled").value_or(out.enabled);
  parse_retries(fields, out);
  if (fields.removes("timeout")) out.timeout_s = unset.timeout_s;
  const auto timeout_s = fields.optional_integer("timeout", 1, kWebhookTimeoutMaxS);
  out.timeout_s = static_cast<std::uint32_t>(timeout_s.value_or(out.timeout_s));
  parse_filters(fields, out.filter);
  return out;
}

}  // namespace

Json show_fault(WebhookFault fault, int status) {
  Json out = object({{"reason", fault_name(fault)}, {"status", nullptr}, {"message", fault_advice(fault)}});
  if (status != 0) put(out, {"status", status});
  return out;
}

Json show_webhook(const WebhookQueue& queue, const DeviceCall& call) {
  const WebhookConfig& config = *queue.settings();
  const WallTime now = call.turn.now.wall;
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
                     {"updated_at", rfc3339(config.updated)},
                     {"retry_for_seconds", nullptr},
                     {"filters", show_filter(config.filter)}});
  if (config.retry_for_s) put(out, {"retry_for_seconds", *config.retry_for_s});
  if (!config.previous(now).empty()) put(out, {"previous_secret_valid_until", rfc3339(config.previous_until)});
  if (config.gone) put(out, {"disabled_reason", "the receiver answered 410 Gone"});
  put_health(out, queue, call.device.webhooks.failures(), call.turn.txn);
  return out;
}

WebhookBody parse_webhook(Fields& fields, const Config& config, const WebhookConfig* before) {
  const UrlPolicy policy{config.allow_http_webhooks, config.allow_private_webhooks, config.allowed_webhooks};
  WebhookBody out;
  out.choice = parse_choice(fields, policy, before);
  out.secret = fields.optional_text("secret", kWebhookSecretCharsMax);
  if (fields.removes("secret")) out.secret.emplace();
  parse_headers(fields, out.choice);
  return out;
}

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

std::string parse_webhook_url(Fields& fields, const UrlPolicy& policy, std::string url) {
  const UrlFault fault = url.empty() ? UrlFault::none : webhook_url_fault(url, policy);
  if (fault != UrlFault::none) fields.bad("webhook_url", webhook_url_advice(fault, policy));
  return url;
}

const char* webhook_url_advice(UrlFault fault, const UrlPolicy& policy) {
  switch (fault) {
    case UrlFault::none: break;
    case UrlFault::too_long: return "is too long";
    case UrlFault::characters: return "holds a space, a fragment (#) or a character that must be percent-encoded";
    case UrlFault::scheme:
      return policy.allow_http ? "must begin with https:// or http://" : "must begin with https://";
    case UrlFault::credentials:
      return "must not hold a user name or password: give them in `headers`, as Authorization";
    case UrlFault::host: return "must name a host: a name, an IPv4 address of four decimal numbers, or [IPv6]";
    case UrlFault::private_host:
      return "must be of a public host; the operator of this server may allow a private one with --webhook-allow "
             "HOST or CIDR";
    case UrlFault::port: return "has a port that belongs to another protocol";
  }
  return "";
}

const char* fault_advice(WebhookFault fault) {
  switch (fault) {
    case WebhookFault::none: return "delivered";
    case WebhookFault::refused: return "nobody listens at this host and port, or a firewall refuses";
    case WebhookFault::dns: return "the host's name has no address here";
    case WebhookFault::tls:
      return "the TLS handshake failed: see the certificate, its names and who signed it (--webhook-ca)";
    case WebhookFault::timeout: return "there was no whole answer within the webhook's timeout";
    case WebhookFault::address_not_allowed:
      return "the host's address is not a public one; the operator may allow it with --webhook-allow";
    case WebhookFault::status: return "the receiver answered, but not with 2xx";
    case WebhookFault::closed: break;
  }
  return "the connection ended without an HTTP answer";
}

}  // namespace wa::gateway
