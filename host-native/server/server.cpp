#include "server/server.h"

#include <sodium.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <csignal>

#include "base/encoding.h"
#include "server/assets.h"
#include "store/backends.h"
#include "store/data_directory.h"
#include "system/log.h"
#include "system/metrics.h"
#include "system/service_manager.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {

constexpr auto kFirstSweep = std::chrono::seconds(1), kSweep = std::chrono::seconds(15);
constexpr auto kProbe = std::chrono::milliseconds(500);
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

constexpr std::size_t kFilesBesides = 128;  // of the store, logs, names that are looked up, webhooks on their way
constexpr std::size_t kSpareFiles = 16;
constexpr const char* kMoreFiles =
    "raise the limit of open files (LimitNOFILE= of the service, ulimit -n) or lower --connections-max";
constexpr const char* kUseTls =
    "tokens and messages can be read on the way: set --tls-cert and --tls-key, or listen on 127.0.0.1 behind a proxy with TLS";
constexpr const char* kCloseDirectory = "others may write there, and so replace the key and the tokens: chmod 700 it";
constexpr const char* kKeepPrivate =
    "metrics and health are shown to whoever can connect: keep it to 127.0.0.1 or a network of your own";

std::string_view path_of(const HttpHead& head) { return std::string_view(head.target).substr(0, head.target.find('?')); }
bool reads(const HttpHead& head) { return head.method == "GET" || head.method == "HEAD"; }

bool is_loopback(const std::string& host) {
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(host, failed);
  return failed ? host == "localhost" : address.is_loopback();
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

Runtime::Options machine_options(const Settings& settings, std::string_view master_token) {
  Runtime::Options out;
  out.client = settings.client;
  out.wa_url = settings.wa_url;
  out.wa_ca = settings.wa_ca;
  out.media_host = settings.media_host;
  out.media_ca = settings.media_ca;
  out.allow_private_webhooks = settings.webhook_allow_private;
  out.allowed_webhooks = settings.webhook_allow;
  out.webhook_ca = settings.webhook_ca;
  out.threads = settings.threads;
  out.tenant_queue_mib = settings.tenant_queue_mib;
  out.files_folder = settings.data_dir / "files";
  out.tenant_files_mib = settings.tenant_files_mib;
  out.media_tools = settings.media_tools;
  out.master_token_sha256 = sha256(master_token);
  return out;
}

}  // namespace

Server::Server(const Settings& settings)
    : settings_(settings),
      io_(static_cast<int>(settings.threads)),
      doorman_([this](const std::string& authorization, std::function<void(Doorman::Found)> tell) {
        runtime_->identify(authorization, std::move(tell));
      }, settings.connections_per_address != 0) {
  files_ = allow_many_files();
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peer is gone
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its limit is a full disk: the write fails, the process lives
  StoreOptions files;
  files.directory = settings_.data_dir;
  files.key_file = settings_.key_file;
  store_ = std::make_unique<Committer>(open_store("sqlite", files), settings_.threads > 1);
  if (open_to_writers(settings_.data_dir))
    log::warning("server.open_data_directory", {{"directory", settings_.data_dir.string()}, {"advice", kCloseDirectory}});
  load_master_token(settings);
  runtime_ = std::make_unique<Runtime>(io_, machine_options(settings_, master_token_), *store_);
  runtime_->open();
  open_api();
  open_admin();
  watch_requests(kFirstSweep);
  watch_loop();
  if (const auto period = watchdog_period()) feed_watchdog(*period);
  for (unsigned i = 0; i < settings_.threads; ++i) threads_.emplace_back([this] { work(); });
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
  const auto token = trimmed_token(read_secret_file(master_token_file_, "master token file"));
  if (const std::string weak = weakness_of(token); !weak.empty()) throw StoreError(master_token_file_.string() + ": " + weak);
  master_token_ = token;
}

HttpDoor Server::door() {
  return {[this](const HttpHead& head, AddressKey address) -> std::optional<Admission> {
            if (auto page = page_of(head)) return Admission{std::move(page), {}};
            return doorman_.known(head, address);
          },
          [this](const HttpHead& head, AddressKey address, std::function<void(Admission)> tell) {
            doorman_.ask(head, address, std::move(tell));
          }};
}

std::optional<Reply> Server::page_of(const HttpHead& head) const {
  HttpRequest request;
  request.method = head.method;
  request.target = head.target;
  request.accept_encoding = head.accept_encoding;
  if (auto page = serve_asset(embedded_sites(), request)) return page;
  return health_page(head);
}

void Server::route(HttpRequest&& request, Answer answer) {
  std::string authorization = request.authorization;
  runtime_->submit(std::move(request), [this, authorization = std::move(authorization),
                                        answer = std::move(answer)](Answered reply) {
    if (reply.status == 401) doorman_.forget(authorization);
    answer(std::move(reply));
  });
}

Reply Server::admin_page(const HttpHead& head) const {
  if (auto page = health_page(head)) return *std::move(page);
  if (path_of(head) != "/metrics") return error_reply(404, "NOT_FOUND", "no such page");
  return reads(head) ? metrics_page() : method_refused();
}

Reply Server::metrics_page() const {
  const Runtime::States devices = runtime_->states();
  Gauges gauges;
  gauges.draining = draining_;
  gauges.ready = !draining_ && runtime_->ready();
  gauges.http_connections = http_->connections();
  gauges.http_bytes_held = budget_->held() + heads_->held();
  gauges.http_bytes_peak = budget_->peak() + heads_->peak();
  gauges.open_requests = runtime_->open_requests();
  gauges.devices_connected = devices.connected;
  gauges.devices_offline = devices.offline;
  gauges.devices_unpaired = devices.unpaired;
  Reply out;
  out.status = 200;
  out.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  out.body = metrics_text(gauges);
  return out;
}

// nullopt: it asks for something else.
std::optional<Reply> Server::health_page(const HttpHead& head) const {
  const bool healthz = path_of(head) == "/healthz";
  if (!healthz && path_of(head) != "/readyz") return std::nullopt;
  if (!reads(head)) return method_refused();
  if (healthz) return json_reply(200, R"({"success":true,"status":"ok","version":")" WUTS_VERSION R"("})");
  if (draining_) return error_reply(503, "DEVICE_NOT_READY", "server is stopping");
  if (store_->full()) return error_reply(503, "STORAGE_FULL", "the disk is full: requests that write are refused");
  if (!runtime_->ready()) return error_reply(503, "INTERNAL_ERROR", "store cannot be reached");
  return json_reply(200, R"({"success":true,"status":"ready","devices":)" + std::to_string(runtime_->devices()) + "}");
}

void Server::open_api() {
  HttpServerOptions http;
  http.listen = settings_.listen;
  http.tls_cert = settings_.tls_cert;
  http.tls_key = settings_.tls_key;
  connections_max_ = std::min(settings_.connections_max, files_ / 2);  // the other half is for devices
  http.connections_max = connections_max_;
  http.connections_per_address = connections_of_address(settings_.connections_per_address, connections_max_);
  http.spare_files = kSpareFiles;
  http.counted = true;
  http.budget = budget_;
  http.heads = heads_;
  http.door = door();
  http.has_taker = Runtime::takes_files;
  http.taker = [this](const HttpHead& head, const std::string& tenant, Reply& refused) {
    return runtime_->taker(head, tenant, refused);
  };
  if (http.tls_cert.empty() && !is_loopback(http.listen.host))
    log::warning("server.plain_listener", {{"listen", http.listen.host}, {"advice", kUseTls}});
  http_ = std::make_unique<HttpServer>(io_, std::move(http), [this](HttpRequest&& request, Answer answer) {
    route(std::move(request), std::move(answer));
  });
}

void Server::open_admin() {
  if (!settings_.admin_listen) return;
  HttpServerOptions options;
  options.listen = *settings_.admin_listen;
  options.connections_max = kAdminConnectionsMax;
  options.spare_files = 2;
  options.budget = budget_;
  options.heads = heads_;
  // Everything there is answered on the head: no body is read.
  options.door.known = [this](const HttpHead& head, AddressKey) { return Admission{admin_page(head), {}}; };
  if (!is_loopback(options.listen.host))
    log::warning("server.plain_admin_listener", {{"listen", options.listen.host}, {"advice", kKeepPrivate}});
  admin_ = std::make_unique<HttpServer>(io_, std::move(options), [](HttpRequest&&, const Answer& answer) {
    answer(error_reply(404, "NOT_FOUND", "no such page"));
  });
}

// From the threads that do the work: when they hang, so does this.
void Server::feed_watchdog(std::chrono::microseconds period) {
  tell_service_manager("WATCHDOG=1");
  watchdog_.expires_after(period);
  watchdog_.async_wait([this, period](boost::system::error_code stopped) {
    if (!stopped) feed_watchdog(period);
  });
}

// Each device takes a socket, and another while it fetches or posts; said once, when the devices are known.
void Server::check_files() {
  const std::size_t needed = connections_max_ + 2 * runtime_->devices() + kFilesBesides;
  if (files_warned_ || needed <= files_) return;
  files_warned_ = true;
  log::warning("server.few_files", {{"limit", files_}, {"needed", needed}, {"advice", kMoreFiles}});
}

void Server::watch_requests(std::chrono::seconds period) {
  sweep_.expires_after(period);
  sweep_.async_wait([this](boost::system::error_code stopped) {
    if (stopped) return;
    runtime_->expire_requests();
    check_files();
    watch_requests(kSweep);
  });
}

// What is due and waits for a free thread tells how long everything does.
void Server::watch_loop() {
  probe_.expires_after(kProbe);
  probe_.async_wait([this](boost::system::error_code stopped) {
    if (stopped) return;
    counters().loop_waits.observe(std::chrono::steady_clock::now() - probe_.expiry());
    watch_loop();
  });
}

// What a handler throws ends that handler: whoever owned it has caught what he could make good.
void Server::work() {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& problem) {
      count(counters().other_exceptions);
      log::error("loop.exception", {{"reason", problem.what()}});
    }
  }
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
