#include "native/http/rude_peers.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>

namespace wa::native_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failed = boost::system::error_code;

struct RudePeers::Idle : std::enable_shared_from_this<Idle> {
  Idle(tcp::socket socket_, RudePeers& all_) : socket(std::move(socket_)), all(all_) {}
  void run() {
    socket.async_read_some(asio::buffer(byte), [self = shared_from_this()](Failed failed, std::size_t) {
      if (failed != asio::error::operation_aborted) ++self->all.idle_closed_;
    });
  }
  tcp::socket socket;
  RudePeers& all;
  char byte[1];
};

struct RudePeers::Slow : std::enable_shared_from_this<Slow> {
  Slow(tcp::socket socket_) : socket(std::move(socket_)), timer(socket.get_executor()) {}
  void run() {
    timer.expires_after(std::chrono::milliseconds(100));
    timer.async_wait([self = shared_from_this()](Failed failed) {
      if (failed) return;
      Failed lost;
      const char next = self->at < text.size() ? text[self->at++] : 'x';
      self->socket.write_some(asio::buffer(&next, 1), lost);
      if (!lost) self->run();
    });
  }
  inline static const std::string text = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ";
  tcp::socket socket;
  asio::steady_timer timer;
  std::size_t at = 0;
};

struct RudePeers::Pipelined : std::enable_shared_from_this<Pipelined> {
  Pipelined(tcp::socket socket_, RudePeers& all_) : socket(std::move(socket_)), all(all_) {
    for (int i = 0; i < 200; ++i) text += "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  void run() { read(), write(); }
  void write() {
    asio::async_write(socket, asio::buffer(text), [self = shared_from_this()](Failed failed, std::size_t) {
      if (!failed) self->write();
    });
  }
  void read() {
    socket.async_read_some(asio::buffer(bytes), [self = shared_from_this()](Failed failed, std::size_t count) {
      self->all.answered_ += count;
      if (!failed) self->read();
    });
  }
  tcp::socket socket;
  RudePeers& all;
  std::string text;
  char bytes[65536];
};

struct RudePeers::Huge : std::enable_shared_from_this<Huge> {
  Huge(RudePeers& all_, int address_) : all(all_), address(address_), socket(all.io_) {}
  void run() {
    socket = all.connect(address);
    static const std::string head = "POST /send/text HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n";
    Failed ignored;
    asio::write(socket, asio::buffer(head), ignored);
    write();
  }
  void write() {
    static const std::string chunk(65536, 'x');
    socket.async_write_some(asio::buffer(chunk), [self = shared_from_this()](Failed failed, std::size_t count) {
      self->all.swallowed_ += count;
      if (!failed) return self->write();
      if (failed == asio::error::operation_aborted) return;
      ++self->all.refused_bodies_;
      self->run();
    });
  }
  RudePeers& all;
  int address;
  tcp::socket socket;
};

tcp::socket RudePeers::connect(int address) {
  tcp::socket socket(io_);
  socket.open(tcp::v4());
  socket.bind({asio::ip::make_address("127.0.0." + std::to_string(2 + address)), 0});
  Failed failed;
  socket.connect({asio::ip::make_address("127.0.0.1"), port_}, failed);
  return socket;
}

RudePeers::RudePeers(std::uint16_t port, Counts counts) : port_(port) {
  for (int i = 0; i < counts.idle; ++i) std::make_shared<Idle>(connect(i % counts.addresses), *this)->run();
  for (int i = 0; i < counts.slow; ++i) std::make_shared<Slow>(connect(100))->run();
  for (int i = 0; i < counts.pipelined; ++i) std::make_shared<Pipelined>(connect(101), *this)->run();
  for (int i = 0; i < counts.huge; ++i) std::make_shared<Huge>(*this, 102)->run();
  thread_ = std::thread([this] { io_.run(); });
}

RudePeers::~RudePeers() {
  io_.stop();
  thread_.join();
}

}  // namespace wa::native_test
