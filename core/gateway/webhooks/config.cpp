#include "gateway/webhooks/config.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr const char* kWebhookConfigRowId = "config";
// 2: the secret before a rotation; 3: a second word of events.
constexpr std::uint8_t kWebhookConfigRowVersion = 3, kWebhookConfigOldestRead = 1;
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

WebhookConfig configured(WebhookChoice choice, const std::optional<std::string>& secret, const WebhookConfig* before,
                         WallTime now, Random& random) {
  WebhookConfig out;
  static_cast<WebhookChoice&>(out) = std::move(choice);
  out.secret = secret ? *secret : before ? before->secret : std::string();
  if (before && out.secret == before->secret) {  // one that is replaced, not rotated, counts no longer
    out.previous_secret = before->previous_secret;
    out.previous_until = before->previous_until;
  }
  out.id = before ? before->id : uuid_v4(random);
  out.created = before ? before->created : now;
  out.updated = now;
  return out;
}

HeaderFault header_fault(std::string_view name, std::string_view value) {
  if (!is_token(name) || is_ours(name)) return HeaderFault::name;
  return is_header_value(value) ? HeaderFault::none : HeaderFault::value;
}

}  // namespace wa::gateway
