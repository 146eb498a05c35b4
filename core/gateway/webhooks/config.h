// The webhook configuration of a device: one row, and its API form. The secret is never shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/egress.h"
#include "base/random.h"
#include "base/result.h"
#include "gateway/http/fields.h"
#include "gateway/webhooks/event_names.h"
#include "store/store.h"

namespace wa::gateway {

struct WebhookConfig {
  std::string id;                      // UUID; kept over updates
  std::string url;
  EventMask events;
  bool enabled = true;
  std::uint32_t retry_attempts = 3;
  std::uint32_t timeout_s = 30;
  std::string secret;
  std::vector<std::pair<std::string, std::string>> headers;
  WallTime created, updated;
  bool gone = false;                   // the receiver answered 410: disabled until configured again
  std::string previous_secret;         // after a rotation, until previous_until
  WallTime previous_until;

  // The secret before the last rotation while it still counts, else empty.
  std::string_view previous(WallTime now) const {
    return now < previous_until ? std::string_view(previous_secret) : std::string_view();
  }
  bool wants(EventName event) const { return enabled && events.has(event); }
};

std::optional<WebhookConfig> load_webhook(const store::Txn&);
std::optional<WebhookConfig> load_webhook(const store::StoreView&);
// corrupt_store: the row is of a newer version.
Result<void> check_webhook_row(const store::StoreView&);
void save_webhook(const WebhookConfig&, store::Txn&);
void erase_webhook(store::Txn&);

// The body of POST /webhook over what is there now (nullptr: nothing). Absent optional members take their defaults: the
// call replaces the configuration; only id and creation time stay, and the secret unless one is given ("" removes it).
std::optional<Failure> parse_webhook(const Json& body, const WebhookConfig* before, const UrlPolicy& policy,
                                     Now now, Random& random, WebhookConfig& out);
// An array of event names; notes each that is unknown.
EventMask parse_event_names(Fields& fields, const char* name);
Json show_webhook(const WebhookConfig&, WallTime now);
// The body of POST /webhook/secret/rotate. `made` is the secret when none was given: shown once.
std::optional<Failure> rotate_secret(const Json& body, Now now, Random& random, WebhookConfig& config, std::string& made);

// What is said of a URL that is_webhook_url refuses: the same for every reason, so that it tells nothing about the inside.
const char* webhook_url_advice(const UrlPolicy& policy);

}  // namespace wa::gateway
