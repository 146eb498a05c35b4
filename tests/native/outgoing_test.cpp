// Outgoing connections against peers that misbehave.
#include <boost/asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <future>

#include "fair_inbox.h"
#include "fair_queue.h"
#include "media_client.h"
#include "native/support.h"
#include "os_clock.h"
#include "webhook_client.h"

using namespace wa;
using namespace wa::native;
using native_test::ScriptedPeer;

namespace {

class Running {
 public:
  Running() : guard_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~Running() {
    io.stop();
    thread_.join();
  }
  boost::asio::io_context io;
  Resolver resolver;
  TlsContext tls{""};
  Outgoing out{io, resolver, tls};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

class RunningOn {
 public:
  explicit RunningOn(Resolver::Lookup lookup)
      : resolver(std::move(lookup), std::chrono::milliseconds(0)), guard_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~RunningOn() {
    io.stop();
    thread_.join();
  }
  boost::asio::io_context io;
  Resolver resolver;  // after io: its threads end first, and what they still hold is of io
  TlsContext tls{""};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

gateway::WebhookDone post(WebhookClient& client, const std::string& url, std::int64_t timeout_ms = 2000) {
  std::promise<gateway::WebhookDone> done;
  PostWebhook webhook;
  webhook.delivery = 7;
  webhook.url = url;
  webhook.headers = {{"X-One", "1"}, {"Host", "evil"}, {"Content-Type", "application/json"}};
  webhook.body = "{\"a\":1}";
  webhook.timeout_ms = timeout_ms;
  client.post("t", webhook, [&](gateway::WebhookDone answer) { done.set_value(answer); });
  return done.get_future().get();
}

std::string local(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/hook?x=1"; }

}  // namespace

TEST_CASE("a webhook arrives as it was given") {
  std::string seen;
  ScriptedPeer peer(
      [&](const std::string& request) { return seen = request, std::string("HTTP/1.1 204 No Content\r\n\r\n"); });
  Running running;
  WebhookClient client(running.out, true);
  const auto done = post(client, local(peer.port()));
  CHECK(done.delivery == 7);
  CHECK(done.status == 204);
  CHECK(done.retry_after_ms == -1);
  CHECK(seen.starts_with("POST /hook?x=1 HTTP/1.1\r\n"));
  CHECK(seen.find("Host: 127.0.0.1:" + std::to_string(peer.port())) != std::string::npos);
  CHECK(seen.find("X-One: 1\r\n") != std::string::npos);
  CHECK(seen.find("evil") == std::string::npos);
  CHECK(seen.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("answers of receivers") {
  struct Row { const char *name, *answer; int status; std::int64_t retry_after_ms; };
  const Row rows[] = {
      {"retry in seconds", "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", 503, 7000},
      {"redirects are an answer like others",
       "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, -1},
      {"a long body is not waited for", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nabc", 200, -1},
      {"an informational answer first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
       410, -1},
      {"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", 0, -1},
      {"a header without end", "HTTP/1.1 200 OK\r\nX: y", 0, -1},
  };
  Running running;
  WebhookClient client(running.out, true);
  for (const Row& row : rows) {
    INFO(row.name);
    ScriptedPeer peer([&](const std::string&) { return std::string(row.answer); });
    const auto done = post(client, local(peer.port()));
    CHECK(done.status == row.status);
    CHECK(done.retry_after_ms == row.retry_after_ms);
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE("the timeout covers the whole exchange") {
  ScriptedPeer peer([](const std::string&) { return std::string(); });
  Running running;
  WebhookClient client(running.out, true);
  const auto start = std::chrono::steady_clock::now();
  CHECK(post(client, local(peer.port()), 300).status == 0);
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK(took > std::chrono::milliseconds(250));
  CHECK(took < std::chrono::milliseconds(1500));
}

TEST_CASE("private addresses are refused without a connection, whatever they are called") {
  ScriptedPeer peer([](const std::string&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); });
  Running running;
  WebhookClient client(running.out, false);
  const std::string port = std::to_string(peer.port());
  for (const char* host :
       {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1"}) {
    INFO(host);
    CHECK(post(client, "http://" + std::string(host) + ":" + port + "/", 500).status == 0);
  }
  CHECK(peer.connections() == 0);
  for (const char* url : {"ftp://example.org/", "http://user@example.org/", "http:///", "nonsense", "http://a b/"}) {
    INFO(url);
    CHECK(post(client, url, 500).status == 0);
  }
}

TEST_CASE("public and other addresses") {
  struct Row { const char* address; bool is_public; };
  const Row rows[] = {{"8.8.8.8", true},
                      {"10.1.2.3", false},
                      {"172.16.0.1", false},
                      {"172.32.0.1", true},
                      {"192.168.1.1", false},
                      {"169.254.169.254", false},
                      {"100.64.0.1", false},
                      {"224.0.0.1", false},
                      {"255.255.255.255", false},
                      {"0.1.2.3", false},
                      {"2606:4700::1", true},
                      {"::1", false},
                      {"::", false},
                      {"fe80::1", false},
                      {"fd00::1", false},
                      {"::ffff:10.0.0.1", false},
                      {"::ffff:8.8.8.8", true},
                      {"64:ff9b::a00:1", false},
                      {"2002:7f00:1::", false},
                      {"ff02::1", false},
                      {"2001:db8::1", false},
                      {"3fff::1", false},
                      {"168.63.129.16", false},
                      {"198.51.100.7", false}};
  for (const Row& row : rows) {
    INFO(row.address);
    CHECK(is_public_address(boost::asio::ip::make_address(row.address)) == row.is_public);
  }
}

TEST_CASE("Retry-After") {
  const WallTime now = WallTime::from_seconds(1'700'000'000);  // Tue, 14 Nov 2023 22:13:20 GMT
  struct Row { const char* text; std::int64_t ms; };
  const Row rows[] = {{"", -1},
                      {"0", 0},
                      {"120", 120'000},
                      {"99999999", 3'600'000},
                      {"-5", -1},
                      {"soon", -1},
                      {"1.5", -1},
                      {"Tue, 14 Nov 2023 22:14:20 GMT", 60'000},
                      {"Tue, 14 Nov 2023 20:00:00 GMT", 0},
                      {"Tue, 14 Nov 2023", -1}};
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse_retry_after(row.text, now) == row.ms);
  }
}

TEST_CASE("many webhooks at once are all answered") {
  ScriptedPeer peer([](const std::string&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); });
  Running running;
  WebhookClient client(running.out, true);
  std::atomic<int> good{0}, all{0};
  for (int i = 0; i < 300; ++i) {
    PostWebhook webhook;
    webhook.delivery = static_cast<std::uint64_t>(i);
    webhook.url = local(peer.port());
    client.post("t", webhook, [&](gateway::WebhookDone done) { good += done.status == 200; ++all; });
  }
  for (int i = 0; i < 500 && all < 300; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(good == 300);
}

TEST_CASE("media hosts are tried in order, what is gone is gone, sizes are limited") {
  const auto fetch = [](MediaClient& client, std::vector<std::string> hosts, std::size_t bytes_max) {
    std::promise<gateway::Fetched> done;
    client.fetch("t", {3, std::move(hosts), "/v/t62?hash=x", bytes_max},
                 [&](gateway::Fetched fetched) { done.set_value(std::move(fetched)); });
    return done.get_future().get();
  };
  std::string seen;
  ScriptedPeer good([&](const std::string& request) {
    return seen = request, std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmedia");
  });
  ScriptedPeer broken([](const std::string&) { return std::string("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"); });
  ScriptedPeer gone([](const std::string&) { return std::string("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"); });
  const auto at = [](const ScriptedPeer& peer) { return "http://127.0.0.1:" + std::to_string(peer.port()); };
  Running running;
  MediaClient client(running.out, "");
  const auto found = fetch(client, {at(broken), at(good)}, 100);
  CHECK(found.ok);
  CHECK(found.fetch == 3);
  CHECK(text_of(found.body) == "media");
  CHECK(seen.find("Origin: https://web.whatsapp.com\r\n") != std::string::npos);
  CHECK(seen.find("Referer: https://web.whatsapp.com/\r\n") != std::string::npos);
  CHECK(seen.starts_with("GET /v/t62?hash=x HTTP/1.1\r\n"));
  const auto absent = fetch(client, {at(gone), at(good)}, 100);
  CHECK_FALSE(absent.ok);
  CHECK(absent.status == 404);
  const auto large = fetch(client, {at(good)}, 4);
  CHECK_FALSE(large.ok);
  CHECK(large.body.empty());
  MediaClient overridden(running.out, at(good));
  CHECK(fetch(overridden, {"unreachable.invalid"}, 100).ok);
  CHECK_FALSE(fetch(client, {}, 100).ok);
}

TEST_CASE("a fair queue: bounded over all and for each, tenants take turns") {
  FairQueue<int> queue(4, 2);
  std::vector<int> began;
  const auto add = [&](const char* tenant, int job) { if (const auto now = queue.add(tenant, job)) began.push_back(*now); };
  const auto over = [&](const char* tenant) { if (const auto next = queue.finished(tenant)) began.push_back(*next); };
  for (int i = 1; i <= 5; ++i) add("a", i);
  for (int i = 11; i <= 13; ++i) add("b", i);
  add("c", 21);
  CHECK(began == std::vector<int>{1, 2, 11, 12});
  over("a");  // a has waited longest, but b is full and c has none
  CHECK(began.back() == 3);
  over("b");
  CHECK(began.back() == 13);
  over("a");
  CHECK(began.back() == 21);
  over("b");
  CHECK(began.back() == 4);
  over("c");
  CHECK(began == std::vector<int>{1, 2, 11, 12, 3, 13, 21, 4});  // a has its two; 5 waits
  over("a");
  CHECK(began.back() == 5);
}

TEST_CASE("a fair inbox: whoever sends much waits for himself") {
  FairInbox<int> inbox;
  for (int i = 1; i <= 100; ++i) inbox.add("a", i);
  inbox.add("b", 201);
  inbox.add("c", 301);
  CHECK(inbox.size() == 102);
  CHECK(inbox.size_of("a") == 100);
  std::vector<int> first;
  for (int i = 0; i < 5; ++i) first.push_back(inbox.next());
  CHECK(first == std::vector<int>{1, 201, 301, 2, 3});
  inbox.add("b", 202);
  CHECK(inbox.next() == 202);
  CHECK(inbox.take_all().size() == 97);
  CHECK(inbox.empty());
}

// A name that points to a public address when it is looked at and to a private one when it is used. Here public addresses
// are reached at a local peer, so that no packet leaves the machine.
TEST_CASE("a name that changes its mind: what was checked is what is connected to") {
  using boost::asio::ip::address;
  using boost::asio::ip::tcp;
  std::mutex mutex;
  std::deque<std::vector<std::string>> answers;  // the last one stays
  std::vector<std::string> asked, connected;
  const auto lookup = [&](const std::string& host) {
    const std::lock_guard lock(mutex);
    asked.push_back(host);
    std::vector<address> out;
    for (const std::string& text : answers.front()) out.push_back(boost::asio::ip::make_address(text));
    if (answers.size() > 1) answers.pop_front();
    return out;
  };
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", seen;
  ScriptedPeer outside([&](const std::string& request) { return seen = request, answer; });
  ScriptedPeer inside([&](const std::string&) { return answer; });
  RunningOn running(lookup);
  Outgoing out{running.io, running.resolver, running.tls, [&](const tcp::endpoint& endpoint) {
                 const std::lock_guard lock(mutex);
                 connected.push_back(endpoint.address().to_string());
                 const bool is_outside = is_public_address(endpoint.address());
                 return tcp::endpoint(address(boost::asio::ip::address_v4::loopback()), (is_outside ? outside : inside).port());
               }};
  WebhookClient client(out, false);
  const std::string url = "http://rebinding.example.com/hook";

  // Resolved once for each delivery: there is no second look between the check and the connection.
  answers = {{"192.31.196.7"}, {"127.0.0.1"}};
  CHECK(post(client, url).status == 200);
  CHECK(asked.size() == 1);
  CHECK(connected == std::vector<std::string>{"192.31.196.7"});
  CHECK(seen.find("Host: rebinding.example.com\r\n") != std::string::npos);
  // The next delivery finds the private address, and says no more than that there was no answer.
  CHECK(post(client, url).status == 0);
  CHECK(asked.size() == 2);
  CHECK(connected.size() == 1);

  // Mixed answers: only the public ones; never falls back to the others.
  answers = {{"127.0.0.1", "10.1.2.3", "192.31.196.8", "::1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"}};
  connected.clear();
  CHECK(post(client, url).status == 200);
  CHECK(connected == std::vector<std::string>{"192.31.196.8"});
  for (const char* other : {"127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1", "0.0.0.0"}) {
    INFO(other);
    answers = {{other}};
    CHECK(post(client, url).status == 0);
  }
  answers = {{}};
  CHECK(post(client, url).status == 0);
  CHECK(connected.size() == 1);

  // A redirect to the inside is an answer, and followed by nobody.
  answers = {{"192.31.196.9"}};
  answer = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:" + std::to_string(inside.port()) +
           "/\r\nContent-Length: 0\r\n\r\n";
  CHECK(post(client, url).status == 307);
  CHECK(inside.connections() == 0);
  CHECK(outside.connections() == 3);
}

TEST_CASE("the timeout covers a name that is never resolved") {
  std::atomic<bool> over{false};
  RunningOn running([&](const std::string&) {
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return std::vector<boost::asio::ip::address>();
  });
  Outgoing out{running.io, running.resolver, running.tls};
  WebhookClient client(out, true);
  const auto start = std::chrono::steady_clock::now();
  CHECK(post(client, "http://slow.example.com/", 200).status == 0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1500));
  over = true;
}
