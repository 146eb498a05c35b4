// kill -9 of the real server, again and again, while the simulated network calls and writes and the API archives.
// Afterwards: no webhook lost, none out of order within a chat, no message key used twice, every archive finished.
//   kill_test [--seconds N] [--seed N]
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "native/server_process.h"
#include "native/store/sqlite_rows.h"
#include "native/support.h"
#include "net/http_client.h"
#include "sim/sim_host.h"
#include "sim/world/seeded_random.h"

using namespace wa;
using namespace wa::native;
using native_test::ServerProcess;
using nlohmann::json;

namespace {

constexpr const char* kOwn = "5511999999999";
constexpr int kPeople = 6;
std::string person(int i) { return "551198888000" + std::to_string(i); }

int g_problems = 0;
void check(bool good, const std::string& what) {
  if (good) return;
  ++g_problems;
  std::cout << "FAILED: " << what << "\n" << std::flush;
}

// The webhook receiver: first deliveries in order of arrival, and how often each id came.
class Receiver {
 public:
  void take(const HttpRequest& request) {
    const json body = json::parse(request.body, nullptr, false);
    const std::lock_guard lock(mutex_);
    ++total_;
    if (!ids_.insert(body.value("id", "")).second) return;
    const json data = body.value("data", json::object());
    const std::string event = body.value("event", "");
    if (event == "message.received") texts_[data.value("content", "")] = ++order_;
    if (event == "call.offer") calls_.insert(data.value("call_id", ""));
    events_[event]++;
  }
  bool has_text(const std::string& text) const { const std::lock_guard lock(mutex_); return texts_.count(text) != 0; }
  int order_of(const std::string& text) const {
    const std::lock_guard lock(mutex_);
    const auto it = texts_.find(text);
    return it == texts_.end() ? 0 : it->second;
  }
  bool has_call(const std::string& id) const { const std::lock_guard lock(mutex_); return calls_.count(id) != 0; }
  int count(const std::string& event) const {
    const std::lock_guard lock(mutex_);
    const auto it = events_.find(event);
    return it == events_.end() ? 0 : it->second;
  }
  int total() const { const std::lock_guard lock(mutex_); return total_; }
  int distinct() const { const std::lock_guard lock(mutex_); return static_cast<int>(ids_.size()); }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> ids_, calls_;
  std::map<std::string, int> texts_, events_;
  int order_ = 0, total_ = 0;
};

class KillTest {
 public:
  KillTest(std::string program, int seconds, std::uint64_t seed)
      : program_(std::move(program)), seconds_(seconds), random_(seed) {
    network_ = std::make_unique<SimHost>(SimHost::Options{}, [](const sim::Observation&) {});
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    http_ = std::make_unique<HttpServer>(network_->io(), options, [this](HttpRequest&& request, const Answer& answer) {
      receiver_.take(request);
      answer(json_reply(200, "{}"));
    });
  }

  void run() {
    start();
    set_up();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_);
    int kills = 0;
    while (std::chrono::steady_clock::now() < end) {
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(200 + random_.below(1800));
      while (std::chrono::steady_clock::now() < until) act();
      server_->kill();
      ++kills;
      // The world goes on while the server is dead.
      for (std::uint32_t i = random_.below(6); i > 0; --i) act_outside();
      start();
    }
    settle();
    check_all();
    std::cout << "kills " << kills << ", texts " << sent_.size() << ", calls " << calls_.size() << ", archives "
              << archives_ << " (" << archives_cut_ << " cut off), webhooks " << receiver_.total() << " deliveries of "
              << receiver_.distinct() << "\n";
  }

 private:
  void start() {
    server_ = std::make_unique<ServerProcess>(
        program_, directory_.path() / "data",
        std::vector<std::string>{"--wa-url", network_->wa_url(), "--wa-root-key", network_->root_key(), "--media-host",
                                 network_->media_host(), "--log-level", "error"});
    api_ = std::make_unique<HttpClient>(*parse_url(server_->base_url()), token_);
  }

  json must(const char* method, const std::string& target, const json& body = nullptr) {
    const ClientAnswer answer = api_->call(method, target, body.is_null() ? "" : body.dump());
    if (answer.status < 200 || answer.status > 299)
      throw std::runtime_error(std::string(method) + " " + target + ": " + std::to_string(answer.status) + " " +
                               answer.body + answer.problem);
    return json::parse(answer.body);
  }

  void set_up() {
    std::ifstream in(directory_.path() / "data" / "master-token");
    in >> token_;
    api_ = std::make_unique<HttpClient>(*parse_url(server_->base_url()), token_);
    token_ = must("POST", "/register",
                  {{"tenant_name", "t"}, {"email", "t@example.org"}, {"password", "long-password"}, {"role", "admin"}})
                 .at("token");
    api_ = std::make_unique<HttpClient>(*parse_url(server_->base_url()), token_);
    device_ = must("POST", "/devices", {{"name", "d"}}).at("data").at("device_id");
    must("POST", "/webhook",
         {{"webhook_url", "http://127.0.0.1:" + std::to_string(http_->port()) + "/"},
          {"retry_attempts", 20},
          {"enabled_events", must("GET", "/webhook/events").at("events")}});
    must("PUT", "/calls/settings",
         {{"auto_reject", true}, {"auto_reply", {{"enabled", true}, {"message", "later"}, {"cooldown_seconds", 0}}}});
    const std::string qr = must("GET", "/qr?device_id=" + device_).at("data").at("qr_code");
    network_->run([&](sim::SimNetwork& network) { check(network.scan(kOwn, qr), "the phone knows the code"); });
    for (int i = 0; i < 300 && receiver_.count("app_state.sync_complete") < 5; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    check(receiver_.count("app_state.sync_complete") >= 5, "the first synchronisation");
  }

  // Something from outside, or through the API.
  void act() {
    if (random_.below(100) < 80) return act_outside();
    const std::string chat = person(static_cast<int>(random_.below(kPeople))) + "@s.whatsapp.net";
    const bool archived = random_.below(2) == 0;
    ++archives_;
    std::thread([this, chat, archived] {
      // Cut off by the next kill, perhaps: then either outcome is right, but both sides must agree on it.
      const ClientAnswer answer =
          HttpClient(*api_).call("POST", "/chats/" + chat + "/archive", json{{"archived", archived}}.dump());
      if (answer.status == 0) ++archives_cut_;
    }).detach();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  void act_outside() {
    const std::string who = person(static_cast<int>(random_.below(kPeople)));
    if (random_.below(5) == 0) {
      network_->run([&](sim::SimNetwork& network) { calls_.push_back(network.ring(kOwn, who)); });
    } else {
      const std::string text = who + " " + std::to_string(sent_.size());
      network_->run([&](sim::SimNetwork& network) { network.send_text(who, kOwn, text); });
      sent_.emplace_back(who, text);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + random_.below(30)));
  }

  void settle() {
    for (int i = 0; i < 600; ++i) {
      std::size_t waiting = 0, missing = 0;
      network_->run([&](sim::SimNetwork& network) { waiting = network.waiting(kOwn); });
      for (const auto& [who, text] : sent_) missing += receiver_.has_text(text) ? 0 : 1;
      for (const std::string& id : calls_) missing += receiver_.has_call(id) ? 0 : 1;
      if (waiting == 0 && missing == 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    // Automatic replies wait some seconds, and so do retries.
    for (int total = -1; total != receiver_.total();) {
      total = receiver_.total();
      std::this_thread::sleep_for(std::chrono::seconds(8));
    }
  }

  void check_all() {
    std::map<std::string, int> last;
    for (const auto& [who, text] : sent_) {
      check(receiver_.has_text(text), "no webhook for the text " + text);
      const int order = receiver_.order_of(text);
      check(order == 0 || order > last[who], "out of order: " + text);
      last[who] = std::max(last[who], order);
    }
    for (const std::string& id : calls_) check(receiver_.has_call(id), "no webhook for a call");
    const json chats = must("GET", "/chats").at("chats");
    network_->run([&](sim::SimNetwork& network) {
      for (const std::string& violation : network.violations()) check(false, "the network complains: " + violation);
      for (const json& chat : chats) {
        const std::string jid = chat.at("jid");
        auto on_phone = network.archived(kOwn, network.lid_of(jid.substr(0, jid.find('@'))) + "@lid");
        if (!on_phone) on_phone = network.archived(kOwn, jid);
        check(on_phone.value_or(false) == chat.value("archived", false),
              "phone and gateway disagree about an archived chat");
      }
    });
    check(server_->stop() == 0, "the server stops politely");
    native_test::SqliteRows store({directory_.path() / "data", {}});
    const DeviceView view(store, scope_of(device_));
    check(view.scan(store::Table::intents, "", 10).empty(), "an archive was not finished");
    auto queued = view.scan(store::Table::webhook_queue, "", 10);
    std::erase_if(queued, [](const store::Row& row) { return row.id == "n"; });  // counters
    check(queued.empty(), "webhooks were not delivered: " + std::to_string(queued.size()));
    check(view.scan(store::Table::webhook_failed, "", 10).empty(), "a webhook was given up");
  }

  std::string program_;
  int seconds_;
  sim::SeededRandom random_;
  native_test::TemporaryDirectory directory_;
  Receiver receiver_;
  std::unique_ptr<SimHost> network_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<HttpClient> api_;
  std::string token_, device_;
  std::vector<std::pair<std::string, std::string>> sent_;
  std::vector<std::string> calls_;
  int archives_ = 0;
  std::atomic<int> archives_cut_{0};
};

}  // namespace

int main(int argc, char** argv) {
  int seconds = 40;
  std::uint64_t seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string(argv[i]) == "--seconds") seconds = std::stoi(argv[i + 1]);
    if (std::string(argv[i]) == "--seed") seed = std::stoull(argv[i + 1]);
  }
  try {
    KillTest(WUTS_PROGRAM, seconds, seed).run();
  } catch (const std::exception& problem) {
    check(false, problem.what());
  }
  std::cout << (g_problems == 0
                    ? "kill_test: passed"
                    : "kill_test: " + std::to_string(g_problems) + " problems, seed " + std::to_string(seed))
            << "\n";
  return g_problems == 0 ? 0 : 1;
}
