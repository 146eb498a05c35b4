#include "system/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <utility>

#include "system/os_clock.h"

namespace wa::native {
namespace {

const auto kStarted = std::chrono::system_clock::now();

std::string seconds_text(std::uint64_t microseconds) {
  std::string fraction = std::to_string(microseconds % 1'000'000);
  return std::to_string(microseconds / 1'000'000) + "." + std::string(6 - fraction.size(), '0') + fraction;
}

class Text {
 public:
  void family(const char* name, const char* type, const char* help) {
    name_ = name;
    out_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void sample(const std::string& labels, const std::string& value, const char* suffix = "") {
    out_ += name_ + suffix + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
  }
  void one(const char* name, const char* type, const char* help, std::uint64_t value) {
    family(name, type, help);
    sample("", std::to_string(value));
  }
  void by(const char* name, const char* type, const char* help, const char* label,
          std::initializer_list<std::pair<const char*, std::uint64_t>> values) {
    family(name, type, help);
    for (const auto& [value, number] : values)
      sample(std::string(label) + "=\"" + value + "\"", std::to_string(number));
  }
  void by_seconds(const char* name, const char* type, const char* help, const char* label,
                  std::initializer_list<std::pair<const char*, std::uint64_t>> values) {
    family(name, type, help);
    for (const auto& [value, us] : values) sample(std::string(label) + "=\"" + value + "\"", seconds_text(us));
  }
  void histogram(const char* name, const char* help, const Histogram& histogram) {
    family(name, "histogram", help);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
      total += histogram.buckets[i];
      const bool last = i == Histogram::kBoundsUs.size();
      sample("le=\"" + (last ? "+Inf" : seconds_text(static_cast<std::uint64_t>(Histogram::kBoundsUs[i]))) + "\"",
             std::to_string(total), "_bucket");
    }
    sample("", seconds_text(histogram.sum_us), "_sum");
    sample("", std::to_string(total), "_count");
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_, name_;
};

std::uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t open_files() {
  std::error_code failed;
  std::uint64_t out = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failed), end; !failed && at != end; at.increment(failed))
    ++out;
  return out;
}

void add_process(Text& text) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto cpu_us = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
  };
  text.family("process_cpu_seconds_total", "counter", "User and system time spent.");
  text.sample("", seconds_text(cpu_us(used.ru_utime) + cpu_us(used.ru_stime)));
  text.one("process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  text.one("process_open_fds", "gauge", "Open file descriptors.", open_files());
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  text.one("process_max_fds", "gauge", "File descriptors that may be open.", files.rlim_cur);
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(kStarted.time_since_epoch()).count();
  text.family("process_start_time_seconds", "gauge", "When the process started, Unix time.");
  text.sample("", seconds_text(static_cast<std::uint64_t>(since)));
}

void add_webhooks(Text& text, const Counters& c) {
  text.by("wuts_webhook_posts_total", "counter", "Webhook deliveries by outcome.", "outcome",
          {{"delivered", c.webhooks_delivered}, {"refused", c.webhooks_refused},
           {"unanswered", c.webhooks_unanswered}});
  text.by("wuts_webhook_post_failures_total", "counter", "Webhook deliveries that failed, and why.", "reason",
          {{"refused", c.webhooks_failed[1]}, {"dns", c.webhooks_failed[2]}, {"tls", c.webhooks_failed[3]},
           {"timeout", c.webhooks_failed[4]}, {"closed", c.webhooks_failed[5]},
           {"address_not_allowed", c.webhooks_failed[6]}, {"status", c.webhooks_failed[7]}});
  text.one("wuts_webhook_events_queued", "gauge", "Events that wait for their webhook, over all devices.",
           c.webhooks_queued);
  text.one("wuts_webhook_events_failed", "gauge", "Events that were given up and are kept for a replay.",
           c.webhooks_kept_failed);
  text.one("wuts_webhooks_suspended", "gauge", "Webhooks whose receiver does not answer: one post at a time.",
           c.webhooks_suspended);
  text.by("wuts_webhook_events_lost_total", "counter",
          "Events that left without having been delivered: the queue was full, retries were used up (kept for a "
          "replay), the webhook was disabled, the list of failed ones was full or they were old.", "reason",
          {{"dropped", c.webhooks_dropped}, {"given_up", c.webhooks_given_up}, {"disabled", c.webhooks_missed},
           {"forgotten", c.webhooks_forgotten}});
}

}  // namespace

void Histogram::observe(std::chrono::steady_clock::duration took) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  std::size_t at = 0;
  while (at < kBoundsUs.size() && us > kBoundsUs[at]) ++at;
  count(buckets[at]);
  sum_us.fetch_add(static_cast<std::uint64_t>(us), std::memory_order_relaxed);
}

void Stretch::observe(std::chrono::steady_clock::duration took) {
  const auto us = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  if (took > kMax) count(stalls);
  for (std::uint64_t before = longest_us; before < us && !longest_us.compare_exchange_weak(before, us);) {
  }
}

Counters& counters() {
  static Counters all;
  return all;
}

std::string metrics_text(const Gauges& gauges) {
  const Counters& c = counters();
  Text text;
  text.family("wuts_build_info", "gauge", "Always 1; the version is its label.");
  text.sample("version=\"" WUTS_VERSION "\"", "1");
  text.one("wuts_ready", "gauge", "1 when /readyz says 200.", gauges.ready ? 1 : 0);
  text.one("wuts_draining", "gauge", "1 once the server was asked to stop.", gauges.draining ? 1 : 0);
  text.by("wuts_devices", "gauge", "Devices by state.", "state",
          {{"connected", gauges.devices_connected}, {"offline", gauges.devices_offline},
           {"unpaired", gauges.devices_unpaired}});
  text.one("wuts_http_connections", "gauge", "Open connections to the API.", gauges.http_connections);
  text.one("wuts_http_requests_open", "gauge", "Requests that wait for a machine's answer.", gauges.open_requests);
  text.by("wuts_http_responses_total", "counter", "Responses of the API by class of status.", "class",
          {{"2xx", c.http_responses[2]}, {"3xx", c.http_responses[3]}, {"4xx", c.http_responses[4]},
           {"5xx", c.http_responses[5]}});
  text.by("wuts_http_connections_refused_total", "counter", "Connections closed at once, and why.", "reason",
          {{"full", c.http_refused_full}, {"address", c.http_refused_address}});
  text.one("wuts_http_connections_evicted_total", "counter",
           "Connections closed to make room for new ones: idle, or with half of a first head.", c.http_closed_idle);
  text.one("wuts_http_bytes_held", "gauge", "Bytes that bodies being read and answers being written hold.",
           gauges.http_bytes_held);
  text.one("wuts_http_bytes_held_max", "gauge", "The most of them so far.", gauges.http_bytes_peak);
  text.one("wuts_http_bytes_refused_total", "counter", "Requests and answers for which there was no memory left to lend.",
           c.http_refused_bytes);
  text.by("wuts_http_authentication_failures_total", "counter", "Requests with an unknown token, by what they were told.",
          "outcome", {{"unknown", c.auth_failed}, {"limited", c.auth_limited}});
  text.histogram("wuts_http_request_seconds", "From the last byte of a request to its answer.", c.http_seconds);
  text.by("wuts_stalls_total", "counter",
          "Stretches of more than 50 ms: turns of devices and of the directory, waits of what is due for a free thread.", "of",
          {{"device", c.device_turns.stalls}, {"directory", c.directory_turns.stalls}, {"loop", c.loop_waits.stalls}});
  text.by_seconds("wuts_longest_seconds", "gauge", "The longest of these stretches since the process started.", "of",
                  {{"device", c.device_turns.longest_us}, {"directory", c.directory_turns.longest_us},
                   {"loop", c.loop_waits.longest_us}});
  text.by("wuts_exceptions_total", "counter",
          "Exceptions that ended one step: its device or the directory was opened again, or one request failed.", "of",
          {{"device", c.device_exceptions}, {"directory", c.directory_exceptions}, {"other", c.other_exceptions}});
  text.one("wuts_service_dials_total", "counter", "Connections to the service that were begun.", c.dials);
  text.one("wuts_device_discards_total", "counter", "Machines forgotten and opened again after a failed commit or read.",
           c.discards);
  add_webhooks(text, c);
  text.by("wuts_store_commits_total", "counter", "Transactions of the database by outcome.", "outcome",
          {{"good", c.commits_good}, {"failed", c.commits_failed}});
  text.histogram("wuts_store_commit_seconds", "How long transactions took, with the sync to disk.", c.commit_seconds);
  text.by("wuts_log_lines_total", "counter", "Log lines written by level.", "level",
          {{"debug", c.log_lines[0]}, {"info", c.log_lines[1]}, {"warning", c.log_lines[2]}, {"error", c.log_lines[3]}});
  add_process(text);
  return text.take();
}

}  // namespace wa::native
