// tested by unit/gateway/webhooks/queue_test.cpp
#include "gateway/config.h"

#include <algorithm>

namespace wa::gateway {

void Config::share_queues(std::uint64_t bytes) {
  using namespace limits;
  constexpr std::uint64_t kWhole = kOutboxBytesMax + kWebhookQueueBytesMax + kWebhookFailedBytesMax;
  bytes = std::min(bytes, kWhole);
  const auto part = [&](std::uint64_t most, std::uint64_t least) { return std::max(least, most * bytes / kWhole); };
  client.outbox_bytes_max = part(kOutboxBytesMax, kMessageBytesMax);
  webhook_bytes_max = part(kWebhookQueueBytesMax, 2 * kWebhookEventBytesMax);
  webhook_failed_bytes_max = part(kWebhookFailedBytesMax, 2 * kWebhookEventBytesMax);
}

}  // namespace wa::gateway
