// What the product costs, end to end: idle memory per device, start and reconnect times, requests per second.
//   host_bench [idle] [reconnect] [reject] [rude] [walls]      all of them without arguments
//   host_bench silent    a part of walls: webhooks beside receivers that never answer
//   host_bench away      only by name: a receiver that is really away for 30 seconds
// Prints one table row and one JSON line each. The server runs as a process of its own; the simulated network is here.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "bench/fleet.h"
#include "bench/http_load.h"
#include "bench/webhook_bench.h"
#include "gateway/http/json.h"
#include "gateway/routes.h"
#include "native/http/rude_peers.h"
#include "native/server_process.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"
#include "net/http_client.h"
#include "server/server.h"
#include "sim/sim_host.h"
#include "sim/world/paired_rows.h"

using namespace wa;
using namespace wa::native;
using bench::Fleet;
using bench::report;
using bench::seconds_since;
using native_test::ServerProcess;
using native_test::TemporaryDirectory;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

// Waits until the resident size stands still.
std::size_t settled_bytes(const ServerProcess& server) {
  std::size_t last = 0;
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const std::size_t now = server.resident_bytes();
    if (i > 2 && now <= last + 256 * 1024) return now;
    last = now;
  }
  return last;
}

void bench_idle() {
  constexpr int kFew = 1000, kMany = 5000;
  std::size_t bytes[2] = {};
  bool all = true;
  for (const int devices : {kFew, kMany}) {
    Fleet fleet(devices);
    const auto server = fleet.start();
    all = fleet.wait_online(180) && all;
    bytes[devices == kMany] = settled_bytes(*server);
    if (!all) std::cout << "only " << fleet.online() << " of " << devices << " came online\n";
  }
  const double slope = (static_cast<double>(bytes[1]) - static_cast<double>(bytes[0])) / (kMany - kFew) / 1024;
  report("idle connected device, resident", slope, "KiB", "<= 64", all && slope <= 64,
         {{"rss_1000_mib", static_cast<double>(bytes[0]) / 1048576},
          {"rss_5000_mib", static_cast<double>(bytes[1]) / 1048576}});
}

void bench_reconnect() {
  {
    Fleet fleet(1);
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
      const auto start = steady_clock::now();
      const auto server = fleet.start();
      if (fleet.wait_online(20)) best = std::min(best, seconds_since(start) * 1000);
    }
    report("first reconnect after process start", best, "ms", "<= 100", best <= 100);
  }
  Fleet fleet(1000);
  const auto start = steady_clock::now();
  const auto server = fleet.start();
  const bool all = fleet.wait_online(120);
  const double took = seconds_since(start);
  report("1,000 paired devices reconnect", took, "s", "<= 20", all && took <= 20, {{"online", fleet.online()}});
}

std::string post(const std::string& path, const std::string& token, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void bench_reject() {
  constexpr int kInFlight = 64;
  constexpr double kSeconds = 4;
  Fleet fleet(1);
  const auto server = fleet.start();
  if (!fleet.wait_online(20)) std::cout << "the device did not come online\n";
  const std::string bare_request = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const auto reject = [&](int n) {
    return post("/calls/reject", fleet.token(),
                "{\"call_id\":\"CAFE" + std::to_string(n) + "\",\"from\":\"5511988888888@s.whatsapp.net\"}");
  };
  bench::load(server->port(), [&](int) { return bare_request; }, kInFlight, 1);
  const auto bare = bench::load(server->port(), [&](int) { return bare_request; }, kInFlight, kSeconds);
  const double cpu_before = server->cpu_seconds();
  const auto real = bench::load(server->port(), reject, kInFlight, kSeconds);
  const double cpu = server->cpu_seconds() - cpu_before;
  // The same call again and again: known to be over, so nothing is sent and nothing stored.
  const auto over = bench::load(server->port(), [&](int) { return reject(0); }, kInFlight, kSeconds);
  report("bare handler, 64 in flight", bare.per_second, "req/s", "", bare.failures == 0);
  report("POST /calls/reject, 64 in flight, call is over", over.per_second, "req/s", ">= half of bare",
         over.failures == 0 && over.per_second * 2 >= bare.per_second, {{"ratio", over.per_second / bare.per_second}});
  // Each of these waits for two commits and for the service's acknowledgement.
  report("POST /calls/reject, 64 in flight, confirmed", real.per_second, "req/s", ">= half of bare",
         real.failures == 0 && real.per_second * 2 >= bare.per_second,
         {{"ratio", real.per_second / bare.per_second},
          {"failures", real.failures},
          {"server_cpu_us_each", cpu * 1e6 / static_cast<double>(std::max<std::uint64_t>(1, real.answers))}});
}

// What a polite client waits beside 10,000 idle connections, 200 that send a byte at a time, 8 floods and 4 bodies of 1 GiB.
void bench_rude() {
  constexpr int kPolite = 8;
  constexpr double kSeconds = 1.5;
  constexpr int kRounds = 4;
  TemporaryDirectory directory;
  const ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  std::ifstream file(directory.path() / "data" / "master-token");
  std::string token;
  file >> token;
  const std::string polite = "GET /tenants HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
  const auto measure = [&] { return bench::load(server.port(), [&](int) { return polite; }, kPolite, kSeconds); };
  const auto beside = [&](const char* name, native_test::RudePeers::Counts counts) {
    // In turn, the best of each: what else the machine does only adds.
    bench::LoadResult quiet, attacked;
    std::uint64_t failures = 0;
    int idle_closed = 0;
    const auto better = [](bench::LoadResult& best, const bench::LoadResult& one) {
      if (best.answers == 0 || one.p99_ms < best.p99_ms) best = one;
    };
    for (int i = 0; i < kRounds; ++i) {
      better(quiet, measure());
      const native_test::RudePeers peers(server.port(), counts);
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      const auto one = measure();
      failures += one.failures;
      idle_closed += peers.idle_closed();
      better(attacked, one);
    }
    const double ratio = attacked.p99_ms / quiet.p99_ms;
    report(name, ratio, "x quiet", "<= 2", failures == 0 && ratio <= 2,
           {{"quiet_p99_ms", quiet.p99_ms}, {"p99_ms", attacked.p99_ms}, {"quiet_per_second", quiet.per_second},
            {"per_second", attacked.per_second}, {"failures", failures}, {"idle_closed", idle_closed},
            {"rss_mib", static_cast<double>(server.resident_bytes()) / 1048576}});
  };
  measure();
  beside("p99 beside 10,000 idle connections", {10'000, 0, 0, 0, 10});
  beside("p99 beside 200 that send a byte at a time", {0, 200, 0, 0, 1});
  beside("p99 beside 8 pipelined floods", {0, 0, 8, 0, 1});
  beside("p99 beside 4 bodies of 1 GiB", {0, 0, 0, 4, 1});
  beside("p99 beside all of these", {10'000, 200, 8, 4, 10});
}

// The worst bodies there are, for every route that reads one.
std::vector<std::string> worst_requests(const std::string& token) {
  constexpr std::size_t kFull = (1u << 20) - 64;
  std::string members = "{\"k\":0", list = "{\"allow\":[\"x\"", people = "{\"mentions\":{\"specificUsers\":[{}";
  for (int i = 0; members.size() < kFull; ++i) members += ",\"k" + std::to_string(i) + "\":0";
  for (int i = 0; i < 19'000; ++i) list += ",\"x\"";
  for (int i = 1; i < 2048; ++i) people += ",{\"jid\":\"" + std::to_string(5511900000000 + i) + "\",\"position\":[0,0]}";
  const std::string bodies[] = {members + "}", list + "]}", people + "]},\"text\":\"" + std::string(4096, 'x') + "\"}",
                                "{\"text\":\"" + std::string(kFull, 'x') + "\"}", std::string(kFull, '[')};
  std::vector<std::string> out;
  for (const std::string& body : bodies)
    for (const gateway::Endpoint& route : gateway::routes()) {
      if (route.body == gateway::BodyRule::none) continue;
      std::string target = route.pattern;
      for (std::size_t at; (at = target.find('{')) != std::string::npos;)
        target.replace(at, target.find('}') - at + 1, "5511988888888");
      std::string request = post(target, token, body);
      out.push_back(request.replace(0, 4, route.method));
    }
  return out;
}

// What one tenant waits while another sends the worst bodies to every route.
void bench_walls() {
  constexpr int kCallers = 4, kAttackers = 4, kRounds = 3;
  constexpr double kSeconds = 3;
  TemporaryDirectory directory;
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  std::string master;
  std::ifstream(directory.path() / "data" / "master-token") >> master;
  const auto tenant = [&](const std::string& name) {
    const HttpClient operator_(*parse_url(server.base_url()), master);
    const json asked{{"tenant_name", name}, {"email", name + "@example.org"}, {"password", "long-password"}, {"role", "admin"}};
    const std::string token = json::parse(operator_.call("POST", "/register", asked.dump()).body).at("token");
    HttpClient(*parse_url(server.base_url()), token).call("POST", "/devices", json{{"name", "d"}}.dump());
    return token;
  };
  const std::string rude = tenant("rude"), polite = tenant("polite");
  const std::vector<std::string> worst = worst_requests(rude);
  const auto request = [&](const char* target) {
    return std::string("GET ") + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + polite + "\r\n\r\n";
  };
  const std::string asked[] = {request("/devices"), request("/status")};
  const auto measure = [&] { return bench::load(server.port(), [&](int n) { return asked[n % 2]; }, kCallers, kSeconds); };
  measure();
  bench::LoadResult quiet, beside;
  std::uint64_t attacks = 0, failures = 0;
  for (int i = 0; i < kRounds; ++i) {  // in turn, the best of each: what else the machine does only adds
    const auto alone = measure();
    if (i == 0 || alone.p99_ms < quiet.p99_ms) quiet = alone;
    std::thread attacker([&] {
      attacks += bench::load(server.port(), [&](int n) { return worst[static_cast<std::size_t>(n) % worst.size()]; }, kAttackers,
                             kSeconds + 1, 400).answers;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto one = measure();
    attacker.join();
    failures += one.failures + alone.failures;
    if (i == 0 || one.p99_ms < beside.p99_ms) beside = one;
  }
  const double added = beside.p99_ms - quiet.p99_ms;
  report("p99 beside a tenant's worst bodies, added", added, "ms", "<= 50", failures == 0 && added <= 50,
         {{"ratio", beside.p99_ms / quiet.p99_ms}, {"quiet_p99_ms", quiet.p99_ms}, {"p99_ms", beside.p99_ms},
          {"quiet_per_second", quiet.per_second}, {"per_second", beside.per_second}, {"attacks", attacks},
          {"failures", failures}});
}

std::string get(const char* target, const std::string& token) {
  return std::string("GET ") + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

// What one tenant waits while a contact of another writes messages that cost most: each names a key far down the chain.
void bench_contact() {
  constexpr const char* kContact = "5511977777777";
  constexpr double kSeconds = 3;
  Fleet fleet(2, 2);
  const auto server = fleet.start();
  if (!fleet.wait_online(20)) std::cout << "the devices did not come online\n";
  const auto measure = [&] { return bench::load(server->port(), [&](int) { return get("/status", fleet.token(1)); }, 4, kSeconds); };
  measure();
  const auto quiet = measure();
  std::atomic<bool> over{false};
  std::atomic<int> messages{0};
  std::thread contact([&] {
    sim::TextOptions far;
    far.lost_before = 1'900;
    for (; !over; ++messages)
      fleet.network().run([&](sim::SimNetwork& network) { network.send_text(kContact, Fleet::number(0), "x", far); });
  });
  const auto beside = measure();
  over = true;
  contact.join();
  const double added = beside.p99_ms - quiet.p99_ms;
  report("p99 beside a contact's worst messages, added", added, "ms", "<= 50", beside.failures == 0 && added <= 50,
         {{"ratio", beside.p99_ms / quiet.p99_ms}, {"quiet_p99_ms", quiet.p99_ms}, {"p99_ms", beside.p99_ms},
          {"messages", messages.load()}});
}

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::set<std::string> wanted(argv + 1, argv + argc);
  const auto runs = [&](const char* name) { return wanted.empty() || wanted.count(name) != 0; };
  if (runs("reject")) bench_reject();
  if (runs("reconnect")) bench_reconnect();
  if (runs("rude")) bench_rude();
  if (runs("walls")) {
    bench_walls();
    bench_contact();
    bench::receivers();
    bench::silent();
  }
  if (wanted.count("silent") != 0) bench::silent();
  if (wanted.count("away") != 0) bench::away();
  if (runs("idle")) bench_idle();
  return 0;
}
