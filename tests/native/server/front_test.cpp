// The front of the whole program, both its listeners: what it refuses on the head of a request, and that it stays reachable.
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "native/http/bad_requests.h"
#include "native/server_process.h"
#include "native/support.h"
#include "net/http_client.h"

using wa::native_test::bytes_of;
using namespace wa::native;
using nlohmann::json;
using wa::native_test::RawClient;
using wa::native_test::ScriptedPeer;
using wa::native_test::ServerProcess;
using wa::native_test::TemporaryDirectory;

namespace {

namespace fs = std::filesystem;

HttpClient caller(std::uint16_t port, std::string token = "") {
  return HttpClient(*parse_url("http://127.0.0.1:" + std::to_string(port)), std::move(token));
}

std::string tenant_token(const ServerProcess& server, const fs::path& data) {
  std::ifstream in(data / "master-token");
  std::string master;
  in >> master;
  const ClientAnswer made = caller(server.port(), master)
                                .call("POST", "/register", R"({"tenant_name":"t","email":"t@example.org","password":"long-password"})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  return json::parse(made.body).at("token");
}

// The program under a limit of open files, listening elsewhere than it is told.
std::string limited(const TemporaryDirectory& directory, int files, const std::string& listen = "127.0.0.1:0") {
  const fs::path script = directory.path() / "limited";
  std::ofstream(script) << "#!/bin/sh\nulimit -n " << files << "\nfor one; do\n  [ \"$one\" = 127.0.0.1:0 ] && one=" << listen
                        << "\n  set -- \"$@\" \"$one\"\n  shift\ndone\nexec " WUTS_PROGRAM " \"$@\"\n";
  fs::permissions(script, fs::perms::owner_all);
  return script;
}

std::size_t answers_in(const std::string& bytes) {
  std::size_t out = 0;
  for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 ", at)) != std::string::npos; ++at) ++out;
  return out;
}

}  // namespace

TEST_CASE("both listeners refuse requests whose end could be seen elsewhere, and answer nothing behind them") {
  TemporaryDirectory directory;
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  for (const std::uint16_t port : {server.port(), server.admin_port()}) {
    for (const auto& row : wa::native_test::bad_requests()) {
      INFO(row.name << (port == server.port() ? ", API" : ", admin"));
      RawClient client(port);
      client.send(row.bytes);
      const std::string all = client.read_until_closed();
      INFO(all);
      // A good head is answered without its body here, and then nothing more is read.
      CHECK(all.starts_with("HTTP/1.1 " + std::to_string(row.in_body ? 405 : row.status)));
      CHECK(answers_in(all) == 1);
      CHECK(client.closed());
    }
  }
}

TEST_CASE("bodies without a valid token are not read; guesses of an address are limited, known callers go on") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  ServerProcess server(WUTS_PROGRAM, data, {"--log-level", "error"});
  const std::string token = tenant_token(server, data);
  CHECK(caller(server.port(), token).call("GET", "/devices").status == 200);
  std::vector<std::unique_ptr<RawClient>> clients;
  int unknown = 0, limited = 0;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send("POST /send/text HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer guess" + std::to_string(i) +
                         "\r\nContent-Length: 1000000\r\n\r\n" + std::string(20'000, 'x'));
    const std::string told = clients.back()->read_responses(1);
    unknown += told.starts_with("HTTP/1.1 401") && told.find("WWW-Authenticate: Bearer") != std::string::npos;
    limited += told.starts_with("HTTP/1.1 429") && told.find("Retry-After: ") != std::string::npos;
  }
  CHECK(unknown >= 60);
  CHECK(limited > 50);
  CHECK(unknown + limited == 200);
  CHECK(server.metric("wuts_http_bytes_held_max") < 20'000);  // answers of ours alone
  CHECK(server.metric("wuts_http_authentication_failures_total{outcome=\"unknown\"}") == unknown);
  CHECK(server.metric("wuts_http_authentication_failures_total{outcome=\"limited\"}") == limited);
  RawClient known(server.port());
  known.send("GET /devices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n");
  const std::string answer = known.read_responses(1);
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(answer.find("Cache-Control: no-store\r\n") != std::string::npos);
  CHECK(answer.find("X-Content-Type-Options: nosniff\r\n") != std::string::npos);
}

TEST_CASE("a token that was renewed is refused, though it was known") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  ServerProcess server(WUTS_PROGRAM, data, {"--log-level", "error"});
  const std::string old = tenant_token(server, data);
  CHECK(caller(server.port(), old).call("GET", "/devices").status == 200);
  std::ifstream in(data / "master-token");
  const auto users = json::parse(caller(server.port(), old).call("GET", "/users").body);
  const std::string id = users.at("users").at(0).at("id");
  const auto renewed = json::parse(caller(server.port(), old).call("POST", "/users/" + id + "/token").body);
  for (int i = 0; i < 3; ++i) CHECK(caller(server.port(), old).call("GET", "/devices").status == 401);
  CHECK(caller(server.port(), renewed.at("data").at("token")).call("GET", "/devices").status == 200);
}

TEST_CASE("the API is reachable when devices took all descriptors, and is so again and again") {
  ScriptedPeer service([](const std::string&) { return std::string(); });
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data";
  ServerProcess server(limited(directory, 96), data,
                       {"--log-level", "error", "--threads", "2", "--wa-url", "ws://127.0.0.1:" + std::to_string(service.port())});
  const std::string token = tenant_token(server, data);
  for (int i = 0; i < 90; ++i) {
    const ClientAnswer made = caller(server.port(), token).call("POST", "/devices", R"({"name":"d"})");
    REQUIRE(made.status / 100 == 2);
    const std::string id = json::parse(made.body).at("data").at("device_id");
    CHECK(caller(server.port(), token).call("POST", "/connect?device_id=" + id, "{}").status != 0);
  }
  for (int i = 0; i < 500 && server.metric("process_open_fds") < 94; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int i = 0; i < 60; ++i) CHECK(caller(server.port(), token).call("GET", "/devices").status == 200);
  CHECK(caller(server.admin_port()).call("GET", "/healthz").status == 200);
}

TEST_CASE("at start an operator is warned of a listener without TLS that others can reach, and of too few files") {
  const auto said = [](const std::string& listen, int files, int devices, bool open_data = false) {
    TemporaryDirectory directory;
    const fs::path data = directory.path() / "data", log = directory.path() / "log";
    if (open_data) {
      fs::create_directory(data);
      fs::permissions(data, fs::perms(0770));
    }
    {
      ServerProcess server(limited(directory, files, listen), data, {"--log-level", "warning"}, log);
      if (devices > 0) {
        const std::string token = tenant_token(server, data);
        for (int i = 0; i < devices; ++i) CHECK(caller(server.port(), token).call("POST", "/devices", R"({"name":"d"})").status / 100 == 2);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
      CHECK(server.stop() == 0);
    }
    return bytes_of(log);
  };
  const std::string open = said("0.0.0.0:0", 20'000, 0), closed = said("127.0.0.1:0", 300, 0), few = said("127.0.0.1:0", 300, 20);
  const std::string writable = said("127.0.0.1:0", 300, 0, true);
  INFO(open << closed << few << writable);
  CHECK(open.find("server.plain_listener") != std::string::npos);
  CHECK(open.find("--tls-cert") != std::string::npos);
  CHECK(open.find("server.plain_admin_listener") != std::string::npos);
  CHECK(closed.empty());
  CHECK(few.find("server.few_files") != std::string::npos);
  CHECK(few.find("LimitNOFILE") != std::string::npos);
  CHECK(writable.find("server.open_data_directory") != std::string::npos);
  CHECK(writable.find("chmod 700") != std::string::npos);
}
