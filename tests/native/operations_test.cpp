// What an operator meets: the program as a process of its own, asked, signalled, copied and put back.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <thread>

#include "native/server_process.h"
#include "native/support.h"
#include "net/http_client.h"
#include "server/config.h"
#include "system/log.h"

using wa::native_test::bytes_of;
using namespace wa::native;
using nlohmann::json;
using wa::native_test::RawClient;
using wa::native_test::ScriptedPeer;
using wa::native_test::ServerProcess;
using wa::native_test::TemporaryDirectory;

namespace {

namespace fs = std::filesystem;

struct Ran {
  int status = -1;
  std::string out;
};

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char bytes[4096];
  for (std::size_t count; (count = ::fread(bytes, 1, sizeof bytes, pipe)) > 0;) ran.out.append(bytes, count);
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}
Ran wuts(const std::string& arguments, const std::string& environment = "") { return run(environment + " " WUTS_PROGRAM " " + arguments); }

HttpClient client_of(std::uint16_t port, std::string token = "") {
  return HttpClient(*parse_url("http://127.0.0.1:" + std::to_string(port)), std::move(token));
}

std::string token_of(const fs::path& data) {
  std::ifstream in(data / "master-token");
  std::string out;
  in >> out;
  return out;
}

std::string register_tenant(std::uint16_t port, const std::string& master, int n) {
  const json body{{"tenant_name", "t" + std::to_string(n)}, {"email", "t" + std::to_string(n) + "@example.org"},
                  {"password", "long-password"}, {"role", "admin"}};
  const ClientAnswer answer = client_of(port, master).call("POST", "/register", body.dump());
  INFO(answer.body);
  REQUIRE(answer.status / 100 == 2);
  return json::parse(answer.body).at("token");
}

// Name and labels of each sample.
std::set<std::string> series_of(const std::string& metrics) {
  std::set<std::string> out;
  std::istringstream lines(metrics);
  static const std::regex sample(R"(([a-z_]+(\{[a-z]+="[^"\\]*"\})?) [0-9]+(\.[0-9]+)?)"),
      comment(R"(# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram)))");
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    std::smatch match;
    if (std::regex_match(line, match, sample)) {
      CHECK(out.insert(match[1]).second);
    } else {
      CHECK(std::regex_match(line, comment));
    }
  }
  return out;
}

double value_of(const std::string& metrics, const std::string& series) {
  const auto at = metrics.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(metrics.substr(at + series.size() + 2));
}

}  // namespace

TEST_CASE("metrics and health on a port of their own; the number of series does not depend on the load") {
  TemporaryDirectory directory;
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  const HttpClient admin = client_of(server.admin_port());
  const std::string before = admin.call("GET", "/metrics").body;
  const auto names = series_of(before);
  for (const char* name : {"wuts_ready", "wuts_devices{state=\"connected\"}", "wuts_http_responses_total{class=\"5xx\"}",
                           "wuts_store_commit_seconds_count",
                           "wuts_http_request_seconds_bucket{le=\"+Inf\"}", "process_resident_memory_bytes",
                           "wuts_webhook_posts_total{outcome=\"delivered\"}"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
  CHECK(value_of(before, "wuts_ready") == 1);
  const std::string master = token_of(directory.path() / "data");
  for (int i = 0; i < 3; ++i) {
    const std::string token = register_tenant(server.port(), master, i);
    CHECK(client_of(server.port(), token).call("POST", "/devices", R"({"name":"d"})").status / 100 == 2);
    CHECK(client_of(server.port(), token).call("GET", "/no/such/" + std::to_string(i)).status == 404);
  }
  const std::string after = admin.call("GET", "/metrics").body;
  CHECK(series_of(after) == names);
  CHECK(value_of(after, "wuts_devices{state=\"unpaired\"}") == 3);
  CHECK(value_of(after, "wuts_http_responses_total{class=\"4xx\"}") == value_of(before, "wuts_http_responses_total{class=\"4xx\"}") + 3);
  CHECK(value_of(after, "wuts_store_commits_total{outcome=\"good\"}") > value_of(before, "wuts_store_commits_total{outcome=\"good\"}"));
  CHECK(admin.call("GET", "/healthz").status == 200);
  CHECK(admin.call("GET", "/readyz").status == 200);
  CHECK(admin.call("POST", "/metrics").status == 405);
  CHECK(admin.call("GET", "/devices").status == 404);               // nothing of the API
  CHECK(client_of(server.port()).call("GET", "/metrics").status / 100 == 4);  // and nothing of this there
  const std::string where = "--admin-listen 127.0.0.1:" + std::to_string(server.admin_port());
  CHECK(wuts("healthcheck " + where).status == 0);
  CHECK(wuts("healthcheck --ready " + where).status == 0);
  CHECK(server.stop() == 0);
  CHECK(wuts("healthcheck " + where).status == 1);
}

TEST_CASE("configuration: shown with its origin, checked, secrets from files and credentials") {
  TemporaryDirectory directory;
  const fs::path toml = directory.path() / "wuts.toml", credentials = directory.path() / "credentials";
  std::ofstream(toml) << "threads = 3\ndrain_seconds = 4\nlog_format = \"json\"\n";
  fs::create_directory(credentials);
  std::ofstream(credentials / "master-token") << "canary-7Hq2-Xv9L-0pZr-4kTd\n";
  fs::permissions(credentials / "master-token", fs::perms::owner_read | fs::perms::owner_write);
  const std::string environment = "WA_THREADS=5 WUTS_LOG_FORMAT=text CREDENTIALS_DIRECTORY=" + credentials.string();
  const Ran shown = wuts("config print --show-origin --log-level debug --config " + toml.string(), environment);
  CHECK(shown.status == 0);
  for (const std::string line : {"threads = 5 +# environment WA_THREADS", "drain_seconds = 4 +# file .*wuts.toml",
                                 "log_format = \"text\" +# environment WUTS_LOG_FORMAT",
                                 "log_level = \"debug\" +# flag --log-level", "master_token_file = .* # credential master-token",
                                 "listen = \"127.0.0.1:8080\" +# default"}) {
    INFO(line);
    CHECK(std::regex_search(shown.out, std::regex("(^|\n)" + line + "\n")));
  }
  CHECK(shown.out.find("canary") == std::string::npos);
  CHECK(wuts("config check --config " + toml.string(), environment).status == 0);
  const Ran bad = wuts("config check --admin-listen nowhere --drain-seconds x");
  CHECK(bad.status == 2);
  CHECK(bad.out.find("--admin-listen") != std::string::npos);
  CHECK(bad.out.find("--drain-seconds") != std::string::npos);
  fs::permissions(toml, fs::perms::all);
  const Ran files = wuts("config check --tls-cert /absent.pem --tls-key /absent.key --key-file " + toml.string());
  CHECK(files.status == 2);
  for (const char* option : {"--tls-cert", "--tls-key", "--key-file"}) CHECK_THAT(files.out, Catch::Contains(option));
  const std::string folder = directory.path().string();
  for (const std::string& arguments : {"--config " + folder, "--wa-ca " + folder, "--media-ca " + folder}) {
    const Ran refused = wuts("config check " + arguments);
    CHECK(refused.status == 2);
    CHECK_THAT(refused.out, Catch::Contains("is a directory"));
  }
  CHECK_THAT(wuts("config check --data-dir " + toml.string()).out, Catch::Contains("is not a directory"));
  ::setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1);
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  ::unsetenv("CREDENTIALS_DIRECTORY");
  register_tenant(server.port(), "canary-7Hq2-Xv9L-0pZr-4kTd", 1);
  CHECK_FALSE(fs::exists(directory.path() / "data" / "master-token"));
}

TEST_CASE("systemd is told when the server is ready, alive and stopping") {
  TemporaryDirectory directory;
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory.path() / "notify";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const timeval patience{5, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ::setenv("WATCHDOG_USEC", "200000", 1);
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  std::vector<std::string> told;
  const auto next = [&] {
    char bytes[64];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    return count <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(count));
  };
  const auto begin = std::chrono::steady_clock::now();
  int alive = 0;
  bool ready = false;
  while (alive < 4 && std::chrono::steady_clock::now() - begin < std::chrono::seconds(5)) {
    const std::string said = next();
    alive += said == "WATCHDOG=1";
    ready = ready || said == "READY=1";
  }
  CHECK(ready);
  CHECK(alive == 4);
  CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(200));  // periods, not a burst
  CHECK(server.stop() == 0);
  std::string last;
  while (last != "STOPPING=1" && !(last = next()).empty()) {
  }
  CHECK(last == "STOPPING=1");
  ::close(socket);
}

namespace {

// A request that waits: the device's connection is accepted by a service that never says a word.
struct WaitingRequest {
  ScriptedPeer service{[](const std::string&) { return std::string(); }};
  TemporaryDirectory directory;
  ServerProcess server;
  RawClient client;
  explicit WaitingRequest(const std::string& drain_seconds)
      : server(WUTS_PROGRAM, directory.path() / "data",
               {"--log-level", "error", "--drain-seconds", drain_seconds, "--wa-url", "ws://127.0.0.1:" + std::to_string(service.port())}),
        client(server.port()) {
    const std::string token = register_tenant(server.port(), token_of(directory.path() / "data"), 1);
    const ClientAnswer made = client_of(server.port(), token).call("POST", "/devices", R"({"name":"d"})");
    const std::string id = json::parse(made.body).at("data").at("device_id");
    client.send("GET /qr?device_id=" + id + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    for (int i = 0; i < 200 && open_requests() < 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(open_requests() == 1);
  }
  double open_requests() const { return value_of(client_of(server.admin_port()).call("GET", "/metrics").body, "wuts_http_requests_open"); }
};

}  // namespace

TEST_CASE("SIGTERM: not ready, no new connections, the waiting request is answered, exit 0") {
  WaitingRequest waiting("1");
  const auto begin = std::chrono::steady_clock::now();
  waiting.server.signal(SIGTERM);
  int ready = 200;
  for (int i = 0; i < 50 && ready != 503; ++i) {
    ready = client_of(waiting.server.admin_port()).call("GET", "/readyz").status;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(ready == 503);
  CHECK(client_of(waiting.server.admin_port()).call("GET", "/healthz").status == 200);
  CHECK(client_of(waiting.server.port()).call("GET", "/healthz").status == 0);
  const std::string answer = waiting.client.read_responses(1, 5);
  INFO(answer);
  CHECK(answer.starts_with("HTTP/1.1 503"));
  CHECK(waiting.server.exit_status() == 0);
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(took >= std::chrono::milliseconds(900));
  CHECK(took < std::chrono::seconds(4));
}

TEST_CASE("a second SIGTERM ends it at once") {
  WaitingRequest waiting("60");
  waiting.server.signal(SIGTERM);
  for (int i = 0; i < 100 && client_of(waiting.server.admin_port()).call("GET", "/readyz").status != 503; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto begin = std::chrono::steady_clock::now();
  waiting.server.signal(SIGTERM);
  CHECK(waiting.server.exit_status() == 130);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

TEST_CASE("a backup is taken while the server writes, and put back elsewhere with the key") {
  TemporaryDirectory directory;
  const fs::path data = directory.path() / "data", copy = directory.path() / "copy.db", other = directory.path() / "other";
  const std::string copy_name = copy.string(), to_other = " --data-dir " + other.string();
  std::string master, first;
  {
    ServerProcess server(WUTS_PROGRAM, data, {"--log-level", "error"});
    master = token_of(data);
    first = register_tenant(server.port(), master, 0);
    std::atomic<bool> enough{false};
    std::thread writer([&] {
      const HttpClient client = client_of(server.port(), first);
      for (int i = 0; !enough && i < 400; ++i) client.call("POST", "/devices", R"({"name":"d"})");
    });
    const Ran made = wuts("backup " + copy_name + " --data-dir " + data.string());
    enough = true;
    writer.join();
    INFO(made.out);
    CHECK(made.status == 0);
    CHECK((fs::status(copy).permissions() & fs::perms(077)) == fs::perms::none);
    CHECK(wuts("backup " + copy_name + " --data-dir " + data.string()).status == 1);  // never over an older one
    CHECK(wuts("restore --replace " + copy_name + " --data-dir " + data.string()).status == 1);  // the server runs
    for (const char* leftover : {"copy.db.partial", "copy.db-wal", "copy.db-journal"}) CHECK_FALSE(fs::exists(directory.path() / leftover));
  }
  const std::string content = bytes_of(copy);
  CHECK(content.find(master) == std::string::npos);
  CHECK(content.find(first) == std::string::npos);
  for (const auto& file : fs::recursive_directory_iterator(directory.path() / "data")) {  // nor whose they are, in no file
    if (!file.is_regular_file()) continue;
    for (const char* shown : {"t0@example.org", "T0@EXAMPLE.ORG", "CREATE TABLE"}) {
      CHECK(bytes_of(file.path()).find(shown) == std::string::npos);
      CHECK(content.find(shown) == std::string::npos);
    }
  }
  CHECK(content.find(bytes_of(data / "key")) == std::string::npos);
  fs::create_directory(other);
  CHECK_THAT(wuts("restore " + copy_name + to_other).out, Catch::Contains("key"));
  std::ofstream(other / "key") << "a key of another data directory!";
  fs::permissions(other / "key", fs::perms::owner_read | fs::perms::owner_write);
  CHECK_THAT(wuts("restore " + copy_name + to_other).out, Catch::Contains("wrong key"));
  CHECK_FALSE(fs::exists(other / "wuts.db"));
  fs::copy_file(data / "key", other / "key", fs::copy_options::overwrite_existing);
  const fs::path damaged = directory.path() / "damaged.db";
  std::ofstream(damaged, std::ios::binary) << content.substr(0, 4096) << std::string(content.size() - 4096, '\7');
  CHECK(wuts("restore " + damaged.string() + to_other).status == 1);
  CHECK_FALSE(fs::exists(other / "wuts.db"));
  const Ran restored = wuts("restore " + copy_name + to_other);
  INFO(restored.out);
  REQUIRE(restored.status == 0);
  CHECK_THAT(wuts("restore " + copy_name + to_other).out, Catch::Contains("--replace"));
  {
    ServerProcess again(WUTS_PROGRAM, other, {"--log-level", "error"});
    CHECK(client_of(again.port(), first).call("GET", "/devices").status == 200);
    register_tenant(again.port(), token_of(other), 7);
    CHECK(again.stop() == 0);
  }
  CHECK(wuts("restore --replace " + copy_name + to_other).status == 0);
  CHECK(fs::exists(other / "wuts.db.before-restore"));
  for (const char* leftover : {"restore", "wuts.db.restored"}) CHECK_FALSE(fs::exists(other / leftover));
}

TEST_CASE("pair does not use a token that others can read") {
  TemporaryDirectory directory;
  const fs::path file = directory.path() / "token";
  std::ofstream(file) << "a token\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_read);
  const Ran open = wuts("pair --url http://127.0.0.1:1 --token-file " + file.string());
  CHECK(open.status == 1);
  CHECK_THAT(open.out, Catch::Contains("chmod 600"));
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  CHECK_THAT(wuts("pair --url http://127.0.0.1:1 --token-file " + file.string()).out, Catch::Contains("no answer"));
}

TEST_CASE("a full disk: what writes is told STORAGE_FULL, what reads is answered, /readyz says it, and it passes by itself") {
  TemporaryDirectory directory;
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error", "--wa-url", "ws://127.0.0.1:1"});
  const std::string token = register_tenant(server.port(), token_of(directory.path() / "data"), 0);
  const HttpClient client = client_of(server.port(), token), admin = client_of(server.admin_port());
  const std::string id = json::parse(client.call("POST", "/devices", R"({"name":"d"})").body).at("data").at("device_id");
  const std::string settings = "/calls/settings?device_id=" + id;
  REQUIRE(client.call("PUT", settings, R"({"auto_reject":true})").status == 200);
  rlimit whole{};
  const rlimit none{0, RLIM_INFINITY};  // every write of a file fails, as it does without room
  REQUIRE(::prlimit(server.pid(), RLIMIT_FSIZE, &none, &whole) == 0);
  for (int i = 0; i < 5; ++i) {
    const ClientAnswer made = client.call("POST", "/devices", R"({"name":"e"})");
    const ClientAnswer changed = client.call("PUT", settings, R"({"auto_reject":false})");
    INFO(made.body + changed.body);
    CHECK(made.status == 507);
    CHECK(json::parse(made.body).value("error_code", "") == "STORAGE_FULL");
    CHECK(changed.status == 507);
    const ClientAnswer listed = client.call("GET", "/devices"), shown = client.call("GET", settings);
    INFO(listed.body + shown.body);
    CHECK(listed.status == 200);
    CHECK(listed.body.find(id) != std::string::npos);
    CHECK(shown.status == 200);
    CHECK(shown.body.find("\"auto_reject\":true") != std::string::npos);
  }
  const ClientAnswer ready = admin.call("GET", "/readyz");
  CHECK(ready.status == 503);
  CHECK(ready.body.find("STORAGE_FULL") != std::string::npos);
  CHECK(admin.call("GET", "/healthz").status == 200);
  REQUIRE(::prlimit(server.pid(), RLIMIT_FSIZE, &whole, nullptr) == 0);
  int status = 0;
  for (int i = 0; i < 200 && status != 200; ++i) {
    status = client.call("PUT", settings, R"({"auto_reject":false})").status;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(status == 200);
  CHECK(client.call("POST", "/devices", R"({"name":"f"})").status / 100 == 2);
  CHECK(admin.call("GET", "/readyz").status == 200);
}

TEST_CASE("the memory of the server is not dumped, unless asked for") {
  TemporaryDirectory directory;
  const auto limit_of = [](const ServerProcess& server) {
    rlimit core{};
    REQUIRE(::prlimit(server.pid(), RLIMIT_CORE, nullptr, &core) == 0);
    return core;
  };
  const ServerProcess quiet(WUTS_PROGRAM, directory.path() / "a", {"--log-level", "error"});
  CHECK(limit_of(quiet).rlim_max == 0);
  rlimit ours{};
  ::getrlimit(RLIMIT_CORE, &ours);
  const ServerProcess open(WUTS_PROGRAM, directory.path() / "b", {"--log-level", "error", "--core-dumps"});
  CHECK(limit_of(open).rlim_max == ours.rlim_max);
}

namespace {

// What `write` puts on standard error.
std::string logged(const std::function<void()>& write) {
  TemporaryDirectory directory;
  const fs::path file = directory.path() / "log";
  const int kept = ::dup(STDERR_FILENO), out = ::open(file.c_str(), O_CREAT | O_WRONLY, 0600);
  ::dup2(out, STDERR_FILENO);
  write();
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  ::close(out);
  return bytes_of(file);
}

}  // namespace

TEST_CASE("the log: JSON that parses, levels, numbers of people hashed unless wanted") {
  const auto write = [] {
    wa::native::log::debug("test.quiet");
    for (int i = 0; i < 2; ++i)
      wa::native::log::warning("test.event", {{"device", wa::native::log::hashed("5511999999999")},
                                               {"reason", "no \"route\" to 5511988888888@s.whatsapp.net\n"}, {"number", 42}});
  };
  wa::native::log::configure(wa::LogLevel::info, wa::native::log::Format::json);
  std::istringstream lines(logged(write));
  std::vector<json> parsed;
  for (std::string line; std::getline(lines, line);) parsed.push_back(json::parse(line));
  REQUIRE(parsed.size() == 2);  // nothing of a lower level
  CHECK(parsed[0]["event"] == "test.event");
  CHECK(parsed[0]["level"] == "warning");
  CHECK(parsed[0]["number"] == 42);
  CHECK(parsed[0].dump().find("55119") == std::string::npos);
  CHECK(parsed[0]["reason"].get<std::string>().find("no \"route\" to #") == 0);
  CHECK(parsed[0]["device"] == parsed[1]["device"]);  // lines of one device can be told together
  wa::native::log::configure(wa::LogLevel::info, wa::native::log::Format::text);
  CHECK(logged(write).find("55119") == std::string::npos);
  wa::native::log::configure(wa::LogLevel::debug, wa::native::log::Format::text, false);
  const std::string shown = logged(write);
  CHECK(shown.find("device=5511999999999") != std::string::npos);
  CHECK(shown.find("5511988888888@") != std::string::npos);
  CHECK(shown.find("debug test.quiet") != std::string::npos);
  wa::native::log::configure(wa::LogLevel::error, wa::native::log::Format::text);
}

TEST_CASE("completions know every option, and bash completes with them") {
  TemporaryDirectory directory;
  const std::string bash = wuts("completion bash").out, zsh = wuts("completion zsh").out, fish = wuts("completion fish").out;
  for (const OptionSpec& option : option_table()) {
    if (option.kind == OptionKind::secret) continue;
    const bool negated = option.kind == OptionKind::flag && std::string_view(option.default_value) == "true";
    const std::string name = (negated ? "no-" : "") + std::string(option.name);
    INFO(name);
    CHECK(bash.find("--" + name + " ") != std::string::npos);
    CHECK(zsh.find("'--" + name + ":") != std::string::npos);
    CHECK(fish.find("-l " + name + " ") != std::string::npos);
  }
  std::ofstream(directory.path() / "wuts.bash") << bash;
  const auto completed = [&](const std::string& words, int index) {
    return run("bash --norc -c 'source " + (directory.path() / "wuts.bash").string() + "; COMP_WORDS=(" + words + "); COMP_CWORD=" + std::to_string(index) +
               "; _wuts; echo \"${COMPREPLY[@]}\"'").out;
  };
  CHECK(completed("wuts ba", 1) == "backup\n");
  CHECK(completed("wuts config \"\"", 2) == "print check --help\n");
  CHECK(completed("wuts serve --drain", 2) == "--drain-seconds\n");
  CHECK(completed("wuts config print --show", 3) == "--show-origin\n");
  CHECK(wuts("completion tcsh").status == 2);
}

TEST_CASE("files that a killed server left are gone with the next start") {
  TemporaryDirectory directory;
  const fs::path files = directory.path() / "data" / "files";
  {
    ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
    CHECK(fs::is_directory(files));
    CHECK((fs::status(files).permissions() & fs::perms(077)) == fs::perms::none);
    std::ofstream(files / "17") << "left";
    fs::create_directory(files / "work-1");
    server.kill();
  }
  CHECK(fs::exists(files / "17"));
  ServerProcess server(WUTS_PROGRAM, directory.path() / "data", {"--log-level", "error"});
  CHECK(fs::is_empty(files));
}
