// What an operator may set about a device, beside its protocol side.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/egress.h"
#include "base/limits.h"
#include "client/config.h"

namespace wa::gateway {

// PNG of a QR code; making one needs libraries that core does not link. Empty on failure.
using QrPng = Bytes (*)(std::string_view text);

struct Config {
  client::Config client;
  std::string device_id, user_id;   // for the webhook envelope
  std::int64_t reject_ack_ms = 5'000;
  bool allow_http_webhooks = true;  // plain http:// webhook URLs
  bool allow_private_webhooks = false;  // webhook URLs of loopback and private networks (egress.h)
  const AllowedHosts* allowed_webhooks = nullptr;  // and of these hosts; lives longer than the machine
  QrPng qr_png = nullptr;           // nullptr: GET /qr answers without `image`
  std::uint64_t webhook_bytes_max = limits::kWebhookQueueBytesMax;          // of events that wait, and
  std::uint64_t webhook_failed_bytes_max = limits::kWebhookFailedBytesMax;  // of those kept for a replay

  // Gives the queues of this device (outbox, webhooks, failed webhooks) `bytes` together: never more than limits.h says,
  // never less than the largest event and the longest message need.
  void share_queues(std::uint64_t bytes);
};

}  // namespace wa::gateway
