// An HTTP load on loopback: so many connections, each with one request in flight, for so long. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace wa::bench {

struct LoadResult {
  double per_second = 0;
  double p99_ms = 0;  // from the first byte of a request to the last of its answer
  std::uint64_t answers = 0, failures = 0;  // failures: not the wanted status, or a lost connection
};
// `request(n)` makes the bytes of the n-th request; an answer counts when it starts with "HTTP/1.1 <status>".
LoadResult load(std::uint16_t port, const std::function<std::string(int n)>& request, int connections, double seconds,
                int status = 200);

}  // namespace wa::bench
