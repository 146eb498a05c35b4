// The configuration of a webhook: a row each, and the rules of its values. The secret is never shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/egress.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "gateway/webhooks/filter.h"
#include "store/store.h"

namespace wa::gateway {

// Which of a device's webhooks: 0 is the published one, all below kWebhooksMax. Its rows have its digit in their ids.
using WebhookSlot = std::uint8_t;
std::string slot_digit(WebhookSlot);      // "" of the first
std::string webhook_row_id(WebhookSlot);
// The id of a delivery names its webhook; a test is none of the queue.
inline constexpr std::uint64_t kTestDelivery = std::uint64_t{1} << 55;
constexpr std::uint64_t delivery_of(WebhookSlot slot, std::uint64_t number) {
  return std::uint64_t{slot} << 56 | number;
}
constexpr WebhookSlot slot_of(std::uint64_t delivery) { return static_cast<WebhookSlot>(delivery >> 56); }

inline constexpr std::uint32_t kRetryForDefaultS = 86'400, kRetryForMaxS = 604'800;

// What somebody chooses as a whole.
struct WebhookChoice {
  std::string url;                     // is_webhook_url() (base/egress.h)
  EventMask events;
  bool enabled = true;
  std::uint32_t retry_attempts = 3;    // counts where there is no retry_for_s
  std::optional<std::uint32_t> retry_for_s = kRetryForDefaultS;  // how old an event may get
  std::uint32_t timeout_s = 30;
  std::vector<std::pair<std::string, std::string>> headers;  // at most kWebhookHeadersMax, without fault
  WebhookFilter filter;
};

struct WebhookConfig : WebhookChoice {
  std::string id;                      // UUID; kept over updates
  std::string secret;
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

std::optional<WebhookConfig> load_webhook(const store::Txn&, WebhookSlot = 0);
std::optional<WebhookConfig> load_webhook(const store::StoreView&, WebhookSlot = 0);
// corrupt_store: the row is of a newer version.
Result<void> check_webhook_row(const store::StoreView&, WebhookSlot = 0);
void save_webhook(const WebhookConfig&, store::Txn&, WebhookSlot = 0);
void erase_webhook(store::Txn&, WebhookSlot = 0);

inline constexpr std::size_t kWebhookSecretCharsMax = 512, kRotatedSecretCharsMin = 8;
inline constexpr std::uint32_t kWebhookRetriesMax = 20, kWebhookTimeoutMaxS = 60;

// The choice over what is there now (nullptr: nothing): only id and creation time stay, and the secret unless one is
// given ("" removes it).
WebhookConfig configured(WebhookChoice, const std::optional<std::string>& secret, const WebhookConfig* before,
                         WallTime now, Random&);

enum class HeaderFault : std::uint8_t {
  none,
  name,   // no token, or one that the delivery itself sets
  value,  // not one line, or too long
};
HeaderFault header_fault(std::string_view name, std::string_view value);

}  // namespace wa::gateway
