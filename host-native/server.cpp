#include "server.h"

#include <sodium.h>
#include <sys/resource.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <fstream>

#include "assets.h"
#include "base/encoding.h"
#include "data_directory.h"
#include "log.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {

constexpr auto kSweep = std::chrono::seconds(15);
constexpr auto kDrainRound = std::chrono::milliseconds(20);
constexpr int kDrainRoundsMax = 500;  // 10 s for requests that are being answered

// Each device is a socket, and the usual soft limit is 1024.
void allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

ByteArray<32> sha256(std::string_view text) {
  ByteArray<32> out{};
  crypto_hash_sha256(out.data(), view(text).data(), text.size());
  return out;
}

}  // namespace

Server::Server(const Settings& settings) : settings_(settings), io_(static_cast<int>(settings.threads)) {
  allow_many_files();
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peer is gone
  SqliteStore::Options options;
  options.directory = settings_.data_dir;
  options.key_file = settings_.key_file;
  store_ = std::make_unique<SqliteStore>(options);
  load_master_token(settings);
  runtime_ = std::make_unique<Runtime>(io_, settings_, *store_, sha256(master_token_));
  runtime_->open();
  HttpServerOptions http;
  http.listen = settings_.listen;
  http.tls_cert = settings_.tls_cert;
  http.tls_key = settings_.tls_key;
  http.connections_max = settings_.connections_max;
  http_ = std::make_unique<HttpServer>(io_, std::move(http), [this](HttpRequest&& request, Answer answer) {
    route(std::move(request), std::move(answer));
  });
  watch_requests();
  for (unsigned i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { io_.run(); });
  log::info("server.started", {{"port", http_->port()}, {"threads", settings_.threads}});
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
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const bool healthz = path == "/healthz", readyz = path == "/readyz";
  if (auto page = serve_asset(embedded_sites(), request)) return answer(*std::move(page));
  if (!healthz && !readyz) return runtime_->submit(std::move(request), std::move(answer));
  if (request.method != "GET" && request.method != "HEAD") {
    Reply refused = error_reply(405, "METHOD_NOT_ALLOWED", "method not allowed");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return answer(std::move(refused));
  }
  if (healthz) return answer(json_reply(200, R"({"success":true,"status":"ok","version":")" WUTS_VERSION R"("})"));
  if (draining_) return answer(error_reply(503, "DEVICE_NOT_READY", "server is stopping"));
  if (!runtime_->ready()) return answer(error_reply(503, "INTERNAL_ERROR", "store cannot be reached"));
  answer(json_reply(200, R"({"success":true,"status":"ready","devices":)" + std::to_string(runtime_->devices()) + "}"));
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
  log::info("server.stopping");
  http_->drain();
  asio::post(io_, [this] { drain(0); });
}

void Server::drain(int rounds) {
  if (runtime_->open_requests() > 0 && rounds < kDrainRoundsMax) {
    draining_timer_.expires_after(kDrainRound);
    draining_timer_.async_wait([this, rounds](boost::system::error_code) { drain(rounds + 1); });
    return;
  }
  // One more round lets the last replies be written.
  draining_timer_.expires_after(kDrainRound);
  draining_timer_.async_wait([this](boost::system::error_code) {
    runtime_->stop([this] {
      io_.stop();
      stopped_.set_value();
    });
  });
}

void Server::wait() { stopped_future_.wait(); }

}  // namespace wa::native
