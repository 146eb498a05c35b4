// The two kinds of WaSocket as one class over its stream. Heavy to compile: plain_socket.cpp and tls_socket.cpp alone
// include it, so that each is compiled by itself.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <list>
#include <type_traits>

#include "base/limits.h"
#include "net/wa_socket.h"
#include "system/log.h"

namespace wa::native {

using PlainStream = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using SocketTimer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                      boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;

inline constexpr auto kSocketCloseTimeout = std::chrono::seconds(2);

// `Stream`: PlainStream, or TLS over it.
template <class Stream>
class SocketOver final : public WaSocket, public std::enable_shared_from_this<SocketOver<Stream>> {
  static constexpr bool kEncrypted = !std::is_same_v<Stream, PlainStream>;
  using Failed = boost::system::error_code;
  using WebBase = boost::beast::websocket::stream_base;

 public:
  SocketOver(Network& network, const Strand& strand, ConnectionId id, std::weak_ptr<SocketEvents> events,
             std::string tenant)
      : network_(network),
        strand_(strand),
        id_(id),
        events_(std::move(events)),
        tenant_(std::move(tenant)),
        stream_(make_stream(network, strand)) {
    stream_.binary(true);
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(1024);  // kept for the life of the socket
    stream_.read_message_max(limits::kFrameBytesMax + 1024);
  }
  ~SocketOver() override { leave_gate(); }

  void start() {
    timer_ = std::make_unique<SocketTimer>(strand_);
    timer_->expires_after(std::chrono::milliseconds(limits::kConnectTimeoutMs));
    timer_->async_wait([weak = this->weak_from_this()](Failed stopped) {
      if (const auto self = weak.lock(); self && !stopped) self->fail("timeout");
    });
    network_.gate.enter(tenant_, [weak = this->weak_from_this(), &gate = network_.gate, strand = strand_,
                                  tenant = tenant_] {
      boost::asio::post(strand, [weak, &gate, tenant] {
        const auto self = weak.lock();
        if (!self || self->over_) return gate.leave(tenant);
        self->at_gate_ = true;
        self->resolve();
      });
    });
  }

  void send(Bytes bytes) override {
    if (over_ || closing_) return;
    unsent_bytes_.take(bytes.size());
    if (unsent_bytes_.full(kUnsentBytesFree)) return fail("peer does not read");
    unsent_.push_back(std::move(bytes));
    if (open_ && !writing_) write();
  }

  void read_on() override {
    if (over_ || closing_ || reading_) return;
    reading_ = true;
    stream_.async_read(
        buffer_, [self = this->shared_from_this()](Failed failed, std::size_t) { self->on_read(failed); });
  }

  void close() override {
    if (over_ || closing_) return;
    closing_ = true;
    if (!open_) return boost::asio::post(strand_, [self = this->shared_from_this()] { self->fail("closed by us"); });
    timer_ = std::make_unique<SocketTimer>(strand_);
    timer_->expires_after(kSocketCloseTimeout);
    timer_->async_wait([weak = this->weak_from_this()](Failed stopped) {
      if (const auto self = weak.lock(); self && !stopped) self->fail("close timeout");
    });
    if (!writing_) say_goodbye();
  }

  void abandon() override {
    events_.reset();
    fail("abandoned");
  }

  ConnectionId id() const override { return id_; }

 private:
  using Web = boost::beast::websocket::stream<Stream, false>;
  static Web make_stream(Network& network, const Strand& strand) {
    if constexpr (kEncrypted) {
      return Web(strand, network.tls.context());
    } else {
      return Web(strand);
    }
  }
  PlainStream& socket() { return boost::beast::get_lowest_layer(stream_); }

  void resolve() {
    const Url& url = network_.to.url();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(limits::kConnectTimeoutMs);
    network_.resolver.resolve({}, url.host, url.port, deadline,
                              [weak = this->weak_from_this(), strand = strand_](const Endpoints& found) {
                                boost::asio::post(strand, [weak, found] {
                                  if (const auto self = weak.lock(); self && !self->over_) self->connect_to(found);
                                });
                              });
  }

  void connect_to(const Endpoints& endpoints) {
    endpoints_ = network_.to.permitted(endpoints);
    if (endpoints_.empty()) return fail("name not found");
    boost::asio::async_connect(socket(), endpoints_,
                        [self = this->shared_from_this()](Failed failed, const Endpoints::value_type&) {
                          self->endpoints_ = {};
                          if (self->over_) return;
                          if (failed) return self->fail("cannot connect");
                          Failed ignored;
                          self->socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
                          if constexpr (kEncrypted) {
                            self->encrypt();
                          } else {
                            self->upgrade();
                          }
                        });
  }

  void encrypt() {
    if constexpr (kEncrypted) {
      Stream& tls = stream_.next_layer();
      tls.expect_host(network_.to.url().host);
      tls.async_handshake([self = this->shared_from_this()](Failed failed) {
        if (self->over_) return;
        if (failed) return self->fail("TLS refused");
        self->upgrade();
      });
    }
  }

  void upgrade() {
    WebBase::timeout timeouts{};
    timeouts.handshake_timeout = std::chrono::milliseconds(limits::kConnectTimeoutMs);
    timeouts.idle_timeout = WebBase::none();  // the protocol has a keepalive of its own
    timeouts.keep_alive_pings = false;
    stream_.set_option(timeouts);
    stream_.set_option(WebBase::decorator([](boost::beast::websocket::request_type& request) {
      request.set(boost::beast::http::field::origin, "https://web.whatsapp.com");
    }));
    stream_.async_handshake(network_.to.url().host_header(), network_.to.url().target,
                            [self = this->shared_from_this()](Failed failed) {
                              if (self->over_) return;
                              if (failed) return self->fail("upgrade refused");
                              self->on_open();
                            });
  }

  void on_open() {
    timer_.reset();
    leave_gate();
    open_ = true;
    read_on();
    if (const auto events = events_.lock()) events->socket_opened(id_);
    if (!unsent_.empty() && !writing_) write();
  }

  void on_read(Failed failed) {
    reading_ = false;
    if (over_) return;
    if (failed) return fail("link ended");
    if (!stream_.got_binary()) {
      buffer_.clear();
      return read_on();
    }
    Bytes message(static_cast<const std::uint8_t*>(buffer_.data().data()),
                  static_cast<const std::uint8_t*>(buffer_.data().data()) + buffer_.size());
    buffer_.clear();
    buffer_.shrink_to_fit();
    if (const auto events = events_.lock()) events->socket_received(id_, std::move(message));
  }

  void write() {
    writing_ = true;
    stream_.async_write(boost::asio::buffer(unsent_.front()),
                        [self = this->shared_from_this()](Failed failed, std::size_t) {
                          self->writing_ = false;
                          if (self->over_) return;
                          if (failed) return self->fail("cannot write");
                          self->unsent_bytes_.give_back(self->unsent_.front().size());
                          self->unsent_.pop_front();
                          if (!self->unsent_.empty()) return self->write();
                          if (self->closing_) self->say_goodbye();
                        });
  }

  void say_goodbye() {
    stream_.async_close(boost::beast::websocket::close_code::normal, [self = this->shared_from_this()](Failed) {
      if (!self->over_) self->fail("closed by us");
    });
  }

  void fail(const char* why) {
    if (over_) return;
    over_ = true;
    log::debug("socket.closed", {{"reason", why}});
    timer_.reset();
    leave_gate();
    unsent_bytes_.give_back_all();
    Failed ignored;
    socket().close(ignored);
    if (const auto events = events_.lock()) events->socket_closed(id_);
  }

  void leave_gate() {
    if (at_gate_) network_.gate.leave(tenant_);
    at_gate_ = false;
  }

  Network& network_;
  Strand strand_;
  ConnectionId id_;
  std::weak_ptr<SocketEvents> events_;
  std::string tenant_;
  Web stream_;
  Endpoints endpoints_;
  boost::beast::flat_buffer buffer_;
  std::list<Bytes> unsent_;  // empty, it holds no memory
  HeldBytes::Share unsent_bytes_{network_.unsent};
  std::unique_ptr<SocketTimer> timer_;  // while connecting or closing
  bool at_gate_ = false, open_ = false, reading_ = false, writing_ = false, closing_ = false, over_ = false;
};

}  // namespace wa::native
