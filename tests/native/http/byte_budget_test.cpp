// What requests and answers may hold of the process, counted in bytes: by whom, how many, and that it comes back.
#include <sys/resource.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <mutex>

#include "http/server.h"
#include "native/support.h"

using namespace wa;
using namespace wa::native;
using native_test::RawClient;
using Grant = ByteBudget::Grant;

namespace {

ByteBudget::Loan loan_of(const std::shared_ptr<ByteBudget>& budget, std::string tenant, std::string address = "") {
  return {budget, std::move(tenant), std::move(address)};
}

// The token names the tenant; only `good...` ones come in. Answers wait until they are released.
class GuardedServer {
 public:
  explicit GuardedServer(std::size_t bytes_max = 8u << 20, bool answers = true, std::size_t heads_max = 0)  // 0: an eighth
      : answers_(answers) {
    HttpServerOptions options;
    options.listen = {"127.0.0.1", 0};
    options.connections_max = 5'000;
    options.budget = budget = std::make_shared<ByteBudget>(bytes_max);
    options.heads = heads = std::make_shared<ByteBudget>(heads_max == 0 ? bytes_max / 8 : heads_max);
    options.door.known = [](const HttpHead& head, AddressKey) -> std::optional<Admission> {
      if (head.authorization.starts_with("ask")) return std::nullopt;
      return judge(head);
    };
    options.door.ask = [this](const HttpHead& head, AddressKey, std::function<void(Admission)> tell) {
      boost::asio::post(io_, [admission = judge(head), tell = std::move(tell)] { tell(admission); });
    };
    server_ = std::make_unique<HttpServer>(io_, options, [this](HttpRequest&& request, Answer answer) {
      ++requests;
      if (request.target == "/large") return answer(json_reply(200, std::string(1u << 20, 'x')));
      if (answers_) return answer(json_reply(200, std::to_string(request.body.size())));
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(answer));
    });
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~GuardedServer() {
    release();
    io_.stop();
    for (auto& thread : threads_) thread.join();
  }
  void release() {
    const std::lock_guard lock(mutex_);
    answers_ = true;
    for (const Answer& answer : std::exchange(waiting_, {})) answer(json_reply(200, "{}"));
  }
  // Answers of `bytes` for all that wait, while no thread is there to write one. Then what is held is told.
  std::size_t held_of_answers(std::size_t bytes) {
    std::promise<void> go;
    const std::shared_future<void> gone = go.get_future().share();
    std::atomic<std::size_t> stopped{0};
    for (std::size_t i = 0; i < threads_.size(); ++i)
      boost::asio::post(io_, [&stopped, gone] {
        ++stopped;
        gone.wait();
      });
    while (stopped < threads_.size()) std::this_thread::yield();
    {
      const std::lock_guard lock(mutex_);
      for (const Answer& answer : std::exchange(waiting_, {})) answer(json_reply(200, std::string(bytes, 'x')));
    }
    const std::size_t held = budget->held();
    go.set_value();
    return held;
  }
  std::uint16_t port() const { return server_->port(); }
  HttpServer& server() { return *server_; }
  std::shared_ptr<ByteBudget> budget, heads;
  std::atomic<int> requests{0};

 private:
  static Admission judge(const HttpHead& head) {
    if (head.authorization.find("good") == std::string::npos) return {error_reply(401, "UNAUTHORIZED", "Invalid token"), {}};
    return {std::nullopt, head.authorization};
  }
  std::atomic<bool> answers_;
  std::mutex mutex_;
  std::vector<Answer> waiting_;
  boost::asio::io_context io_;
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_;
};

std::string post(const std::string& token, std::size_t length) {
  return "POST /x HTTP/1.1\r\nHost: a\r\nAuthorization: " + token + "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

bool until(const std::function<bool()>& true_now) {
  for (int i = 0; i < 500 && !true_now(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return true_now();
}

}  // namespace

TEST_CASE("shares: one holder leaves half, two a third each, and room for whoever comes next") {
  const auto budget = std::make_shared<ByteBudget>(1'200);
  auto a = loan_of(budget, "a"), b = loan_of(budget, "b"), c = loan_of(budget, "c");
  std::size_t most = 0;
  while (a.grow_to(most + 1) == Grant::lent) ++most;
  CHECK(most == 600);
  CHECK(a.grow_to(601) == Grant::share_used);
  auto more = loan_of(budget, "a");
  CHECK(more.grow_to(1) == Grant::share_used);  // a holder, not a request, has a share
  CHECK(b.grow_to(300) == Grant::lent);
  CHECK(b.grow_to(301) == Grant::share_used);
  CHECK(c.grow_to(150) == Grant::lent);
  CHECK(loan_of(budget, "d").grow_to(151) == Grant::all_used);  // has nothing yet: it is not his share
  CHECK(loan_of(budget, "d").grow_to(1'201) == Grant::all_used);
  a.give_back();
  CHECK(c.grow_to(375) == Grant::lent);
  CHECK(budget->held() == 675);
  CHECK(budget->peak() == 1'050);
  b = ByteBudget::Loan();
  auto moved = std::move(c);
  CHECK(budget->held() == 375);
  moved.give_back();
  CHECK(budget->held() == 0);
  CHECK(budget->holders() == 0);
}

TEST_CASE("shares: tenants behind one address, and one tenant from many addresses, are both bounded") {
  const auto budget = std::make_shared<ByteBudget>(1'000);
  std::vector<ByteBudget::Loan> loans;
  const auto all_of = [&](auto name) {
    std::size_t sum = 0;
    for (int i = 0; i < 1'000; ++i) {
      loans.push_back(name(i));
      if (loans.back().grow_to(10) == Grant::lent) sum += 10;
    }
    loans.clear();
    return sum;
  };
  CHECK(all_of([&](int i) { return loan_of(budget, "t" + std::to_string(i), "a"); }) == 500);
  CHECK(all_of([&](int i) { return loan_of(budget, "t", "a" + std::to_string(i)); }) == 500);
  CHECK(budget->held() == 0);
}

TEST_CASE("3,000 connections that announce bodies without a valid token hold nothing of them") {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t count = std::min<std::size_t>(3'000, (files.rlim_cur - 200) / 2);
  GuardedServer server;
  namespace asio = boost::asio;
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> clients;
  const std::string part(2'000, 'x');
  std::size_t sent = 0;
  for (std::size_t i = 0; i < count; ++i) {
    asio::ip::tcp::socket& one = clients.emplace_back(io);
    one.connect({asio::ip::make_address("127.0.0.1"), server.port()});
    const std::string kind = i % 3 == 0 ? "bad" : i % 3 == 1 ? "ask bad" : "";
    std::string head = post(kind, 1'000'000);
    if (i % 5 == 0) head = "POST /x HTTP/1.1\r\nHost: a\r\nAuthorization: " + kind + "\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n";
    boost::system::error_code ignored;
    sent += asio::write(one, asio::buffer(head + part), ignored);
  }
  std::size_t refused = 0;
  for (auto& one : clients) {
    char bytes[12] = {};
    boost::system::error_code failed;
    asio::read(one, asio::buffer(bytes), failed);
    refused += std::string_view(bytes, 12) == "HTTP/1.1 401";
  }
  CHECK(sent > count * part.size());
  CHECK(refused == count);
  CHECK(server.requests == 0);
  CHECK(server.budget->peak() == 0);
  clients.clear();
  CHECK(until([&] { return server.server().connections() == 0; }));
}

TEST_CASE("announced bodies of one tenant take its share, another tenant's are read") {
  GuardedServer server(8u << 20);
  std::vector<std::unique_ptr<RawClient>> greedy;
  std::size_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    auto client = std::make_unique<RawClient>(server.port());
    const std::size_t before = server.budget->held();
    client->send(post("good a", 1'000'000) + "x");
    // Those that fit are taken one after another: the next is judged by what they hold.
    if (i < 4) CHECK(until([&] { return server.budget->held() > before; }));
    const std::string told = client->read_responses(1, i < 4 ? 0 : 10);
    if (!told.empty()) {
      CHECK(told.find("RATE_LIMITED") != std::string::npos);
      CHECK(told.starts_with("HTTP/1.1 429"));
      CHECK(told.find("Retry-After: ") != std::string::npos);
      ++refused;
    }
    greedy.push_back(std::move(client));
  }
  CHECK(refused == 16);
  CHECK(server.budget->held() <= 4u << 20);
  greedy.clear();
  CHECK(until([&] { return server.budget->held() == 0; }));
  RawClient after(server.port());
  after.send(post("good a", 1'000'000) + std::string(1'000'000, 'x'));
  CHECK(after.read_responses(1).find("1000000") != std::string::npos);
}

TEST_CASE("bytes are held until the request is answered, and come back when its client is gone") {
  GuardedServer server(8u << 20, false);
  RawClient client(server.port());
  client.send(post("ask good", 100'000) + std::string(100'000, 'x'));
  REQUIRE(until([&] { return server.requests == 1; }));
  CHECK(server.budget->held() == 100'000);
  server.release();
  CHECK(client.read_responses(1).starts_with("HTTP/1.1 200"));
  CHECK(until([&] { return server.budget->held() == 0; }));
  {
    RawClient gone(server.port());
    gone.send(post("good", 500'000) + "x");
    REQUIRE(until([&] { return server.budget->held() == 500'000; }));
  }
  CHECK(until([&] { return server.budget->held() == 0; }));
}

TEST_CASE("a chunked body is paid for as it comes") {
  GuardedServer server(1u << 20);
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 12; ++i) client.send("10000\r\n" + std::string(0x10000, 'x') + "\r\n");
  const std::string told = client.read_until_closed();
  CHECK(told.starts_with("HTTP/1.1 429"));
  CHECK(server.budget->peak() <= 512u << 10);
  CHECK(server.requests == 0);
  CHECK(until([&] { return server.budget->held() == 0; }));
}

TEST_CASE("answers are paid for when they are handed over, not when their connection gets to them") {
  GuardedServer server(8u << 20, false);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send("GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\n\r\n");
  }
  REQUIRE(until([&] { return server.requests == 10; }));
  CHECK(server.held_of_answers(1u << 20) == 4u << 20);  // the tenant's share
  int good = 0, refused = 0;
  for (const auto& client : clients) {
    const std::string told = client->read_responses(1);
    good += told.starts_with("HTTP/1.1 200");
    refused += told.starts_with("HTTP/1.1 503") && told.find("Retry-After: ") != std::string::npos &&
               told.find("too many answers wait to be read") != std::string::npos;
  }
  CHECK(good == 4);
  CHECK(refused == 6);
  CHECK(until([&] { return server.budget->held() == 0; }));
}

TEST_CASE("large heads of strangers take nothing from the bodies and answers of those who are known") {
  GuardedServer server(1u << 20);  // and an eighth of it beside, for heads
  RawClient known(server.port());
  known.send("GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\n\r\n");
  CHECK(known.read_responses(1).starts_with("HTTP/1.1 200"));
  std::vector<std::unique_ptr<RawClient>> strangers;
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    strangers.push_back(std::make_unique<RawClient>(server.port()));
    strangers.back()->send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(12'000, 'x'));
    refused += strangers.back()->read_responses(1, i < 2 ? 0 : 1).starts_with("HTTP/1.1 ") ? 1 : 0;
  }
  CHECK(refused >= 16);
  CHECK(server.budget->held() == 0);
  const std::string large = "Host: a\r\nAuthorization: good\r\nX: " + std::string(12'000, 'x') + "\r\n";
  known.send("POST /x HTTP/1.1\r\n" + large + "Content-Length: 400000\r\n\r\n" + std::string(400'000, 'x'));
  CHECK(known.read_responses(1).find("400000") != std::string::npos);
}

TEST_CASE("heads that come slowly are paid for beyond their first bytes") {
  GuardedServer server(64u << 10, true, 64u << 10);
  std::vector<std::unique_ptr<RawClient>> clients;
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(12'000, 'x'));
    refused += clients.back()->read_responses(1, 1).starts_with("HTTP/1.1 ") ? 1 : 0;
  }
  CHECK(refused >= 8);
  CHECK(server.budget->peak() == 0);
  CHECK(server.heads->peak() > 0);
  CHECK(server.heads->peak() <= 32u << 10);
}

TEST_CASE("answers that nobody reads hold no more than a share") {
  GuardedServer server(4u << 20);
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 40; ++i) {
    slow.push_back(std::make_unique<RawClient>(server.port()));
    std::string ahead;
    for (int n = 0; n < 10; ++n) ahead += "GET /large HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\n\r\n";
    slow.back()->send(ahead);
  }
  CHECK(until([&] { return server.requests >= 40; }));
  RawClient other(server.port());
  other.send("GET /small HTTP/1.1\r\nHost: a\r\nAuthorization: good other\r\n\r\n");
  CHECK(other.read_responses(1).starts_with("HTTP/1.1 200"));
  CHECK(server.budget->peak() <= 2u << 20);
  CHECK(server.budget->peak() > 0);
  slow.clear();
  CHECK(until([&] { return server.budget->held() == 0; }));
}

TEST_CASE("Expect: 100-continue is not answered before the token is known") {
  GuardedServer server;
  RawClient client(server.port());
  client.send("POST /x HTTP/1.1\r\nHost: a\r\nAuthorization: bad\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  const std::string told = client.read_until_closed();
  CHECK(told.starts_with("HTTP/1.1 401"));
  CHECK(told.find("Connection: close") != std::string::npos);
}
