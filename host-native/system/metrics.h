// What the process counts, and its text for Prometheus. Names are documented by their HELP lines and are stable. No label
// takes a value from outside: how many series there are does not depend on devices, tenants or callers.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace wa::native {

using Counter = std::atomic<std::uint64_t>;
inline void count(Counter& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

struct Histogram {
  static constexpr std::array kBoundsUs{1'000, 5'000, 25'000, 100'000, 500'000, 2'500'000, 10'000'000, 60'000'000};
  std::array<Counter, kBoundsUs.size() + 1> buckets{};
  Counter sum_us{0};
  void observe(std::chrono::steady_clock::duration took);
};

// What runs on a thread that others need: how often it took longer than it may, and the longest.
struct Stretch {
  static constexpr std::chrono::milliseconds kMax{50};
  Counter stalls{0}, longest_us{0};
  void observe(std::chrono::steady_clock::duration took);
};
class Stopwatch {
 public:
  explicit Stopwatch(Stretch& stretch) : stretch_(stretch), begun_(std::chrono::steady_clock::now()) {}
  ~Stopwatch() { stretch_.observe(std::chrono::steady_clock::now() - begun_); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  Stretch& stretch_;
  std::chrono::steady_clock::time_point begun_;
};

// One of it in the process, as there is one log.
struct Counters {
  std::array<Counter, 6> http_responses{};  // by the first digit of the status
  Counter http_refused_full{0}, http_refused_address{0}, http_closed_idle{0};
  Counter http_refused_bytes{0}, auth_failed{0}, auth_limited{0};
  Histogram http_seconds;
  Stretch device_turns, directory_turns, loop_waits;
  Counter device_exceptions{0}, directory_exceptions{0}, other_exceptions{0};
  Counter dials{0}, discards{0};
  Counter webhooks_delivered{0}, webhooks_refused{0}, webhooks_unanswered{0};
  std::array<Counter, 8> webhooks_failed{};  // by reason (base/delivery_fault.h)
  Counter webhooks_queued{0}, webhooks_kept_failed{0}, webhooks_suspended{0};  // now, over all devices
  Counter webhooks_dropped{0}, webhooks_given_up{0}, webhooks_missed{0}, webhooks_forgotten{0};
  Counter commits_good{0}, commits_failed{0};
  Histogram commit_seconds;
  std::array<Counter, 4> log_lines{};  // by level
};
Counters& counters();

// What is looked up when somebody asks.
struct Gauges {
  bool ready = false, draining = false;
  std::size_t http_connections = 0, open_requests = 0, http_bytes_held = 0, http_bytes_peak = 0;
  std::size_t devices_connected = 0, devices_offline = 0, devices_unpaired = 0;
};
std::string metrics_text(const Gauges& gauges);

}  // namespace wa::native
