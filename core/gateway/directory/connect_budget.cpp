// tested by unit/gateway/directory/users_api_test.cpp
#include "gateway/directory/connect_budget.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kBucketsMax = 10'000;

}  // namespace

std::int64_t ConnectBudgets::spend(const std::string& tenant, std::uint32_t devices, MonoTime now) {
  // A bucket counts in parts of a connection such that each millisecond adds as many as the tenant has per minute.
  const auto per_minute = static_cast<std::int64_t>(std::min(
      limits::kConnectsPerMinuteMax, limits::kConnectsPerMinuteBase + limits::kConnectsPerMinutePerDevice * devices));
  const std::int64_t full = per_minute * kMinuteMs;
  if (buckets_.size() >= kBucketsMax) {
    for (auto it = buckets_.begin(); it != buckets_.end();) it = now - it->second.at >= kMinuteMs ? buckets_.erase(it) : ++it;
  }
  Bucket& bucket = buckets_.try_emplace(tenant, Bucket{full, now}).first->second;
  const std::int64_t passed = std::clamp<std::int64_t>(now - bucket.at, 0, kMinuteMs);
  bucket.left = std::min(full, bucket.left + passed * per_minute);
  bucket.at = now;
  if (bucket.left >= kMinuteMs) {
    bucket.left -= kMinuteMs;
    return 0;
  }
  const std::int64_t wait_ms = (kMinuteMs - bucket.left + per_minute - 1) / per_minute;
  return (wait_ms + 999) / 1000;
}

}  // namespace wa::gateway
