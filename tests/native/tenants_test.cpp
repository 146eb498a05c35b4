// Two tenants on the real server, as a process of its own, before the simulated network: what one may not learn of the other,
// what nobody may learn from the log, and that a tenant who reconnects in a loop slows nobody down.
#include <sodium.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/encoding.h"
#include "native/server_process.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"
#include "sim/sim_host.h"

using namespace wa;
using namespace wa::native;
using native_test::RawClient;
using native_test::ServerProcess;
using native_test::TemporaryDirectory;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

struct Answered {
  int status = 0;
  std::string head, body;
  json parsed() const { return json::parse(body, nullptr, false); }
};

// An error says which value of the caller's own request it means (api.md 6.1), for fields that name somebody or something. Left out here,
// so that any other echo (of a text, a secret, a token) is found.
std::string without_answered_values(const std::string& body) {
  json error = json::parse(body, nullptr, false);
  if (!error.is_object() || !error.contains("validation")) return body;
  for (json& one : error["validation"]) {
    if (one["field"] == "number" || one["field"] == "jid" || one["field"] == "from" || one["field"] == "enabled_events[0]") one.erase("value");
  }
  return error.dump();
}

// One caller with a connection that stays open; everything it was ever told.
class Caller {
 public:
  Caller(std::uint16_t port, std::string token) : token_(std::move(token)), client_(port) {}
  Answered call(const std::string& method, const std::string& target, const std::string& body = {}) {
    client_.send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token_ +
                 "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    Answered out;
    const std::string raw = client_.read_responses(1, 40);
    if (raw.size() < 12) return out;
    out.status = std::stoi(raw.substr(9, 3));
    const auto end = raw.find("\r\n\r\n");
    out.head = raw.substr(0, end);
    out.body = end == std::string::npos ? "" : raw.substr(end + 4);
    told += raw;
    if (out.status >= 400) errors += out.head + without_answered_values(out.body);
    return out;
  }
  json must(const std::string& method, const std::string& target, const json& body = nullptr) {
    const Answered answer = call(method, target, body.is_null() ? "" : body.dump());
    INFO(method << " " << target << " " << answer.status << " " << answer.body);
    REQUIRE(answer.status / 100 == 2);
    return answer.parsed();
  }
  std::string told, errors;

 private:
  std::string token_;
  RawClient client_;
};

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The server, the network, and one webhook receiver for both tenants (by path).
class Street {
  // Before the threads that use it.
  TemporaryDirectory directory_;
  std::mutex mutex_;
  std::map<std::string, std::string> received_;
  std::map<std::string, int> offline_;
  int rejects_ = 0;

 public:
  explicit Street(std::vector<std::string> more = {}) {
    network = std::make_unique<SimHost>(SimHost::Options{}, [this](const sim::Observation& seen) {
      const std::lock_guard lock(mutex_);
      if (const auto* gone = std::get_if<sim::DeviceOffline>(&seen.fact)) ++offline_[gone->pn];
      if (std::get_if<sim::RejectSeen>(&seen.fact) != nullptr) ++rejects_;
    });
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    receiver = std::make_unique<HttpServer>(network->io(), options, [this](HttpRequest&& request, const Answer& answer) {
      const std::lock_guard lock(mutex_);
      received_[request.target] += request.body + request.authorization + "\n";
      answer(json_reply(request.target.find("fails") == std::string::npos ? 200 : 500, "{}"));
    });
    std::vector<std::string> arguments{"--wa-url", network->wa_url(), "--wa-root-key", network->root_key(), "--media-host",
                                       network->media_host(), "--threads", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    server = std::make_unique<ServerProcess>(WUTS_PROGRAM, data(), arguments, log_path());
    master = file_text(data() / "master-token");
    while (!master.empty() && std::isspace(static_cast<unsigned char>(master.back()))) master.pop_back();
  }
  std::filesystem::path data() const { return directory_.path() / "data"; }
  std::filesystem::path log_path() const { return directory_.path() / "log"; }
  std::string hook(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(receiver->port()) + path; }
  std::string token_of(const std::string& tenant, const std::string& email, const std::string& password) {
    Caller operator_(server->port(), master);
    return operator_.must("POST", "/register", {{"tenant_name", tenant}, {"email", email}, {"password", password}, {"role", "admin"}})
        .at("token");
  }
  std::string pair(Caller& caller, const std::string& name, const std::string& pn) {
    const std::string id = caller.must("POST", "/devices", {{"name", name}}).at("device").at("id");
    const std::string qr = caller.must("GET", "/qr?device_id=" + id).at("data").at("qr_code");
    network->run([&](sim::SimNetwork& net) { CHECK(net.scan(pn, qr)); });
    CHECK(eventually([&] {
      bool there = false;
      network->run([&](sim::SimNetwork& net) { there = net.online(pn) && net.reachable(pn); });
      return there;
    }));
    return id;
  }
  std::string received(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return received_[path];
  }
  int offline(const std::string& pn) {
    const std::lock_guard lock(mutex_);
    return offline_[pn];
  }
  int rejects() {
    const std::lock_guard lock(mutex_);
    return rejects_;
  }
  static bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  std::unique_ptr<SimHost> network;
  std::unique_ptr<HttpServer> receiver;
  std::unique_ptr<ServerProcess> server;
  std::string master;

};

const json kEvents = {"message.received", "message.sent", "message.delivered", "call.offer", "call.auto_reply", "chat.archive",
                      "device.connected", "device.disconnected", "pair.success"};

// --- canaries

struct Canary { std::string name, text; };

// Bytes as they would look in a text: as they are, in hex, in base64 and base64url, from any offset.
void add_bytes(std::vector<Canary>& canaries, const std::string& name, ByteView bytes) {
  constexpr std::size_t kWindow = 12;
  for (std::size_t at = 0; at + kWindow <= bytes.size(); ++at) {
    const ByteView part = bytes.subspan(at, kWindow);
    if (std::count(part.begin(), part.end(), part[0]) > 6) continue;  // padding
    const std::string raw(part.begin(), part.end());
    const auto text = [&](int kind) {
      std::string out(sodium_base64_encoded_len(kWindow, kind), '\0');
      sodium_bin2base64(out.data(), out.size(), part.data(), part.size(), kind);
      out.pop_back();
      return out;
    };
    std::string hex(2 * kWindow + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), part.data(), part.size());
    hex.pop_back();
    std::string upper = hex;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const std::string& one : {raw, hex, upper, text(sodium_base64_VARIANT_ORIGINAL), text(sodium_base64_VARIANT_URLSAFE)})
      canaries.push_back({name, one});
  }
}

std::string found_in(const std::string& text, const std::vector<Canary>& canaries) {
  std::string out;
  for (const Canary& canary : canaries) {
    const auto at = text.find(canary.text);
    if (at == std::string::npos || out.find(canary.name) != std::string::npos) continue;
    out += canary.name + " in: " + text.substr(at > 120 ? at - 120 : 0, 260) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("canaries planted with one tenant are found nowhere else") {
  const std::string own = "5511970001111", caller = "5511970002222", friend_ = "5511970003333", wrong = "5511970004444";
  std::vector<Canary> planted{{"own number", own}, {"caller's number", caller}, {"friend's number", friend_},
      {"text in", "canary text that came in"}, {"text out", "canary text that went out"}, {"reply", "canary automatic reply"},
      {"webhook secret", "canary-webhook-secret"}, {"webhook header", "canary-webhook-header"}, {"webhook path", "canary-path"},
      {"email", "canary-mail@example.org"}, {"password", "canary-password"}, {"second email", "canary-second@example.org"},
      {"device name", "canary device name"}, {"tenant name", "canary tenant name"}, {"unknown token", "canary-unknown-token"},
      {"text in a broken body", "canary in a broken body"}, {"number in a refused request", wrong}};
  std::string log, of_b, errors_of_a, webhooks_of_b, metrics;
  for (const char* format : {"json", "text"}) {
    Street street({"--log-level", "debug", "--log-format", format});
    const std::string token = street.token_of("canary tenant name", "canary-mail@example.org", "canary-password");
    const std::string token_b = street.token_of("b", "b@example.org", "long-password");
    Caller a(street.server->port(), token), b(street.server->port(), token_b);
    const std::string device = street.pair(a, "canary device name", own);
    const std::string device_b = street.pair(b, "of b", "5511980001111");
    const std::string user = a.must("POST", "/users", {{"email", "canary-second@example.org"}, {"password", "canary-password"},
                                                      {"role", "user"}}).at("user").at("id");
    a.must("POST", "/webhook", {{"webhook_url", street.hook("/canary-path")}, {"secret", "canary-webhook-secret"},
                                {"headers", {{"Authorization", "canary-webhook-header"}}}, {"enabled_events", kEvents}});
    b.must("POST", "/webhook", {{"webhook_url", street.hook("/of-b")}, {"enabled_events", kEvents}});
    a.must("PUT", "/calls/settings", {{"auto_reject", true}, {"auto_reply", {{"enabled", true}, {"message", "canary automatic reply"},
                                                                            {"cooldown_seconds", 0}}}});
    street.network->run([&](sim::SimNetwork& net) {
      net.ring(own, caller);
      net.send_text(friend_, own, "canary text that came in");
      net.send_garbage(friend_, own);
      net.send_text("5511980002222", "5511980001111", "to b");
      net.ring("5511980001111", "5511980002222");
    });
    a.must("POST", "/send/text", {{"number", friend_}, {"text", "canary text that went out"}});
    (void)a.call("POST", "/chats/" + friend_ + "@s.whatsapp.net/archive", R"({"archived":true})");
    CHECK(street.eventually([&] { return street.received("/canary-path").find("canary text that came in") != std::string::npos; }));
    CHECK(street.eventually([&] { return street.received("/canary-path").find("call.auto_reply") != std::string::npos; }));
    CHECK(street.eventually([&] { return street.received("/of-b").find("to b") != std::string::npos; }));
    CHECK(street.received("/canary-path").find("canary-webhook-header") != std::string::npos);

    // Everything that goes wrong, for the log and for error bodies.
    a.must("POST", "/webhook", {{"webhook_url", street.hook("/canary-path/fails")}, {"secret", "canary-webhook-secret"},
                                {"retry_attempts", 1}, {"enabled_events", kEvents}});
    street.network->run([&](sim::SimNetwork& net) {
      net.send_text(friend_, own, "canary text that came in again");
      net.fail_next({sim::FaultKind::message_refused, 463, {}});
    });
    CHECK(street.eventually([&] { return !street.received("/canary-path/fails").empty(); }));
    (void)a.call("POST", "/send/text", json{{"number", friend_}, {"text", "canary text that went out"}}.dump());
    for (const char* bad : {R"({"number":"canary in a broken body","text":"canary text that went out"})", R"({"number":"5511970004444")",
                            R"({"number":5511970004444,"text":"canary text that went out"})", R"(["canary in a broken body"])",
                            R"({"number":"5511970004444","text":["canary in a broken body"]})"}) {
      const int status = a.call("POST", "/send/text", bad).status;
      CHECK((status == 400 || status == 404));
    }
    for (const char* bad : {R"({"webhook_url":"ftp://canary-path/","secret":"canary-webhook-secret","enabled_events":["call.offer"]})",
                            R"({"webhook_url":"http://user:canary-password@127.0.0.1/","enabled_events":["canary in a broken body"]})"})
      CHECK(a.call("POST", "/webhook", bad).status == 400);
    CHECK(a.call("POST", "/users", R"({"email":"canary-second@example.org","password":"canary-password","role":"user"})").status == 409);
    CHECK(a.call("POST", "/users", R"({"email":"canary in a broken body","password":"canary-password","role":"canary"})").status == 400);
    CHECK(a.call("GET", "/canary-path?text=canary%20in%20a%20broken%20body").status == 404);
    CHECK(a.call("POST", "/calls/reject", R"({"call_id":"canary in a broken body","from":"canary in a broken body"})").status == 400);
    (void)a.call("GET", "/contacts/profile?jid=canary-path");
    Caller unknown(street.server->port(), "canary-unknown-token");
    CHECK(unknown.call("GET", "/status").status == 401);
    for (const char* where : {"/status?device_id=", "/qr?device_id=", "/events?device_id=", "/webhook?device_id=", "/chats?device_id="})
      CHECK(b.call("GET", where + device).status == 404);
    CHECK(b.call("DELETE", "/devices/" + device).status == 404);
    CHECK(b.call("GET", "/users/" + user).status == 404);
    CHECK(b.call("DELETE", "/users/" + user).status == 404);
    for (const char* list : {"/devices", "/users", "/status", "/chats", "/contacts", "/calls", "/events", "/webhook", "/webhook/failed"})
      CHECK(b.call("GET", list).status / 100 == 2);
    street.network->run([&](sim::SimNetwork& net) {
      for (const std::string& who : {own, friend_, caller}) planted.push_back({"LID", net.lid_of(who)});
      net.stream_error(own, 503);
    });
    CHECK(street.eventually([&] { return street.offline(own) > 0; }));
    RawClient scraper(street.server->admin_port());
    for (const char* path : {"/metrics", "/healthz", "/readyz", "/canary-unknown"}) {
      scraper.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      metrics += scraper.read_responses(1, 5);
    }
    CHECK(a.call("POST", "/users/" + user + "/token").status == 200);
    CHECK(street.server->stop() == 0);

    for (const std::string& secret : {token, street.master}) planted.push_back({"token", secret});
    planted.push_back({"device id of a", device});
    const std::string key = file_text(street.data() / "key");
    add_bytes(planted, "key of the store", view(std::string_view(key)));
    const native_test::SqliteRows store({street.data(), {}});
    bool ok = true;
    std::size_t rows = 0;
    for (const store::Table table : {store::Table::device, store::Table::prekeys}) {
      for (const store::Row& row : store.scan(scope_of(device), table, "", 4, ok)) {
        add_bytes(planted, "keys of a device", row.value);
        ++rows;
      }
    }
    CHECK(ok);
    CHECK(rows >= 5);
    log += file_text(street.log_path());
    of_b += b.told + unknown.told;
    errors_of_a += a.errors;
    webhooks_of_b += street.received("/of-b");
  }
  CHECK(log.size() > 1000);
  CHECK(planted.size() > 4000);
  CHECK(found_in(log, planted) == "");
  CHECK(found_in(of_b, planted) == "");
  CHECK(found_in(webhooks_of_b, planted) == "");
  // What a is told names the device that answers, which is a's own.
  const auto of_device = [](const Canary& canary) { return canary.name == "device id of a"; };
  std::vector<Canary> elsewhere = planted;
  elsewhere.erase(std::remove_if(elsewhere.begin(), elsewhere.end(), of_device), elsewhere.end());
  CHECK(found_in(errors_of_a, elsewhere) == "");
  CHECK(metrics.find("# TYPE ") != std::string::npos);
  CHECK(found_in(metrics, planted) == "");
  // The search itself finds what is there.
  CHECK(found_in("a line with " + own, planted) != "");
}

TEST_CASE("a tenant who reconnects in a loop slows nobody down") {
  constexpr int kDevices = 3, kAsked = 400;
  Street street({"--log-level", "error"});
  Caller a(street.server->port(), street.token_of("a", "a@example.org", "long-password"));
  const std::string token_b = street.token_of("b", "b@example.org", "long-password");
  Caller b(street.server->port(), token_b);
  street.pair(a, "a", "5511970001111");
  a.must("PUT", "/calls/settings", {{"auto_reject", true}});
  std::vector<std::string> devices;
  for (int i = 0; i < kDevices; ++i) devices.push_back(street.pair(b, "b", "551198000111" + std::to_string(i)));

  const auto p99_ms = [&] {
    std::vector<double> took;
    for (int i = 0; i < kAsked; ++i) {
      const auto start = steady_clock::now();
      CHECK(a.call("GET", "/status").status == 200);
      took.push_back(std::chrono::duration<double, std::milli>(steady_clock::now() - start).count());
    }
    std::sort(took.begin(), took.end());
    return took[took.size() * 99 / 100];
  };
  const double quiet = p99_ms();
  const int offline_before = street.offline("5511970001111");

  std::atomic<bool> over{false};
  std::atomic<int> connects{0}, refused{0}, unclear{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kDevices; ++t) {
    threads.emplace_back([&, t] {
      Caller caller(street.server->port(), token_b);
      const std::string at = "?device_id=" + devices[static_cast<std::size_t>(t)];
      while (!over) {
        (void)caller.call("POST", "/disconnect" + at);
        const auto answer = caller.call("POST", "/connect" + at);
        ++connects;
        if (answer.status != 429) continue;
        ++refused;
        const bool clear = answer.head.find("Retry-After: ") != std::string::npos && answer.parsed()["error_code"] == "RATE_LIMITED";
        if (!clear) ++unclear;
      }
    });
  }
  CHECK(street.eventually([&] { return refused > 0; }));
  // The best of three: the load, its clients, this measurement and other tests share the machine.
  const double loaded = std::min({p99_ms(), p99_ms(), p99_ms()});
  const int rejects_before = street.rejects();
  street.network->run([](sim::SimNetwork& net) { net.ring("5511970001111", "5511970002222"); });
  CHECK(street.eventually([&] { return street.rejects() > rejects_before; }));
  over = true;
  for (std::thread& thread : threads) thread.join();
  WARN("GET /status p99 " << quiet << " ms quiet, " << loaded << " ms beside " << connects << " connects (" << refused << " refused)");
  CHECK(connects - refused >= 100);  // it had its budget
  CHECK(unclear == 0);
  CHECK(loaded <= 2 * quiet + 50);
  CHECK(street.offline("5511970001111") == offline_before);
  CHECK(a.call("POST", "/connect").status / 100 == 2);  // its own budget is its own
}
