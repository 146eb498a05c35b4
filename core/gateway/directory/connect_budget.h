// How many connections each tenant may ask for in a minute: a bucket per tenant that refills evenly. Volatile, bounded:
// buckets that are full again are forgotten.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.h"

namespace wa::gateway {

class ConnectBudgets {
 public:
  // 0: granted. Else the seconds until one more will be.
  std::int64_t spend(const std::string& tenant, std::uint32_t devices, MonoTime now);

 private:
  struct Bucket { std::int64_t left = 0; MonoTime at; };
  std::map<std::string, Bucket> buckets_;
};

}  // namespace wa::gateway
