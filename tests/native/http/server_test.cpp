// The HTTP front under bad input, byte by byte over real sockets. The route behind it answers with what it got.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include "http/server.h"
#include "native/http/bad_requests.h"
#include "native/support.h"

using namespace wa;
using namespace wa::native;
using native_test::RawClient;
using nlohmann::json;

namespace {

// A server with short waits; GET /slow answers after 50 ms from another thread, /twice answers twice.
class TestServer {
 public:
  explicit TestServer(std::size_t connections_max = 100, HttpServerOptions options = {}, std::int64_t header_ms = 400) {
    options.listen = {"127.0.0.1", 0};
    options.idle_ms = 700;
    options.header_ms = header_ms;
    options.body_ms = 400;
    options.connections_max = connections_max;
    server_ = std::make_unique<HttpServer>(
        io_, options, [this](HttpRequest&& request, Answer answer) { route(std::move(request), std::move(answer)); });
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~TestServer() {
    io_.stop();
    for (auto& thread : threads_) thread.join();
    for (auto& thread : slow_) thread.join();
  }
  std::uint16_t port() const { return server_->port(); }
  HttpServer& server() { return *server_; }
  int requests() const { return requests_; }

 private:
  void route(HttpRequest&& request, Answer answer) {
    ++requests_;
    const json body{{"method", request.method},
                    {"target", request.target},
                    {"size", request.body.size()},
                    {"token", request.authorization}};
    if (request.target != "/slow") return answer(json_reply(200, body.dump()));
    const std::lock_guard lock(mutex_);
    slow_.emplace_back([body, answer] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      answer(json_reply(200, body.dump()));
    });
  }
  boost::asio::io_context io_;
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_, slow_;
  std::mutex mutex_;
  std::atomic<int> requests_{0};
};

json body_of(const std::string& response) {
  return json::parse(response.substr(response.find("\r\n\r\n") + 4), nullptr, false);
}

void check_refusal(const std::string& response, const char* status, const char* code) {
  INFO(response);
  CHECK(response.starts_with(std::string("HTTP/1.1 ") + status));
  CHECK(response.find("Content-Type: application/json") != std::string::npos);
  const json body = body_of(response);
  REQUIRE(body.is_object());
  CHECK(body["success"] == false);
  CHECK(body["error_code"] == code);
  CHECK(body["timestamp"].is_string());
}

}  // namespace

TEST_CASE("requests that cannot be read get an envelope and a close, and reach nobody") {
  TestServer server;
  struct Row { const char* name; std::string bytes; const char *status, *code; };
  const Row rows[] = {
      {"no HTTP at all", "hello\r\n\r\n", "400", "INVALID_REQUEST"},
      {"TLS on the plain port",
       std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(30, 'x') + "\r\n\r\n", "400",
       "INVALID_REQUEST"},
      {"bad version", "GET / HTTP/9.9\r\n\r\n", "400", "INVALID_REQUEST"},
      {"bad header", "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "400", "INVALID_REQUEST"},
      {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400", "INVALID_REQUEST"},
      {"length and chunked", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "400", "INVALID_REQUEST"},
      {"bad length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", "400", "INVALID_REQUEST"},
      {"bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400", "INVALID_REQUEST"},
      {"header too large", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", "431", "INVALID_REQUEST"},
      {"announced body too large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "413", "PAYLOAD_TOO_LARGE"},
      {"chunked body too large",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n180000\r\n" + std::string(0x180000, 'b'), "413",
       "PAYLOAD_TOO_LARGE"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    RawClient client(server.port());
    client.send(row.bytes);
    check_refusal(client.read_until_closed(), row.status, row.code);
    CHECK(client.closed());
  }
  CHECK(server.requests() == 0);
}

TEST_CASE("an unknown content encoding is refused, the connection lives on") {
  TestServer server;
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
  check_refusal(client.read_responses(1), "400", "INVALID_REQUEST");
  client.send("GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.read_responses(1).starts_with("HTTP/1.1 200"));
}

TEST_CASE("requests sent ahead are answered in order") {
  TestServer server;
  RawClient client(server.port());
  client.send(
      "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyzGET /c "
      "HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_until_closed();
  const auto a = all.find("/slow"), b = all.find("/b"), c = all.find("/c");
  INFO(all);
  REQUIRE(c != std::string::npos);
  CHECK(a < b);
  CHECK(b < c);
  CHECK(client.closed());
}

TEST_CASE("bytes may come in any pieces") {
  TestServer server;
  RawClient client(server.port());
  for (const char byte :
       std::string("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
    client.send({&byte, 1});
  CHECK(body_of(client.read_responses(1))["size"] == 5);
}

TEST_CASE("HTTP/1.0 is answered and closed, kept open when asked") {
  TestServer server;
  RawClient plain(server.port());
  plain.send("GET /a HTTP/1.0\r\n\r\n");
  CHECK(plain.read_until_closed().starts_with("HTTP/1.1 200"));
  CHECK(plain.closed());
  RawClient kept(server.port());
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.read_responses(1).find("Connection: keep-alive") != std::string::npos);
  kept.send("GET /b HTTP/1.0\r\n\r\n");
  CHECK(kept.read_responses(1).starts_with("HTTP/1.1 200"));
}

TEST_CASE("Expect: 100-continue is answered before the body") {
  TestServer server;
  RawClient client(server.port());
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  client.send("abcd");
  const std::string all = client.read_responses(1);
  CHECK(all.starts_with("HTTP/1.1 100"));
  CHECK(all.find("\"size\":4") != std::string::npos);
}

TEST_CASE("HEAD has no body") {
  TestServer server;
  RawClient client(server.port());
  client.send("HEAD /h HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string all = client.read_until_closed();
  CHECK(all.find("Content-Length: ") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\n"));
}

TEST_CASE("slow peers are ended: a header drop by drop, a body that stops, silence") {
  TestServer server;
  struct Row { const char *name, *bytes; bool told; };
  const Row rows[] = {{"header", "GET / HTTP/1.1\r\nX: ", true},
                      {"body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab", true},
                      {"silence", "", false}};
  for (const Row& row : rows) {
    INFO(row.name);
    RawClient client(server.port());
    const auto start = std::chrono::steady_clock::now();
    client.send(row.bytes);
    std::thread dripping([&] {
      for (int i = 0; row.told && i < 12; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        try { client.send("a"); } catch (const std::exception&) { return; }
        if (i >= 6 && row.bytes[0] == 'P') return;
      }
    });
    const std::string all = client.read_until_closed(5);
    dripping.join();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(4500));
    CHECK(client.closed());
    if (row.told) {
      check_refusal(all, "408", "INVALID_REQUEST");
    } else {
      CHECK(all.empty());
    }
  }
  CHECK(server.requests() == 0);
}

TEST_CASE("peers that vanish while an answer is made harm nobody") {
  TestServer server;
  for (int i = 0; i < 20; ++i) {
    RawClient client(server.port());
    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  RawClient client(server.port());
  client.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.read_responses(1).starts_with("HTTP/1.1 200"));
}

TEST_CASE("a new connection takes the place of the oldest idle one") {
  TestServer server(2);
  RawClient busy(server.port()), idle(server.port());
  idle.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_FALSE(idle.read_responses(1).empty());
  busy.send("GET /x");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  RawClient next(server.port());
  next.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(next.read_responses(1).starts_with("HTTP/1.1 200"));
  busy.send(" HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(busy.read_responses(1).starts_with("HTTP/1.1 200"));
  idle.read_until_closed(1);
  CHECK(idle.closed());
}

TEST_CASE("who sends ahead without waiting is slowed, and all is answered in order") {
  TestServer server;
  RawClient client(server.port());
  std::string ahead;
  for (int i = 0; i < 200; ++i) ahead += "GET /n" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto begin = std::chrono::steady_clock::now();
  client.send(ahead);
  const std::string answers = client.read_responses(200);
  CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(120));
  std::size_t at = 0;
  for (int i = 0; i < 200 && at != std::string::npos; ++i) at = answers.find("\"/n" + std::to_string(i) + "\"", at);
  CHECK(at != std::string::npos);
}

TEST_CASE("connections beyond the limit are closed when none is idle, and room comes back") {
  TestServer server(2);
  auto a = std::make_unique<RawClient>(server.port());
  RawClient b(server.port());
  for (RawClient* client : {a.get(), &b}) client->send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  RawClient refused(server.port());
  refused.read_until_closed(2);
  CHECK(refused.closed());
  a.reset();
  for (int i = 0; i < 50 && server.server().connections() > 1; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  RawClient next(server.port());
  next.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(next.read_responses(1).starts_with("HTTP/1.1 200"));
}

TEST_CASE("half-sent heads do not take all places: the oldest of a stranger gives way, that of a known client does not") {
  HttpServerOptions options;
  options.door.known = [](const HttpHead& head, AddressKey) -> std::optional<Admission> {
    if (head.authorization == "good") return Admission{};
    return Admission{error_reply(401, "UNAUTHORIZED", "Invalid token"), {}};
  };
  TestServer server(3, options, 10'000);
  const std::string good = "GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\n\r\n";
  RawClient known(server.port()), stranger(server.port()), other(server.port());
  known.send(good);
  CHECK(known.read_responses(1).starts_with("HTTP/1.1 200"));
  stranger.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");  // an answer without a token makes nobody known
  CHECK(stranger.read_responses(1).starts_with("HTTP/1.1 401"));
  for (RawClient* client : {&known, &stranger, &other}) client->send(good.substr(0, 20));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  RawClient next(server.port());
  next.send(good);
  CHECK(next.read_responses(1).starts_with("HTTP/1.1 200"));
  known.send(good.substr(20));
  CHECK(known.read_responses(1).starts_with("HTTP/1.1 200"));
  other.send(good.substr(20));
  CHECK(other.read_responses(1).starts_with("HTTP/1.1 200"));
  CHECK(stranger.read_until_closed(1).empty());
  CHECK(stranger.closed());
}

TEST_CASE("an address has at most a quarter of the places, but some") {
  struct Row { std::size_t wanted, all, expected; };
  for (const Row& row : {Row{1024, 16384, 1024}, Row{1024, 512, 128}, Row{1024, 20, 16}, Row{8, 512, 8}, Row{0, 512, 0}}) {
    INFO(row.wanted << " of " << row.all);
    CHECK(connections_of_address(row.wanted, row.all) == row.expected);
  }
}

TEST_CASE("draining finishes what is asked and takes no more") {
  TestServer server;
  RawClient busy(server.port());
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 5000 && server.requests() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server.server().drain();
  const std::string answer = busy.read_responses(1);
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);  // it was asked before, and answered after
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_THROWS(RawClient(server.port()));
}

namespace {

std::size_t answers_in(const std::string& bytes) {
  std::size_t out = 0;
  for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 ", at)) != std::string::npos; ++at) ++out;
  return out;
}

}  // namespace

TEST_CASE("a request whose end could be seen elsewhere is refused, and what follows it is never read") {
  TestServer server;
  std::size_t codings = 0;
  for (const native_test::BadRequest& row : native_test::bad_requests()) {
    INFO(row.name);
    codings += row.bytes.find("Transfer-Encoding") != std::string::npos && !row.in_body;
    RawClient client(server.port());
    client.send(row.bytes);
    const std::string all = client.read_until_closed();
    check_refusal(all, std::to_string(row.status).c_str(), "INVALID_REQUEST");
    CHECK(answers_in(all) == 1);
    CHECK(all.find("Connection: close") != std::string::npos);
    CHECK(client.closed());
  }
  CHECK(codings >= 30);
  CHECK(server.requests() == 0);
}

TEST_CASE("what RFC 9112 lets a client send is taken, at whatever byte it is cut") {
  TestServer server;
  for (const native_test::GoodRequest& row : native_test::good_requests()) {
    for (const bool bytewise : {false, true}) {
      INFO(row.name << (bytewise ? ", byte by byte" : ""));
      RawClient client(server.port());
      for (std::size_t at = 0; at < row.bytes.size(); at += bytewise ? 1 : row.bytes.size())
        client.send(std::string_view(row.bytes).substr(at, bytewise ? 1 : row.bytes.size()));
      const std::string all = client.read_responses(row.answers, 5);
      INFO(all);
      CHECK(answers_in(all) == static_cast<std::size_t>(row.answers));
      CHECK(all.find("HTTP/1.1 200") == 0);
      CHECK(body_of(all.substr(0, all.find("HTTP/1.1", 1)))["size"] == row.body);
      CHECK(all.find("http://") == std::string::npos);  // the target is a path
    }
  }
}

TEST_CASE("answers are kept out of caches, and no browser guesses what they are") {
  TestServer server;
  for (const char* request : {"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x HTTP/1.1\r\n\r\n"}) {
    RawClient client(server.port());
    client.send(request);
    const std::string all = client.read_responses(1);
    CHECK(all.find("Cache-Control: no-store\r\n") != std::string::npos);
    CHECK(all.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
  }
  Reply page = json_reply(200, "{}");
  page.headers = {{"cache-control", "public"}, {"x-content-type-options", "nosniff"}};
  const std::string head = reply_head(page, true);
  CHECK(head.find("no-store") == std::string::npos);
  CHECK(head.find("nosniff") == head.rfind("nosniff"));
}
