// What the connections of one HttpServer have in common, and the deadline each of them carries.
#pragma once

#include <sys/ioctl.h>

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
#include <optional>
#include <unordered_map>

#include "http/server.h"
#include "system/descriptor_reserve.h"

namespace wa::native {

inline constexpr auto kHttpUse = boost::asio::as_tuple(boost::asio::use_awaitable);

// Ends the pending operations of a socket from when time is up; the socket stays open, so that the peer can be told. One
// timer, moved lazily: a busy connection sets a new deadline with every request and almost never waits for one.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(boost::asio::ip::tcp::socket& socket)
      : socket_(&socket), file_(socket.native_handle()), timer_(socket.get_executor()) {}
  void set(std::int64_t ms) {
    at_ = Clock::now() + std::chrono::milliseconds(ms);
    passed_ = false;
    if (!waiting_ || at_ < timer_.expiry()) wait(at_);
  }
  void clear() { at_ = Clock::time_point::max(); }
  bool passed() const { return passed_; }
  // Between two requests.
  void idle(bool now) {
    between_ = now;
    idle_ = now;
  }
  // Bytes came that nobody has read. While the connection is in the list of open ones, from any thread.
  bool unread() const {
    int count = 0;
    return ::ioctl(file_, FIONREAD, &count) == 0 && count > 0;
  }
  // From any thread, as unread(). One that has just been asked something is not idle; one that is asked before it hears
  // of this answers, and closes then.
  bool end_if_idle() {
    if (!idle_ || unread() || !idle_.exchange(false)) return false;  // most are busy, and unread() is a system call
    boost::asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->unwanted_ = true;
      if (self->between_) self->cancel();
    });
    return true;
  }
  bool unwanted() const { return unwanted_; }
  // While the end of a head, or of a handshake, is waited for, and nobody was let in over this connection yet.
  void unfinished(bool now) {
    begun_ = now && !known_;
    unfinished_ = begun_;
  }
  void let_in() { known_ = true; }
  bool known() const { return known_; }
  // From any thread, as end_if_idle(). A head whose end comes before it hears of this is answered.
  bool end_if_unfinished() {
    if (!unfinished_ || !unfinished_.exchange(false)) return false;
    boost::asio::post(timer_.get_executor(), [self = shared_from_this()] {
      self->unwanted_ = self->gave_way_ = true;
      if (self->begun_) self->cancel();
    });
    return true;
  }
  bool gave_way() const { return gave_way_; }
  void end() {
    socket_ = nullptr;
    timer_.cancel();
  }

 private:
  static constexpr std::chrono::milliseconds kAgain{50};  // it may find nothing pending: between two operations
  void wait(Clock::time_point until) {
    waiting_ = true;
    timer_.expires_at(until);
    timer_.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
      if (stopped || self->socket_ == nullptr) return;
      self->waiting_ = false;
      if (self->at_ == Clock::time_point::max()) return;
      const auto now = Clock::now();
      if (now < self->at_) return self->wait(self->at_);
      self->passed_ = true;
      self->cancel();
      self->wait(now + kAgain);
    });
  }
  void cancel() {
    boost::system::error_code ignored;
    if (socket_ != nullptr) socket_->cancel(ignored);
  }
  boost::asio::ip::tcp::socket* socket_;
  const int file_;
  boost::asio::steady_timer timer_;
  Clock::time_point at_ = Clock::time_point::max();
  bool waiting_ = false, passed_ = false, between_ = false, unwanted_ = false;
  bool begun_ = false, known_ = false, gave_way_ = false;
  std::atomic<bool> idle_{false}, unfinished_{false};
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
    if (!options.heads) options.heads = std::make_shared<ByteBudget>(options.budget->bytes_max() / kHeadsPart);
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

// A place among the connections, of all and of an address; given back by its end.
class Seat {
 public:
  // nullopt: the address has as many as it may.
  static std::optional<Seat> take(const std::shared_ptr<HttpShared>& shared, AddressKey address) {
    if (!shared->enter(address)) return std::nullopt;
    ++shared->connections;
    return Seat(shared, address);
  }
  Seat(Seat&& other) noexcept : shared_(std::move(other.shared_)), address_(other.address_) {}
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (!shared_) return;
    --shared_->connections;
    shared_->leave(address_);
  }
  const std::shared_ptr<HttpShared>& shared() const { return shared_; }
  AddressKey address() const { return address_; }

 private:
  Seat(std::shared_ptr<HttpShared> shared, AddressKey address) : shared_(std::move(shared)), address_(address) {}
  std::shared_ptr<HttpShared> shared_;
  AddressKey address_;
};

}  // namespace wa::native
