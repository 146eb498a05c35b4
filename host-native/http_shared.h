// What the connections of one HttpServer have in common, and the deadline each of them carries.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

#include "descriptor_reserve.h"
#include "http_server.h"

namespace wa::native {

inline constexpr auto kHttpUse = boost::asio::as_tuple(boost::asio::use_awaitable);

// Ends the pending operation of a socket when time is up; the socket stays open, so that the peer can be told. One
// timer, moved lazily: a busy connection sets a new deadline with every request and almost never waits for one.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(boost::asio::ip::tcp::socket& socket) : socket_(&socket), timer_(socket.get_executor()) {}
  void set(std::int64_t ms) {
    at_ = Clock::now() + std::chrono::milliseconds(ms);
    passed_ = false;
    if (!waiting_ || at_ < timer_.expiry()) wait();
  }
  void clear() { at_ = Clock::time_point::max(); }
  bool passed() const { return passed_; }
  // Between two requests. Whoever takes the mark away from another thread ends the connection.
  void idle(bool now) { idle_ = now; }
  bool end_if_idle() {
    if (!idle_.exchange(false)) return false;
    boost::asio::post(timer_.get_executor(), [self = shared_from_this()] {
      boost::system::error_code ignored;
      if (self->socket_ != nullptr) self->socket_->cancel(ignored);
    });
    return true;
  }
  void end() {
    socket_ = nullptr;
    timer_.cancel();
  }

 private:
  void wait() {
    waiting_ = true;
    timer_.expires_at(at_);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
      if (stopped || self->socket_ == nullptr) return;
      self->waiting_ = false;
      if (self->at_ == Clock::time_point::max()) return;
      if (Clock::now() < self->at_) return self->wait();
      self->passed_ = true;
      boost::system::error_code ignored;
      self->socket_->cancel(ignored);
    });
  }
  boost::asio::ip::tcp::socket* socket_;
  boost::asio::steady_timer timer_;
  Clock::time_point at_ = Clock::time_point::max();
  bool waiting_ = false, passed_ = false;
  std::atomic<bool> idle_{false};
};

struct HttpShared {
  HttpShared(boost::asio::io_context& io, HttpServerOptions options_, Route route_)
      : options(std::move(options_)),
        route(std::move(route_)),
        acceptor(boost::asio::make_strand(io)),
        retry(acceptor.get_executor()),
        io_context(io),
        spare(options.spare_files) {
    if (!options.budget) options.budget = std::make_shared<ByteBudget>(kHttpBytesMax);
  }
  bool enter(AddressKey address) {
    if (options.connections_per_address == 0) return true;
    const std::lock_guard lock(addresses_mutex);
    std::size_t& held = addresses[address];
    if (held >= options.connections_per_address) return false;
    ++held;
    return true;
  }
  void leave(AddressKey address) {
    if (options.connections_per_address == 0) return;
    const std::lock_guard lock(addresses_mutex);
    if (const auto found = addresses.find(address); found != addresses.end() && --found->second == 0) addresses.erase(found);
  }

  HttpServerOptions options;
  Route route;
  boost::asio::ip::tcp::acceptor acceptor;
  boost::asio::steady_timer retry;
  boost::asio::io_context& io_context;
  DescriptorReserve spare;
  std::unique_ptr<boost::asio::ssl::context> tls;
  std::atomic<std::size_t> connections{0}, busy{0};
  std::mutex addresses_mutex;
  std::unordered_map<AddressKey, std::size_t> addresses;  // connections by address
  std::mutex open_mutex;
  std::list<std::shared_ptr<Deadline>> open;  // of every connection, the oldest first
  std::atomic<bool> draining{false};
};

}  // namespace wa::native
