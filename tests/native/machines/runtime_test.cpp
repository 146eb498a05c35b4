// The host's loop with machines that do as they are told (fake_machine): commit before effect, discard and reopen,
// one reply each, shutdown.
#include <sqlite3.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>

#include "native/machines/fake_machine.h"
#include "native/store/vandal.h"
#include "native/support.h"
#include "net/http_client.h"
#include "server/server.h"
#include "system/metrics.h"

using namespace wa;
using namespace wa::native;
using native_test::TemporaryDirectory;
using native_test::Vandal;

namespace {

Settings settings_of(const TemporaryDirectory& directory, const std::string& wa_url = "ws://127.0.0.1:9/") {
  Settings out = parse_settings(resolve_options(
      {{"listen", "127.0.0.1:0"}, {"admin-listen", "off"}, {"data-dir", (directory.path() / "data").string()}, {"wa-url", wa_url}},
      [](const char*) -> const char* { return nullptr; }, std::nullopt));
  log::configure(LogLevel::error, log::Format::text);
  return out;
}

class Running {
 public:
  explicit Running(const Settings& settings) : server(settings), client(*parse_url(server.base_url()), "t") {}
  ClientAnswer get(const std::string& target, const std::string& body = "") {
    return client.call("POST", target, body);
  }
  Server server;
  HttpClient client;
};

}  // namespace

TEST_CASE("requests reach their device, writes survive a restart") {
  TemporaryDirectory directory;
  {
    Running running(settings_of(directory));
    CHECK(running.get("/d/a/echo").status == 404);
    CHECK(running.get("/d/a/new").status == 201);
    CHECK(running.get("/d/b/new").status == 201);
    CHECK(running.get("/d/a/echo", "hello").body == "hello");
    for (int i = 1; i <= 5; ++i) CHECK(running.get("/d/a/count").body == std::to_string(i));
    CHECK(running.get("/d/b/read").body == "0");
    CHECK(running.get("/d/a/later").body == "late");
    CHECK(running.get("/d/a/twice").body == "one");
    CHECK(running.get("/d/a/echo", "still").body == "still");
  }
  Running again(settings_of(directory));
  CHECK(again.get("/d/a/read").body == "5");
}

TEST_CASE("many devices at once, every count arrives") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  constexpr int kDevices = 40, kThreads = 8, kRounds = 10;
  for (int i = 0; i < kDevices; ++i) REQUIRE(running.get("/d/" + std::to_string(i) + "/new").status == 201);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round)
        for (int i = 0; i < kDevices; ++i) wrong += running.get("/d/" + std::to_string(i) + "/count").status != 200;
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
  for (int i = 0; i < kDevices; ++i)
    CHECK(running.get("/d/" + std::to_string(i) + "/read").body == std::to_string(kThreads * kRounds));
}

TEST_CASE("a read that fails discards the machine: the request is refused, nothing of it is kept, others go on") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  for (const char* target : {"/d/a/new", "/d/b/new", "/d/a/count", "/d/b/count", "/d/a/later"})  // a tick: a forgets what it read
    REQUIRE(running.get(target).status < 300);
  Vandal vandal(directory.path() / "data");
  const std::string where = " WHERE scope=" + std::to_string(scope_of("a"));
  vandal.run("CREATE TABLE kept AS SELECT * FROM kv" + where);
  vandal.run("UPDATE kv SET value=randomblob(length(value))" + where);
  CHECK(running.get("/d/a/count").status == 500);
  CHECK(running.get("/d/b/count").body == "2");
  CHECK(running.get("/d/a/echo").status == 503);  // it cannot be opened either
  vandal.run("UPDATE kv SET value=(SELECT value FROM kept)" + where);
  ClientAnswer answer;
  for (int i = 0; i < 100 && answer.status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    answer = running.get("/d/a/count");
  }
  CHECK(answer.body == "2");
}

TEST_CASE("a commit that fails is answered as failed and leaves the old state") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  for (const char* target : {"/d/a/new", "/d/a/count"}) REQUIRE(running.get(target).status < 300);
  Vandal vandal(directory.path() / "data");
  vandal.run("BEGIN IMMEDIATE");  // nobody else can write now
  CHECK(running.get("/d/a/count").status == 500);
  CHECK(running.get("/d/x/new").status == 500);
  CHECK(running.client.call("GET", "/readyz").status == 503);
  CHECK(running.get("/healthz").status == 405);
  vandal.run("ROLLBACK");
  ClientAnswer answer;
  for (int i = 0; i < 100 && answer.status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    answer = running.get("/d/a/count");
  }
  CHECK(answer.body == "2");
  CHECK(running.get("/d/x/echo").status == 404);
  CHECK(running.get("/d/x/new").status == 201);
  CHECK(running.client.call("GET", "/readyz").status == 200);
}

TEST_CASE("a step that throws costs its request and its machine, and nobody else") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  for (const char* target : {"/d/a/new", "/d/b/new", "/d/a/count", "/d/b/count"}) REQUIRE(running.get(target).status < 300);
  const Counters& all = counters();
  const std::uint64_t devices = all.device_exceptions, directories = all.directory_exceptions, discards = all.discards;
  CHECK(running.get("/d/a/throw").status == 500);
  CHECK(running.get("/d/b/count").body == "2");
  ClientAnswer answer;
  for (int i = 0; i < 100 && answer.status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    answer = running.get("/d/a/count");
  }
  CHECK(answer.body == "2");  // as its rows say
  CHECK(all.device_exceptions == devices + 1);
  CHECK(all.discards == discards + 1);
  for (int i = 1; i <= 3; ++i) {
    CHECK(running.get("/d/a/burst").status == 500);
    CHECK(all.directory_exceptions == directories + static_cast<std::uint64_t>(i));
    CHECK(running.get("/d/a/echo", "on").body == "on");
    CHECK(running.get("/d/new" + std::to_string(i) + "/new").status == 201);
  }
}

TEST_CASE("while one device's step takes long, the directory and the other devices go on") {
  TemporaryDirectory directory;
  Settings settings = settings_of(directory);
  settings.threads = 2;
  Running running(settings);
  for (const char* target : {"/d/a/new", "/d/b/new"}) REQUIRE(running.get(target).status == 201);
  ClientAnswer held;
  std::thread holder([&] { held = HttpClient(*parse_url(running.server.base_url()), "t").call("POST", "/d/a/hold", ""); });
  CHECK(native_test::gate().wait_entered());
  CHECK(running.get("/d/b/count").body == "1");
  CHECK(running.get("/d/c/new").status == 201);
  CHECK(running.get("/d/c/echo", "c").body == "c");
  CHECK_FALSE(native_test::gate().gave_up);
  native_test::gate().let_go();
  holder.join();
  CHECK(held.body == "held");
}

TEST_CASE("a removed device is gone with its rows") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  for (const char* target : {"/d/a/new", "/d/a/count"}) REQUIRE(running.get(target).status < 300);
  CHECK(running.get("/d/a/remove").body == "gone");
  for (int i = 0; i < 100 && running.get("/d/a/echo").body != "no such device"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(running.get("/d/a/new").status == 201);
  CHECK(running.get("/d/a/read").body == "0");
}

TEST_CASE("a connection that cannot be made is closed for the machine") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  REQUIRE(running.get("/d/a/new").status == 201);
  CHECK(running.get("/d/a/dial").body == "closed");
}

// While nothing can be committed, a device takes no more from the service than it may hold; the rest stays in the network.
TEST_CASE("what is read ahead for a device that cannot go on is bounded in bytes") {
  namespace asio = boost::asio;
  constexpr std::size_t kMessages = 64, kMessageBytes = 1u << 20;
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  std::promise<void> opened, locked;
  std::atomic<std::size_t> written{0};
  std::thread service([&] {
    boost::beast::websocket::stream<asio::ip::tcp::socket> web(acceptor.accept());
    boost::beast::error_code failed;
    web.accept(failed);
    web.binary(true);
    opened.set_value();
    locked.get_future().wait();
    const Bytes message(kMessageBytes, 7);
    while (!failed && written < kMessages) {
      web.write(asio::buffer(message), failed);
      if (!failed) ++written;
    }
  });
  TemporaryDirectory directory;
  Running running(settings_of(directory, "ws://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/"));
  REQUIRE(running.get("/d/a/new").status == 201);
  std::thread dial([&] { CHECK(running.get("/d/a/dial").status == 500); });  // when the commit has failed
  opened.get_future().wait();
  Vandal vandal(directory.path() / "data");
  vandal.run("BEGIN IMMEDIATE");
  locked.set_value();
  service.join();
  dial.join();
  CHECK(written < 24);  // some MiB are in the kernel, on both sides
}

TEST_CASE("stopping answers what waits") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  REQUIRE(running.get("/d/a/new").status == 201);
  ClientAnswer answer;
  std::thread waiting([&] { answer = running.get("/d/a/later"); });
  for (int i = 0; i < 5000 && running.server.open_requests() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  running.server.stop();
  waiting.join();
  CHECK(answer.body == "late");
  running.server.wait();
  CHECK(running.get("/healthz").status == 0);
}

TEST_CASE("rows that no effect waits for are written soon, and at the latest by stopping") {
  TemporaryDirectory directory;
  Settings settings = settings_of(directory);
  settings.drain_seconds = 0;  // stops before the time of such rows has come
  const auto silent = [](Running& running, const std::string& device) {
    REQUIRE(running.get("/d/" + device + "/new").status == 201);
    return std::thread([&running, device] {
      HttpClient(*parse_url(running.server.base_url()), "t").call("POST", "/d/" + device + "/silent", "");
    });
  };
  {
    Running running(settings);
    std::thread asks = silent(running, "a");
    Vandal reader(directory.path() / "data");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    sqlite3_stmt* find = nullptr;
    REQUIRE(sqlite3_prepare_v2(reader.db(), "SELECT 1 FROM kv WHERE id=CAST('n' AS BLOB)", -1, &find, nullptr) == SQLITE_OK);
    while (sqlite3_step(find) != SQLITE_ROW && std::chrono::steady_clock::now() < end) sqlite3_reset(find);
    CHECK(std::chrono::steady_clock::now() < end);
    sqlite3_finalize(find);
    std::thread late = silent(running, "b");
    for (int i = 0; i < 10'000 && running.server.open_requests() < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // from there to the device's own queue
    running.server.stop();
    running.server.wait();
    asks.join();
    late.join();
  }
  Running again(settings);
  CHECK(again.get("/d/a/read").body == "7");
  CHECK(again.get("/d/b/read").body == "7");
}

TEST_CASE("a second server on the same directory does not start") {
  TemporaryDirectory directory;
  Running running(settings_of(directory));
  CHECK_THROWS_WITH(Server(settings_of(directory)), Catch::Contains("in use by another process"));
}
