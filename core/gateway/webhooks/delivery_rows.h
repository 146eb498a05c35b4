// One event on its way to a webhook, and one that was given up: the rows of Table::webhook_queue ("l") and
// Table::webhook_failed.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/time.h"
#include "gateway/webhooks/event_names.h"
#include "base/delivery_fault.h"

namespace wa::gateway {

struct WebhookItem {
  std::string id;               // UUID; the same over retries, restarts and replays
  EventName event = event_named("message.received");
  std::int64_t created_s = 0;
  std::uint32_t attempts = 0;
  WallTime due;
  std::int64_t since_ms = 0;    // by the queue's own clock: when it was put there, or replayed
  std::string data;             // compact JSON
};
Bytes encode(const WebhookItem&);
std::optional<WebhookItem> decode_webhook_item(ByteView row);

struct FailedDelivery {
  std::uint64_t number = 0;     // grows; not in the row but its id
  WebhookItem item;
  std::string lane;
  int status = 0;               // the last answer; 0: none
  WallTime at;                  // given up
  std::int64_t kept_at_age_ms = 0;  // failed.h: the list's own clock then
  WebhookFault fault = WebhookFault::none;
  std::uint8_t slot = 0;            // of which webhook
  std::uint64_t seq = 0;            // its place in the lane; 0: rows of before it was kept
};
Bytes encode(const FailedDelivery&);
std::optional<FailedDelivery> decode_failed_delivery(std::uint64_t number, ByteView row);

}  // namespace wa::gateway
