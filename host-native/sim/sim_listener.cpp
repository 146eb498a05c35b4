#include "sim/sim_listener.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

namespace {
constexpr std::uint64_t kUploadBytesMax = 128ull << 20;   // of the simulation, which holds them
}

// One accepted socket: a WebSocket of a device, or one request for a media file.
class SimListener::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(SimListener& listener, tcp::socket socket, sim::Conn id)
      : listener_(listener), id_(id), stream_(std::move(socket)) {}

  void start() {
    parser_.body_limit(kUploadBytesMax);
    http::async_read(stream_.next_layer(), buffer_, parser_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) {
                       if (failed) return self->gone();
                       self->request_ = self->parser_.release();
                       if (websocket::is_upgrade(self->request_)) return self->upgrade();
                       self->answer();
                     });
  }

  void send(Bytes bytes) {
    unsent_.push_back(std::move(bytes));
    if (open_ && !writing_) write();
  }
  void close() {
    closing_ = true;
    if (!writing_) finish();
  }

 private:
  void upgrade() {
    stream_.binary(true);
    stream_.write_buffer_bytes(1024);
    stream_.read_message_max(64u << 20);
    stream_.async_accept(request_, [self = shared_from_this()](beast::error_code failed) {
      if (failed) return self->gone();
      self->request_ = {};
      self->open_ = true;
      self->listener_.deliver(self->listener_.network_.on_open(self->id_, os_now()));
      if (!self->unsent_.empty() && !self->writing_) self->write();
      self->read();
    });
  }

  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code failed, std::size_t) {
      if (failed) return self->gone();
      const auto* begin = static_cast<const std::uint8_t*>(self->buffer_.data().data());
      const Bytes message(begin, begin + self->buffer_.size());
      self->buffer_.clear();
      self->listener_.deliver(self->listener_.network_.on_bytes(self->id_, message, os_now()));
      self->read();
    });
  }

  void write() {
    writing_ = true;
    stream_.async_write(asio::buffer(unsent_.front()),
                        [self = shared_from_this()](beast::error_code failed, std::size_t) {
                          self->writing_ = false;
                          if (failed) return self->gone();
                          self->unsent_.pop_front();
                          if (!self->unsent_.empty()) return self->write();
                          if (self->closing_) self->finish();
                        });
  }

  void finish() {
    beast::error_code ignored;
    stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
    stream_.next_layer().close(ignored);
  }

  void answer() {
    sim::MediaAnswer media;
    const std::string_view target(request_.target().data(), request_.target().size());
    if (request_.method() == http::verb::get) media = listener_.network_.media(target);
    if (request_.method() == http::verb::post) media = listener_.network_.upload(target, view(request_.body()));
    if (media.status == 0) {   // scripted: the connection breaks
      finish();
      return gone();
    }
    answer_.result(static_cast<unsigned>(media.status));
    if (media.retry_after_ms >= 0) answer_.set(http::field::retry_after, std::to_string(media.retry_after_ms / 1000));
    answer_.body() = std::move(media.body);
    answer_.keep_alive(false);
    answer_.prepare_payload();
    http::async_write(stream_.next_layer(), answer_, [self = shared_from_this()](beast::error_code, std::size_t) {
      self->finish();
      self->gone();
    });
  }

  void gone() {
    if (std::exchange(gone_, true)) return;
    if (open_) listener_.deliver(listener_.network_.on_close(id_, os_now()));
    listener_.sessions_.erase(id_);
  }

  SimListener& listener_;
  sim::Conn id_;
  websocket::stream<tcp::socket, false> stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::request<http::string_body> request_;
  http::response<http::vector_body<std::uint8_t>> answer_;
  std::deque<Bytes> unsent_;
  bool open_ = false, writing_ = false, closing_ = false, gone_ = false;
};

SimListener::SimListener(asio::io_context& io, sim::SimNetwork& network, const HostPort& listen, Watch watch)
    : io_(io), network_(network), watch_(std::move(watch)), acceptor_(io), timer_(io) {
  const tcp::endpoint endpoint(asio::ip::make_address(listen.host), listen.port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(endpoint);
  acceptor_.listen(4096);
  accept();
  asio::post(io_, [this] { arm(); });
}

SimListener::~SimListener() = default;

void SimListener::accept() {
  acceptor_.async_accept([this](beast::error_code failed, tcp::socket socket) {
    if (failed == asio::error::operation_aborted) return;
    if (!failed) {
      beast::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      const auto session = std::make_shared<Session>(*this, std::move(socket), next_);
      sessions_.emplace(next_++, session);
      session->start();
    }
    accept();
  });
}

void SimListener::run(std::function<void(sim::SimNetwork&)> script) {
  asio::post(io_, [this, script = std::move(script)] {
    script(network_);
    deliver(network_.on_tick(os_now()));
  });
}

void SimListener::deliver(std::vector<sim::Out> out) {
  for (sim::Out& one : out) {
    const auto found = sessions_.find(one.conn);
    if (found == sessions_.end()) continue;
    const auto session = found->second;
    if (!one.bytes.empty()) session->send(std::move(one.bytes));
    if (one.close) session->close();
  }
  for (const sim::Observation& seen : network_.log())
    if (watch_) watch_(seen);
  network_.clear_log();
  arm();
}

void SimListener::arm() {
  const auto deadline = network_.deadline();
  if (!deadline) return;
  if (timer_.expiry() == steady_point(*deadline)) return;
  timer_.expires_at(steady_point(*deadline));
  timer_.async_wait([this](beast::error_code stopped) {
    if (stopped) return;
    timer_.expires_at(std::chrono::steady_clock::time_point());
    deliver(network_.on_tick(os_now()));
  });
}

}  // namespace wa::native
