#include "server.h"

#include <sodium.h>
#include <sys/resource.h>

#include <boost/asio/post.hpp>
#include <algorithm>
#include <csignal>
#include <fstream>

#include "assets.h"
#include "base/encoding.h"
#include "data_directory.h"
#include "log.h"
#include "metrics.h"
#include "service_manager.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {

constexpr auto kSweep = std::chrono::seconds(15);
constexpr auto kDrainRound = std::chrono::milliseconds(20);
constexpr std::size_t kAdminConnectionsMax = 64;
constexpr int kFinishRoundsMax = 50;

// Each device is a socket, and the usual soft limit is 1024. Returns how many files may be open.
std::size_t allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  return files.rlim_cur;
}

std::string_view path_of(const HttpRequest& request) {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

Reply method_refused() {
  Reply out = error_reply(405, "METHOD_NOT_ALLOWED", "method not allowed");
  out.headers.emplace_back("Allow", "GET, HEAD");
  return out;
}

ByteArray<32> sha256(std::string_view text) {
  ByteArray<32> out{};
  crypto_hash_sha256(out.data(), view(text).data(), text.size());
  return out;
}

}  // namespace

Server::Server(const Settings& settings) : settings_(settings), io_(static_cast<int>(settings.threads)) {
  const std::size_t files = allow_many_files();
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peer is gone
  SqliteStore::Options options;
  options.directory = settings_.data_dir;
  options.key_file = settings_.key_file;
  options.commit_here = settings_.threads > 1;
  store_ = std::make_unique<SqliteStore>(options);
  load_master_token(settings);
  runtime_ = std::make_unique<Runtime>(io_, settings_, *store_, sha256(master_token_));
  runtime_->open();
  HttpServerOptions http;
  http.listen = settings_.listen;
  http.tls_cert = settings_.tls_cert;
  http.tls_key = settings_.tls_key;
  http.connections_max = std::min(settings_.connections_max, files / 2);  // the other half is for devices
  http.connections_per_address = settings_.connections_per_address;
  http.counted = true;
  http_ = std::make_unique<HttpServer>(io_, std::move(http), [this](HttpRequest&& request, Answer answer) {
    route(std::move(request), std::move(answer));
  });
  open_admin();
  watch_requests();
  if (const auto period = watchdog_period()) feed_watchdog(*period);
  for (unsigned i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { io_.run(); });
  log::info("server.started", {{"port", http_->port()}, {"admin_port", admin_port()}, {"threads", settings_.threads}});
  tell_service_manager("READY=1");
}

Server::~Server() {
  stop();
  wait();
  for (std::thread& thread : threads_) thread.join();
  store_.reset();  // writes what was still to be committed; what waits for it is destroyed with io_
}

std::string Server::base_url() const {
  const std::string host =
      settings_.listen.host.find(':') == std::string::npos ? settings_.listen.host : "[" + settings_.listen.host + "]";
  return (settings_.tls_cert.empty() ? "http://" : "https://") + host + ":" + std::to_string(http_->port());
}

void Server::load_master_token(const Settings& settings) {
  master_token_ = settings.master_token;
  if (!master_token_.empty()) return;
  master_token_file_ = settings.data_dir / "master-token";
  std::error_code ignored;
  if (!std::filesystem::exists(master_token_file_, ignored)) {
    OsRandom random;
    write_private_file(master_token_file_, view(uuid_v4(random) + "\n"));
  }
  std::ifstream in(master_token_file_);
  if (!(in >> master_token_)) throw StoreError("cannot read " + master_token_file_.string());
}

void Server::route(HttpRequest&& request, Answer answer) {
  if (auto page = serve_asset(embedded_sites(), request)) return answer(*std::move(page));
  if (!answer_health(request, answer)) runtime_->submit(std::move(request), std::move(answer));
}

void Server::route_admin(const HttpRequest& request, const Answer& answer) {
  if (answer_health(request, answer)) return;
  if (path_of(request) != "/metrics") return answer(error_reply(404, "NOT_FOUND", "no such page"));
  if (request.method != "GET" && request.method != "HEAD") return answer(method_refused());
  const Runtime::States devices = runtime_->states();
  Gauges gauges;
  gauges.draining = draining_;
  gauges.ready = !draining_ && runtime_->ready();
  gauges.http_connections = http_->connections();
  gauges.open_requests = runtime_->open_requests();
  gauges.devices_connected = devices.connected;
  gauges.devices_offline = devices.offline;
  gauges.devices_unpaired = devices.unpaired;
  Reply out;
  out.status = 200;
  out.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  out.body = metrics_text(gauges);
  answer(std::move(out));
}

// False: it asks for something else.
bool Server::answer_health(const HttpRequest& request, const Answer& answer) {
  const bool healthz = path_of(request) == "/healthz";
  if (!healthz && path_of(request) != "/readyz") return false;
  answer(health_of(request, healthz));
  return true;
}

Reply Server::health_of(const HttpRequest& request, bool healthz) const {
  if (request.method != "GET" && request.method != "HEAD") return method_refused();
  if (healthz) return json_reply(200, R"({"success":true,"status":"ok","version":")" WUTS_VERSION R"("})");
  if (draining_) return error_reply(503, "DEVICE_NOT_READY", "server is stopping");
  if (!runtime_->ready()) return error_reply(503, "INTERNAL_ERROR", "store cannot be reached");
  return json_reply(200, R"({"success":true,"status":"ready","devices":)" + std::to_string(runtime_->devices()) + "}");
}

void Server::open_admin() {
  if (!settings_.admin_listen) return;
  HttpServerOptions options;
  options.listen = *settings_.admin_listen;
  options.connections_max = kAdminConnectionsMax;
  admin_ = std::make_unique<HttpServer>(
      io_, std::move(options),
      [this](HttpRequest&& request, const Answer& answer) { route_admin(request, answer); });
}

// From the threads that do the work: when they hang, so does this.
void Server::feed_watchdog(std::chrono::microseconds period) {
  tell_service_manager("WATCHDOG=1");
  watchdog_.expires_after(period);
  watchdog_.async_wait([this, period](boost::system::error_code stopped) {
    if (!stopped) feed_watchdog(period);
  });
}

void Server::watch_requests() {
  sweep_.expires_after(kSweep);
  sweep_.async_wait([this](boost::system::error_code stopped) {
    if (stopped) return;
    runtime_->expire_requests();
    watch_requests();
  });
}

void Server::stop_on_signals() {
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.async_wait([this](boost::system::error_code failed, int) {
    if (failed) return;
    stop();
    signals_.async_wait([](boost::system::error_code again, int) {
      if (!again) std::_Exit(130);  // asked twice
    });
  });
}

void Server::stop() {
  if (draining_.exchange(true)) return;
  log::info("server.stopping", {{"open_requests", runtime_->open_requests()}});
  tell_service_manager("STOPPING=1");
  http_->drain();
  asio::post(io_, [this] { drain(0); });
}

void Server::drain(unsigned rounds) {
  const bool busy = runtime_->open_requests() > 0 || http_->busy() > 0;
  if (busy && rounds * kDrainRound < std::chrono::seconds(settings_.drain_seconds)) {
    draining_timer_.expires_after(kDrainRound);
    draining_timer_.async_wait([this, rounds](boost::system::error_code) { drain(rounds + 1); });
    return;
  }
  runtime_->stop([this] { asio::post(io_, [this] { finish(0); }); });
}

// What the machines answered when they were stopped is still to be written.
void Server::finish(int rounds) {
  if (http_->busy() > 0 && rounds < kFinishRoundsMax) {
    draining_timer_.expires_after(kDrainRound);
    draining_timer_.async_wait([this, rounds](boost::system::error_code) { finish(rounds + 1); });
    return;
  }
  log::info("server.stopped");
  io_.stop();
  stopped_.set_value();
}

void Server::wait() { stopped_future_.wait(); }

}  // namespace wa::native
