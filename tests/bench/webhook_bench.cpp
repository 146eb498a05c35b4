#include "bench/webhook_bench.h"

#include <algorithm>
#include <map>

#include "bench/fleet.h"

namespace wa::bench {
namespace {

using native_test::ScriptedPeer;
using native_test::ServerProcess;
using nlohmann::json;
using std::chrono::steady_clock;
namespace asio = boost::asio;
using asio::ip::tcp;

constexpr const char* kContact = "5511977777777";
constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

void configure(const ServerProcess& server, const std::string& token, const std::string& device, int port, json more) {
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/" + device;
  json wanted{{"webhook_url", url}, {"enabled_events", {"message.received"}}};
  wanted.update(more);
  const HttpClient client(*parse_url(server.base_url()), token);
  const auto answer = client.call("POST", "/webhook?device_id=" + device, wanted.dump());
  if (answer.status != 200) std::cout << "POST /webhook: " << answer.body << "\n";
}

void write(Fleet& fleet, int device, const std::string& from = kContact, const std::string& text = "x") {
  fleet.network().run([&](sim::SimNetwork& network) { network.send_text(from, Fleet::number(device), text); });
}

// A receiver that counts, and how long each of `texts` events takes to it.
class Counting {
 public:
  Counting() : peer_([this](const std::string&) {
    const std::lock_guard lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    return std::string(kOk);
  }) {}
  int port() const { return peer_.port(); }
  std::vector<double> waits_ms(Fleet& fleet, int device, int texts) {
    std::vector<double> out;
    for (int i = 0; i < texts; ++i) {
      std::unique_lock lock(mutex_);
      const int before = arrived_;
      lock.unlock();
      const auto start = steady_clock::now();
      write(fleet, device);
      lock.lock();
      const bool came = changed_.wait_for(lock, std::chrono::seconds(20), [&] { return arrived_ > before; });
      out.push_back(came ? seconds_since(start) * 1000 : 20'000);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  ScriptedPeer peer_;
};

double p99(const std::vector<double>& sorted) { return sorted[(sorted.size() - 1) * 99 / 100]; }

// Takes one connection after the other, keeps what it was sent, and may be away.
class Receiver {
 public:
  explicit Receiver(std::uint16_t port = 0) : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), port)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    over_ = true;
    boost::system::error_code ignored;
    tcp::socket wake(io_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  void run() {
    while (!over_) {
      boost::system::error_code failed;
      tcp::socket socket(io_);
      acceptor_.accept(socket, failed);
      if (failed || over_) continue;
      std::string text;
      std::size_t end = 0, wanted = std::string::npos;
      char buffer[4096];
      while (text.size() < wanted) {
        const std::size_t count = socket.read_some(asio::buffer(buffer), failed);
        if (failed) break;
        text.append(buffer, count);
        if (end = text.find("\r\n\r\n"); end == std::string::npos || wanted != std::string::npos) continue;
        const auto at = text.find("Content-Length: ");
        wanted = end + 4 + (at < end ? std::stoul(text.substr(at + 16)) : 0);
      }
      if (text.size() < wanted) continue;
      {
        const std::lock_guard lock(mutex_);
        bodies_.push_back(text.substr(text.find("\r\n\r\n") + 4));
      }
      asio::write(socket, asio::buffer(std::string_view(kOk)), failed);
    }
  }
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

}  // namespace

void receivers() {
  constexpr int kTexts = 40, kHanging = 400;
  Fleet fleet(2, 2);
  const auto server = fleet.start({"--webhook-allow-private"});
  if (!fleet.wait_online(20)) std::cout << "the devices did not come online\n";
  Counting receiver;
  ScriptedPeer hanging([](const std::string&) { return std::string(); });
  configure(*server, fleet.token(0), fleet.id(0), hanging.port(), json::object());
  configure(*server, fleet.token(1), fleet.id(1), receiver.port(), json::object());
  (void)receiver.waits_ms(fleet, 1, kTexts);
  const double quiet = receiver.waits_ms(fleet, 1, kTexts).back();
  for (int i = 0; i < kHanging; ++i) write(fleet, 0);
  const double beside = receiver.waits_ms(fleet, 1, kTexts).back();
  report("webhook beside receivers that hang, added", beside - quiet, "ms", "<= 250", beside - quiet <= 250,
         {{"ratio", beside / quiet}, {"quiet_ms", quiet}, {"ms", beside}, {"hanging", hanging.connections()}});
}

void silent() {
  constexpr int kTenants = 5, kDevices = 20, kChats = 25, kTexts = 200, kRounds = 3;
  Fleet fleet(kDevices, kTenants);
  const auto server = fleet.start({"--webhook-allow-private"});
  if (!fleet.wait_online(30)) std::cout << "the devices did not come online\n";
  Counting receiver;
  ScriptedPeer hanging([](const std::string&) { return std::string(); });
  const int healthy = kTenants - 1;  // the first device of the last tenant
  for (int device = 0; device < kDevices; ++device) {
    const int tenant = device % kTenants;
    if (tenant != healthy)
      configure(*server, fleet.token(tenant), fleet.id(device), hanging.port(), {{"timeout", 5}});
  }
  configure(*server, fleet.token(healthy), fleet.id(healthy), receiver.port(), json::object());
  (void)receiver.waits_ms(fleet, healthy, 20);
  const double quiet = p99(receiver.waits_ms(fleet, healthy, kTexts));
  double beside = 0;
  for (int round = 0; round < kRounds; ++round) {  // from the first posts that hang to the probes after their time-outs
    for (int chat = 0; chat < kChats; ++chat)
      for (int device = 0; device < kDevices; ++device)
        if (device % kTenants != healthy) write(fleet, device, std::to_string(5511960000000 + chat));
    beside = std::max(beside, p99(receiver.waits_ms(fleet, healthy, kTexts)));
    if (round + 1 < kRounds) std::this_thread::sleep_for(std::chrono::seconds(4));
  }
  report("webhook p99 beside 16 silent receivers", beside, "ms", "< 1000", beside < 1000,
         {{"ratio", beside / quiet}, {"quiet_p99_ms", quiet}, {"p99_ms", beside}, {"hanging", hanging.connections()},
          {"texts", kTexts * kRounds}});
}

void away() {
  constexpr int kChats = 5;
  constexpr auto kAway = std::chrono::seconds(30);
  Fleet fleet(1);
  const auto server = fleet.start({"--webhook-allow-private"});
  if (!fleet.wait_online(20)) std::cout << "the device did not come online\n";
  auto receiver = std::make_unique<Receiver>();
  const std::uint16_t port = receiver->port();
  configure(*server, fleet.token(), fleet.id(0), port, json::object());
  std::vector<std::string> bodies;
  int sent = 0;
  const auto write_all = [&] {
    for (int chat = 0; chat < kChats; ++chat)
      write(fleet, 0, std::to_string(5511970000000 + chat), std::to_string(sent++));
  };
  const auto leave = [&] {
    bodies = receiver->bodies();
    receiver.reset();
  };
  write_all();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  leave();
  for (const auto start = steady_clock::now(); steady_clock::now() - start < kAway;) {
    write_all();
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }
  receiver = std::make_unique<Receiver>(port);
  const auto back = steady_clock::now();
  std::map<std::string, int> last;
  std::set<std::string> ids;
  int disordered = 0;
  while (seconds_since(back) < 120) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (static_cast<int>(bodies.size() + receiver->bodies().size()) >= sent) break;
  }
  const double took = seconds_since(back);
  const auto rest = receiver->bodies();
  bodies.insert(bodies.end(), rest.begin(), rest.end());
  for (const std::string& body : bodies) {
    const json event = json::parse(body);
    if (!ids.insert(event["id"]).second) continue;
    int& before = last.emplace(event["data"]["chat_jid"], -1).first->second;
    const int number = std::stoi(event["data"]["content"].get<std::string>());
    disordered += number <= before;
    before = number;
  }
  const int lost = sent - static_cast<int>(ids.size());
  report("events lost while a receiver was away for 30 s", lost, "events", "0, in order", lost == 0 && disordered == 0,
         {{"sent", sent}, {"out_of_order", disordered}, {"caught_up_s", took}});
}

}  // namespace wa::bench
