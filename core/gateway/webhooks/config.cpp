#include "gateway/webhooks/config.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/http/fields.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr const char* kWebhookConfigRowId = "config";
// 2: the secret before a rotation; 3: a second word of events.
constexpr std::uint8_t kWebhookConfigRowVersion = 3, kWebhookConfigOldestRead = 1;
constexpr std::size_t kSecretCharsMax = 512, kRotatedSecretCharsMin = 8, kMadeSecretBytes = 24;
constexpr std::size_t kHeaderValueBytesMax = 1024;

std::optional<WebhookConfig> decode_row(const std::optional<Bytes>& row) {
  if (!row) return std::nullopt;
  RowReader in(*row, kWebhookConfigRowVersion, kWebhookConfigOldestRead);
  WebhookConfig out;
  out.id = in.text();
  out.url = in.text();
  const std::uint64_t low = in.u64();
  out.events = {low, in.version() >= 3 ? in.u64() : 0};
  out.enabled = in.flag();
  out.retry_attempts = in.u32();
  out.timeout_s = in.u32();
  out.secret = in.text();
  const std::uint32_t headers = in.u32();
  for (std::uint32_t i = 0; i < headers && in.ok(); ++i) {
    std::string name = in.text();
    out.headers.emplace_back(std::move(name), in.text());
  }
  out.created = {in.i64()};
  out.updated = {in.i64()};
  out.gone = in.flag();
  if (in.version() >= 2) {
    out.previous_secret = in.text();
    out.previous_until = {in.i64()};
  }
  if (!in.finish().ok()) return std::nullopt;
  return out;
}

bool is_token(std::string_view text) {
  if (text.empty() || text.size() > 128) return false;
  for (char c : text) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!word && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos) return false;
  }
  return true;
}

// Headers the delivery itself sets; a configuration may not replace them.
bool is_ours(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  for (const char* taken : {"host", "content-type", "content-length", "transfer-encoding", "connection", "webhook-id",
                            "webhook-timestamp", "webhook-signature", "expect", "te", "trailer", "upgrade"}) {
    if (lower == taken) return true;
  }
  return false;
}

bool is_header_value(std::string_view text) {
  if (text.size() > kHeaderValueBytesMax) return false;
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

void parse_headers(Fields& fields, WebhookConfig& out) {
  const Json* headers = fields.optional_object("headers");
  if (!headers) return;
  if (headers->size() > limits::kWebhookHeadersMax) {
    fields.bad("headers", "must have at most " + std::to_string(limits::kWebhookHeadersMax) + " entries");
    return;
  }
  for (const auto& item : headers->items()) {
    const auto* value = item.value().get_ptr<const std::string*>();
    if (!is_token(item.key()) || is_ours(item.key())) {
      fields.bad("headers." + item.key(), "is not a header name you may set");
    } else if (!value || !is_header_value(*value)) {
      fields.bad("headers." + item.key(), "must be one line of text");
    } else {
      out.headers.emplace_back(item.key(), *value);
    }
  }
}

}  // namespace

std::optional<WebhookConfig> load_webhook(const store::Txn& txn) {
  return decode_row(txn.get(store::Table::webhook, kWebhookConfigRowId));
}
std::optional<WebhookConfig> load_webhook(const store::StoreView& stored) {
  return decode_row(stored.get({store::Table::webhook, kWebhookConfigRowId}));
}

Result<void> check_webhook_row(const store::StoreView& stored) {
  return store::refuse_newer(stored.get({store::Table::webhook, kWebhookConfigRowId}), kWebhookConfigRowVersion);
}

void save_webhook(const WebhookConfig& config, store::Txn& txn) {
  RowWriter out(kWebhookConfigRowVersion);
  out.text(config.id).text(config.url).u64(config.events.low()).u64(config.events.high());
  out.flag(config.enabled).u32(config.retry_attempts).u32(config.timeout_s).text(config.secret);
  out.u32(static_cast<std::uint32_t>(config.headers.size()));
  for (const auto& [name, value] : config.headers) out.text(name).text(value);
  out.i64(config.created.ms).i64(config.updated.ms).flag(config.gone);
  out.text(config.previous_secret).i64(config.previous_until.ms);
  txn.put(store::Table::webhook, kWebhookConfigRowId, std::move(out).finish());
}

void erase_webhook(store::Txn& txn) { txn.erase(store::Table::webhook, kWebhookConfigRowId); }

std::optional<Failure> parse_webhook(const Json& body, const WebhookConfig* before, const UrlPolicy& policy,
                                     Now now, Random& random, WebhookConfig& out) {
  Fields fields(body);
  out.url = fields.text("webhook_url", limits::kWebhookUrlBytesMax);
  if (!out.url.empty() && !is_webhook_url(out.url, policy)) fields.bad("webhook_url", webhook_url_advice(policy));
  out.events = parse_event_names(fields, "enabled_events");
  out.enabled = fields.optional_flag("enabled").value_or(true);
  out.retry_attempts = static_cast<std::uint32_t>(fields.optional_integer("retry_attempts", 0, 20).value_or(3));
  out.timeout_s = static_cast<std::uint32_t>(fields.optional_integer("timeout", 1, 60).value_or(30));
  const auto secret = fields.optional_text("secret", kSecretCharsMax);
  out.secret = secret ? *secret : before ? before->secret : std::string();
  if (before && out.secret == before->secret) {  // one that is replaced here counts no longer; see rotate_secret
    out.previous_secret = before->previous_secret;
    out.previous_until = before->previous_until;
  }
  parse_headers(fields, out);
  out.id = before ? before->id : uuid_v4(random);
  out.created = before ? before->created : now.wall;
  out.updated = now.wall;
  return fields.failure();
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

std::optional<Failure> rotate_secret(const Json& body, Now now, Random& random, WebhookConfig& config, std::string& made) {
  Fields fields(body);
  auto given = fields.optional_text("secret", kSecretCharsMax, kRotatedSecretCharsMin);
  if (given && *given == config.secret) fields.bad("secret", "must differ from the present one");
  const auto overlap_s = fields.optional_integer("overlap_seconds", 0, limits::kSecretOverlapMs / 1000);
  if (auto failed = fields.failure()) return failed;
  if (!config.previous(now.wall).empty() && overlap_s != 0)
    return conflict("the secret before the last rotation still signs; wait until previous_secret_valid_until, or end it "
                    "now with overlap_seconds 0");
  if (!given) given = made = "whsec_" + base64(random.bytes(kMadeSecretBytes));
  config.previous_until = now.wall + (overlap_s ? *overlap_s * 1000 : limits::kSecretOverlapMs);
  config.previous_secret = overlap_s == 0 ? std::string() : std::move(config.secret);
  config.secret = *std::move(given);
  config.updated = now.wall;
  return std::nullopt;
}

Json show_webhook(const WebhookConfig& config, WallTime now) {
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

const char* webhook_url_advice(const UrlPolicy& policy) {
  if (policy.allow_private) return policy.allow_http ? "must be an http or https URL" : "must be an https URL";
  return policy.allow_http ? "must be an http or https URL of a public host" : "must be an https URL of a public host";
}

}  // namespace wa::gateway
