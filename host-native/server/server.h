// The product in one object: store, machines, HTTP front and threads. Starts in the constructor; stops politely; tells
// systemd so. A second front, for the operator alone, serves metrics and health.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <thread>
#include <vector>

#include "machines/runtime.h"
#include "server/config.h"

namespace wa::native {

class Server {
 public:
  explicit Server(const Settings& settings);  // throws std::runtime_error in words for the operator
  ~Server();
  std::string base_url() const;
  std::uint16_t admin_port() const { return admin_ ? admin_->port() : 0; }  // 0: off
  std::size_t open_requests() const { return runtime_->open_requests(); }
  const std::string& master_token() const { return master_token_; }
  const std::filesystem::path& master_token_file() const { return master_token_file_; }  // empty: configured otherwise
  void stop_on_signals();
  void stop();      // not ready, no new connections, requests finished within a limit, then stop; returns at once
  void wait();      // until stopped

 private:
  void load_master_token(const Settings& settings);
  HttpDoor door();
  std::optional<Reply> page_of(const HttpHead& head) const;  // what anybody may see
  Reply admin_page(const HttpHead& head) const;
  Reply metrics_page() const;
  std::optional<Reply> health_page(const HttpHead& head) const;
  void route(HttpRequest&& request, Answer answer);
  void open_api();
  void open_admin();
  void feed_watchdog(std::chrono::microseconds period);
  void watch_requests(std::chrono::seconds period);
  void check_files();
  void watch_loop();
  void work();
  void drain(unsigned rounds);
  void finish(int rounds);

  Settings settings_;
  std::string master_token_;
  std::filesystem::path master_token_file_;
  std::unique_ptr<Committer> store_;
  boost::asio::io_context io_;
  std::unique_ptr<Runtime> runtime_;
  Doorman doorman_;
  static constexpr std::size_t kHeadBytesMax = kHttpBytesMax / kHeadsPart;
  std::shared_ptr<ByteBudget> budget_{std::make_shared<ByteBudget>(kHttpBytesMax - kHeadBytesMax)};  // of both fronts
  std::shared_ptr<ByteBudget> heads_{std::make_shared<ByteBudget>(kHeadBytesMax)};
  std::unique_ptr<HttpServer> http_, admin_;
  boost::asio::signal_set signals_{io_};
  boost::asio::steady_timer sweep_{io_}, draining_timer_{io_}, watchdog_{io_}, probe_{io_};
  std::size_t files_ = 0, connections_max_ = 0;  // that may be open
  bool files_warned_ = false;
  std::atomic<bool> draining_{false};
  std::promise<void> stopped_;
  std::future<void> stopped_future_{stopped_.get_future()};
  std::vector<std::thread> threads_;
};

}  // namespace wa::native
