// Outgoing connections against peers that misbehave.
#include <boost/asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <future>
#include <map>

#include "native/support.h"
#include "net/media_client.h"
#include "net/webhook_client.h"
#include "support/egress_corpus.h"
#include "system/os_clock.h"

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
  Resolver resolver{Resolver::Limits()};
  TlsContext tls{""};
  Outgoing out{io, resolver, tls};

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

class RunningOn {
 public:
  explicit RunningOn(Resolver::Lookup lookup, const std::string& ca_file = "")
      : resolver(forgetful(), std::move(lookup)), tls(ca_file), guard_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~RunningOn() {
    io.stop();
    thread_.join();
  }
  boost::asio::io_context io;
  Resolver resolver;  // after io: its threads end first, and what they still hold is of io
  TlsContext tls;

 private:
  static Resolver::Limits forgetful() {
    Resolver::Limits out;
    out.keep = out.keep_failed = std::chrono::milliseconds(0);
    return out;
  }
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::thread thread_;
};

gateway::WebhookDone post(WebhookClient& client, const std::string& url, std::int64_t timeout_ms = 5000) {
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

// "head\r\n" "line*9rest": the last line of what stands before the star comes nine times.
std::string repeated(std::string_view text) {
  const auto star = text.find('*');
  if (star == std::string_view::npos) return std::string(text);
  const std::string_view before = text.substr(0, star);
  const auto begin = before.starts_with("HTTP/1.1 1") ? 0 : before.rfind('\n', before.size() - 3) + 1;
  std::size_t end = star + 1;
  std::string out(before.substr(0, begin));
  for (int times = std::stoi(std::string(text.substr(end))); times > 0; --times) out += before.substr(begin);
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return out + std::string(text.substr(end));
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
      {"eight of them", "HTTP/1.1 103 Hints\r\n\r\n*8HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, -1},
      {"nine of them", "HTTP/1.1 103 Hints\r\n\r\n*9HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, -1},
      {"many of them", "HTTP/1.1 100 Continue\r\n\r\n*99999HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0, -1},
      {"a long header", "HTTP/1.1 200 OK\r\n" "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n*9999\r\n", 0, -1},
      {"a line without end", "HTTP/1.1 200 OK\r\nX: " "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy*9999", 0, -1},
      {"garbage", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", 0, -1},
      {"a header without end", "HTTP/1.1 200 OK\r\nX: y", 0, -1},
  };
  Running running;
  WebhookClient client(running.out, true);
  for (const Row& row : rows) {
    INFO(row.name);
    ScriptedPeer peer([&](const std::string&) { return repeated(row.answer); });
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

namespace {

// Media hosts of the service, each at a public address that is to be found at a local peer, over TLS.
struct MediaHosts {
  explicit MediaHosts(std::map<std::string, std::string> answers) {
    native_test::make_certificate(directory.path(), "DNS:*.whatsapp.net");
    context.use_certificate_chain_file((directory.path() / "s.pem").string());
    context.use_private_key_file((directory.path() / "s.key").string(), boost::asio::ssl::context::pem);
    for (const auto& [host, answer] : answers) {
      const std::string address = "8.8.8." + std::to_string(addresses.size() + 1);
      addresses[host] = address;
      peers[address] = std::make_unique<ScriptedPeer>(
          [this, text = answer](const std::string& request) { return seen = request, text; }, &context);
    }
    running = std::make_unique<RunningOn>(
        [this](const std::string& host) {
          const std::lock_guard lock(mutex);
          asked.push_back(host);
          Resolver::Addresses out;
          if (addresses.count(host) > 0) out.push_back(boost::asio::ip::make_address(addresses[host]));
          return out;
        },
        (directory.path() / "ca.pem").string());
  }
  Outgoing out() {
    return {running->io, running->resolver, running->tls, [this](const boost::asio::ip::tcp::endpoint& endpoint) {
              const std::lock_guard lock(mutex);
              connected.push_back(endpoint.address().to_string() + ":" + std::to_string(endpoint.port()));
              return boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(),
                                                    peers.at(endpoint.address().to_string())->port());
            }};
  }
  native_test::TemporaryDirectory directory;
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
  std::mutex mutex;
  std::string seen;
  std::vector<std::string> asked, connected;
  std::map<std::string, std::string> addresses;  // by host
  std::map<std::string, std::unique_ptr<ScriptedPeer>> peers;  // by address
  std::unique_ptr<RunningOn> running;
};

gateway::Fetched fetch(MediaClient& client, std::vector<std::string> hosts, std::size_t bytes_max = 100,
                       const std::string& path = "/v/t62?hash=x") {
  std::promise<gateway::Fetched> done;
  client.fetch("t", {3, std::move(hosts), path, bytes_max}, [&](gateway::Fetched fetched) { done.set_value(std::move(fetched)); });
  return done.get_future().get();
}

constexpr const char* kMedia = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmedia";

}  // namespace

TEST_CASE("media hosts are tried in order, what is gone is gone, sizes are limited") {
  const std::string good = "good.whatsapp.net", broken = "broken.cdn.whatsapp.net", gone = "gone.whatsapp.net";
  MediaHosts at({{good, kMedia},
                 {broken, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"},
                 {gone, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"}});
  MediaClient client(at.out(), "");
  const auto found = fetch(client, {broken, good});
  CHECK(found.ok);
  CHECK(found.fetch == 3);
  CHECK(text_of(found.body) == "media");
  CHECK(at.seen.find("Origin: https://web.whatsapp.com\r\n") != std::string::npos);
  CHECK(at.seen.find("Referer: https://web.whatsapp.com/\r\n") != std::string::npos);
  CHECK(at.seen.find("Host: good.whatsapp.net\r\n") != std::string::npos);
  CHECK(at.seen.starts_with("GET /v/t62?hash=x HTTP/1.1\r\n"));
  CHECK(at.connected == std::vector<std::string>{at.addresses[broken] + ":443", at.addresses[good] + ":443"});
  const auto absent = fetch(client, {gone, good});
  CHECK_FALSE(absent.ok);
  CHECK(absent.status == 404);
  const auto large = fetch(client, {good}, 4);
  CHECK_FALSE(large.ok);
  CHECK(large.body.empty());
  CHECK_FALSE(fetch(client, {}).ok);
}

TEST_CASE("of the hosts that the service names only its own are asked, at public addresses; the operator's wherever they are") {
  ScriptedPeer inside([](const std::string&) { return std::string(kMedia); });
  MediaHosts at(std::map<std::string, std::string>{{"good.whatsapp.net", kMedia}});
  MediaClient client(at.out(), "");
  std::vector<std::string> refused{"http://127.0.0.1:" + std::to_string(inside.port()), "127.0.0.1:" + std::to_string(inside.port())};
  for (const test::HostCase& one : test::service_host_corpus()) {
    INFO(one.host << " (" << one.why << ")");
    CHECK(Destination::of_service(one.host, "/x").has_value() == one.allowed);
    if (!one.allowed) refused.push_back(one.host);
  }
  CHECK_FALSE(Destination::of_service("mmg.whatsapp.net", "x"));
  CHECK_FALSE(Destination::of_service("mmg.whatsapp.net", "@127.0.0.1/"));
  CHECK_FALSE(fetch(client, refused).ok);
  CHECK(at.asked.empty());
  for (const char* address : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"}) {
    INFO(address);
    at.addresses["turned.whatsapp.net"] = address;
    CHECK_FALSE(fetch(client, {"turned.whatsapp.net"}).ok);
  }
  CHECK(at.connected.empty());
  refused.push_back("good.whatsapp.net");
  CHECK(fetch(client, refused).ok);  // what is refused costs the others nothing
  CHECK(inside.connections() == 0);
  // A path leads nowhere else.
  for (const char* path : {"//127.0.0.1/", "/\\127.0.0.1/", "/@127.0.0.1/", "/#@127.0.0.1/"}) {
    const auto to = Destination::of_service("mmg.whatsapp.net", path);
    REQUIRE(to);
    CHECK(to->url().host == "mmg.whatsapp.net");
  }
  Running running;
  MediaClient overridden(running.out, "http://127.0.0.1:" + std::to_string(inside.port()));
  CHECK(fetch(overridden, {"unreachable.invalid"}).ok);
  CHECK(inside.connections() == 1);
}

TEST_CASE("webhook URLs mean the same to both readers") {
  for (const test::EgressCase& one : test::egress_corpus()) {
    INFO(one.url << " (" << one.why << ")");
    const auto to = Destination::of_tenant(one.url, {true, false});
    REQUIRE(to.has_value() == one.allowed);
    if (!to) continue;
    const auto begin = one.url.find("//") + 2;
    std::string authority = one.url.substr(begin, one.url.find_first_of("/?", begin) - begin);
    const auto colon = authority.rfind(':');
    if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
      CHECK(to->url().port == std::stoul(authority.substr(colon + 1)));
      authority.resize(colon);
    }
    CHECK((to->url().host == authority || "[" + to->url().host + "]" == authority));
  }
}

TEST_CASE("what an answer may make us read is bounded, however it is packed") {
  std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string one = "1;x=" + std::string(60'000, 'y') + "\r\nz\r\n";
  std::string extension = chunks + "1;x=" + std::string(64u << 20, 'y');
  while (chunks.size() < (64u << 20)) chunks += one;
  for (const std::string* answer : {&chunks, &extension}) {
    ScriptedPeer peer([&](const std::string&) { return *answer; });
    Running running;
    WebhookClient client(running.out, true);
    CHECK(post(client, local(peer.port())).status == 200);
    for (int i = 0; i < 500 && peer.written() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(peer.written() < (24u << 20));  // what the kernel keeps between the two is some MiB
  }
}

TEST_CASE("receivers that hang take the places of their tenants, never those of the others") {
  ScriptedPeer hanging([](const std::string&) { return std::string(); });
  ScriptedPeer good([](const std::string&) { return std::string("HTTP/1.1 204 No Content\r\n\r\n"); });
  Running running;
  WebhookClient client(running.out, true);
  const int tenants = 6, each = 40;
  std::atomic<int> ended{0};
  for (int tenant = 0; tenant < tenants; ++tenant) {
    for (int i = 0; i < each; ++i) {
      PostWebhook webhook;
      webhook.url = local(hanging.port());
      webhook.timeout_ms = 600'000;
      client.post("bad" + std::to_string(tenant), webhook, [&](gateway::WebhookDone) { ++ended; });
    }
  }
  for (int i = 0; i < 1000 && hanging.connections() < 12; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  // Slow ones make room, but not for a receiver that has said nothing.
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  CHECK(hanging.connections() == 12);  // two each
  for (int tenant = 0; tenant < 20; ++tenant) {
    PostWebhook webhook;
    webhook.url = local(good.port());
    webhook.timeout_ms = 60'000;
    std::promise<int> status;
    client.post("good" + std::to_string(tenant), webhook, [&](gateway::WebhookDone done) { status.set_value(done.status); });
    CHECK(status.get_future().get() == 204);
  }
  CHECK(hanging.connections() == 12);
  CHECK(ended == 0);
}

TEST_CASE("however many receivers hang, a tenant's other device is not held up by them") {
  ScriptedPeer hanging([](const std::string&) { return std::string(); });
  ScriptedPeer good([](const std::string&) { return std::string("HTTP/1.1 204 No Content\r\n\r\n"); });
  Running running;
  WebhookClient client(running.out, true);
  for (int device = 0; device < 25; ++device) {
    for (int i = 0; i < 8; ++i) {
      PostWebhook webhook;
      webhook.url = local(hanging.port()) + "&d=" + std::to_string(device);
      webhook.url.replace(webhook.url.find("/hook"), 5, "/hook" + std::to_string(device));
      webhook.timeout_ms = 600'000;
      client.post("t", webhook, [](gateway::WebhookDone) {}, "bad" + std::to_string(device));
    }
  }
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 3; ++i) {
    PostWebhook webhook;
    webhook.url = local(good.port());
    std::promise<int> status;
    client.post("t", webhook, [&](gateway::WebhookDone done) { status.set_value(done.status); }, "good");
    CHECK(status.get_future().get() == 204);
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1000));
}

TEST_CASE("why a delivery failed is told") {
  RunningOn running([](const std::string& host) {
    Resolver::Addresses out;
    if (host == "private.example.com") out.push_back(boost::asio::ip::make_address("10.1.2.3"));
    if (host == "here.example.com") out.push_back(boost::asio::ip::address_v4::loopback());
    return out;
  });
  Outgoing out{running.io, running.resolver, running.tls};
  WebhookClient client(out, true), strict(out, false);
  const auto refused = [] {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor taken(io, {boost::asio::ip::address_v4::loopback(), 0});
    return taken.local_endpoint().port();  // free again
  }();
  CHECK(post(client, local(refused)).fault == WebhookFault::refused);
  CHECK(post(client, "http://nowhere.example.com/").fault == WebhookFault::dns);
  CHECK(post(strict, "http://private.example.com/").fault == WebhookFault::address_not_allowed);
  CHECK(post(strict, "http://127.0.0.1/").fault == WebhookFault::address_not_allowed);
  ScriptedPeer silent([](const std::string&) { return std::string(); });
  CHECK(post(client, local(silent.port()), 300).fault == WebhookFault::timeout);
  ScriptedPeer other([](const std::string&) { return std::string("SSH-2.0-x\r\n\r\n"); });
  CHECK(post(client, local(other.port())).fault == WebhookFault::closed);
  native_test::TemporaryDirectory directory;
  native_test::make_certificate(directory.path(), "DNS:here.example.com");
  boost::asio::ssl::context unknown{boost::asio::ssl::context::tls_server};
  unknown.use_certificate_chain_file((directory.path() / "s.pem").string());
  unknown.use_private_key_file((directory.path() / "s.key").string(), boost::asio::ssl::context::pem);
  ScriptedPeer signed_by_whom([](const std::string&) { return std::string(); }, &unknown);
  const std::string at = "https://here.example.com:" + std::to_string(signed_by_whom.port()) + "/";
  CHECK(post(client, at).fault == WebhookFault::tls);
  TlsContext known((directory.path() / "ca.pem").string(), true);
  Outgoing trusting{running.io, running.resolver, known};
  WebhookClient trusted(trusting, true);
  CHECK(post(trusted, at, 500).fault == WebhookFault::timeout);  // the handshake is done, and nothing is said
  ScriptedPeer busy([](const std::string&) { return std::string("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"); });
  const auto done = post(client, local(busy.port()));
  CHECK(done.fault == WebhookFault::none);
  CHECK(fault_of(done.status, done.fault) == WebhookFault::status);
}

TEST_CASE("what the operator allows is connected to: by name, whatever it resolves to, or by network; nothing else") {
  ScriptedPeer peer([](const std::string&) { return std::string("HTTP/1.1 204 No Content\r\n\r\n"); });
  RunningOn running([](const std::string& host) {
    Resolver::Addresses out;
    if (host != "other") out.push_back(boost::asio::ip::address_v4::loopback());
    else out.push_back(boost::asio::ip::make_address("10.9.9.9"));
    return out;
  });
  Outgoing out{running.io, running.resolver, running.tls};
  const std::string at = ":" + std::to_string(peer.port()) + "/";
  AllowedHosts by_name, by_network;
  REQUIRE(by_name.add("N8N"));
  REQUIRE(by_network.add("127.0.0.0/8"));
  WebhookClient named(out, false, &by_name), within(out, false, &by_network);
  CHECK(post(named, "http://n8n" + at).status == 204);
  CHECK(post(named, "http://n8n.internal" + at).fault == WebhookFault::address_not_allowed);
  CHECK(post(named, "http://127.0.0.1" + at).fault == WebhookFault::address_not_allowed);
  CHECK(post(within, "http://anything" + at).status == 204);
  CHECK(post(within, "http://127.0.0.1" + at).status == 204);
  CHECK(post(within, "http://other" + at).fault == WebhookFault::address_not_allowed);
  CHECK(post(within, "http://[::1]" + at).fault == WebhookFault::address_not_allowed);
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
