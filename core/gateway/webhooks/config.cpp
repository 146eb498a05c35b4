#include "gateway/webhooks/config.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

// 2: the secret before a rotation; 3: a second word of events; 4: retries by age, a filter.
constexpr std::uint8_t kWebhookConfigRowVersion = 4, kWebhookConfigOldestRead = 1;
constexpr std::uint32_t kRetriesOnceDefault = 3;  // before there were retries by age: what nobody had chosen
constexpr std::size_t kHeaderValueBytesMax = 1024;

void write_filter(const WebhookFilter& filter, RowWriter& out) {
  out.u8(filter.kinds).u8(filter.from_me ? 1 + *filter.from_me : 0);
  for (const auto* list : {&filter.include, &filter.exclude}) {
    out.u32(static_cast<std::uint32_t>(list->size()));
    for (const std::string& jid : *list) out.text(jid);
  }
}

WebhookFilter read_filter(RowReader& in) {
  WebhookFilter out;
  out.kinds = in.u8();
  if (const std::uint8_t from_me = in.u8(); from_me != 0) out.from_me = from_me == 2;
  for (auto* list : {&out.include, &out.exclude}) {
    const std::uint32_t count = in.u32();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) list->push_back(in.text());
  }
  return out;
}

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
  if (in.version() >= 4) {
    const std::uint32_t retry_for_s = in.u32();
    out.retry_for_s = retry_for_s != 0 ? std::optional(retry_for_s) : std::nullopt;
    out.filter = read_filter(in);
  } else if (out.retry_attempts != kRetriesOnceDefault) {
    out.retry_for_s.reset();
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

std::string slot_digit(WebhookSlot slot) {
  return slot == 0 ? std::string() : std::string(1, static_cast<char>('0' + slot));
}
std::string webhook_row_id(WebhookSlot slot) { return "config" + slot_digit(slot); }

std::optional<WebhookConfig> load_webhook(const store::Txn& txn, WebhookSlot slot) {
  return decode_row(txn.get(store::Table::webhook, webhook_row_id(slot)));
}
std::optional<WebhookConfig> load_webhook(const store::StoreView& stored, WebhookSlot slot) {
  return decode_row(stored.get({store::Table::webhook, webhook_row_id(slot)}));
}

Result<void> check_webhook_row(const store::StoreView& stored, WebhookSlot slot) {
  return store::refuse_newer(stored.get({store::Table::webhook, webhook_row_id(slot)}), kWebhookConfigRowVersion);
}

void save_webhook(const WebhookConfig& config, store::Txn& txn, WebhookSlot slot) {
  RowWriter out(kWebhookConfigRowVersion);
  out.text(config.id).text(config.url).u64(config.events.low()).u64(config.events.high());
  out.flag(config.enabled).u32(config.retry_attempts).u32(config.timeout_s).text(config.secret);
  out.u32(static_cast<std::uint32_t>(config.headers.size()));
  for (const auto& [name, value] : config.headers) out.text(name).text(value);
  out.i64(config.created.ms).i64(config.updated.ms).flag(config.gone);
  out.text(config.previous_secret).i64(config.previous_until.ms);
  out.u32(config.retry_for_s.value_or(0));
  write_filter(config.filter, out);
  txn.put(store::Table::webhook, webhook_row_id(slot), std::move(out).finish());
}

void erase_webhook(store::Txn& txn, WebhookSlot slot) { txn.erase(store::Table::webhook, webhook_row_id(slot)); }

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
