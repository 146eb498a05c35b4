#include "http_server.h"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/encoding.h"
#include "base/limits.h"
#include "log.h"
#include "metrics.h"
#include "os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::int64_t kWriteMs = 30'000, kLingerMs = 2'000;
constexpr std::size_t kReadBytes = 4096, kLingerBytesMax = 4u << 20, kLingerReadBytes = 16384;
constexpr milliseconds kLingerPause{2};  // what is thrown away anyway is not worth all of a core
// A client that does not wait for replies is served at the pace of the others: so many of its requests at a stretch.
constexpr int kAheadFree = 64, kAheadAtOnce = 16;
constexpr milliseconds kAheadPause{20};

using Parser = http::request_parser<http::string_body>;

}  // namespace

Reply json_reply(int status, std::string body) {
  Reply out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

Reply error_reply(int status, const char* code, const char* text) {
  return json_reply(status, std::string("{\"success\":false,\"error\":\"") + text + "\",\"error_code\":\"" + code +
                                "\",\"timestamp\":\"" + rfc3339(os_now().wall) + "\"}");
}

// An IPv4 address, or the /64 of an IPv6 one: whoever has one has the whole.
static std::uint64_t holder_of(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().to_uint();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_uint();
  return read_be(ByteView(v6.to_bytes()).first(8));
}

class Deadline;

struct HttpServer::Shared {
  Shared(asio::io_context& io, HttpServerOptions options_, Route route_)
      : options(std::move(options_)),
        route(std::move(route_)),
        acceptor(asio::make_strand(io)),
        retry(acceptor.get_executor()),
        io_context(io) {}
  HttpServerOptions options;
  Route route;
  tcp::acceptor acceptor;
  asio::steady_timer retry;
  asio::io_context& io_context;
  std::unique_ptr<asio::ssl::context> tls;
  std::atomic<std::size_t> connections{0}, busy{0};
  std::mutex holders_mutex;
  std::unordered_map<std::uint64_t, std::size_t> holders;  // connections by address
  std::mutex open_mutex;
  std::list<std::shared_ptr<Deadline>> open;  // of every connection, the oldest first
  bool enter(std::uint64_t holder) {
    if (options.connections_per_address == 0) return true;
    const std::lock_guard lock(holders_mutex);
    std::size_t& held = holders[holder];
    if (held >= options.connections_per_address) return false;
    ++held;
    return true;
  }
  void leave(std::uint64_t holder) {
    if (options.connections_per_address == 0) return;
    const std::lock_guard lock(holders_mutex);
    if (const auto found = holders.find(holder); found != holders.end() && --found->second == 0) holders.erase(found);
  }
  std::atomic<bool> draining{false};
};

// Ends the pending operation of a socket when time is up; the socket stays open, so that the peer can be told. One
// timer, moved lazily: a busy connection sets a new deadline with every request and almost never waits for one.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  explicit Deadline(tcp::socket& socket) : socket_(&socket), timer_(socket.get_executor()) {}
  void set(std::int64_t ms) {
    at_ = steady_clock::now() + milliseconds(ms);
    passed_ = false;
    if (!waiting_ || at_ < timer_.expiry()) wait();
  }
  void clear() { at_ = steady_clock::time_point::max(); }
  bool passed() const { return passed_; }
  // Between two requests. Whoever takes the mark away from another thread ends the connection.
  void idle(bool now) { idle_ = now; }
  bool end_if_idle() {
    if (!idle_.exchange(false)) return false;
    asio::post(timer_.get_executor(), [self = shared_from_this()] {
      beast::error_code ignored;
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
    timer_.async_wait([self = shared_from_this()](beast::error_code stopped) {
      if (stopped || self->socket_ == nullptr) return;
      self->waiting_ = false;
      if (self->at_ == steady_clock::time_point::max()) return;
      if (steady_clock::now() < self->at_) return self->wait();
      self->passed_ = true;
      beast::error_code ignored;
      self->socket_->cancel(ignored);
    });
  }
  tcp::socket* socket_;
  asio::steady_timer timer_;
  steady_clock::time_point at_ = steady_clock::time_point::max();
  bool waiting_ = false, passed_ = false;
  std::atomic<bool> idle_{false};
};

namespace {

class BusyMark {
 public:
  explicit BusyMark(std::atomic<std::size_t>& busy) : busy_(busy) { ++busy_; }
  ~BusyMark() { --busy_; }
  BusyMark(const BusyMark&) = delete;
  BusyMark& operator=(const BusyMark&) = delete;

 private:
  std::atomic<std::size_t>& busy_;
};

// One connection: reads a request, waits for its reply, writes it, in a loop. Requests that were sent ahead wait in the
// buffer, which is what keeps replies in order.
template <class Stream, class Shared>
class Connection {
 public:
  Connection(Stream stream, std::shared_ptr<Shared> shared, std::uint64_t holder)
      : stream_(std::move(stream)), shared_(std::move(shared)), holder_(holder), deadline_(std::make_shared<Deadline>(socket())) {
    ++shared_->connections;
    const std::lock_guard lock(shared_->open_mutex);
    place_ = shared_->open.insert(shared_->open.end(), deadline_);
  }
  ~Connection() {
    deadline_->end();
    {
      const std::lock_guard lock(shared_->open_mutex);
      shared_->open.erase(place_);
    }
    --shared_->connections;
    shared_->leave(holder_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> run() {
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
      within(shared_->options.header_ms);
      const auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, use);
      if (failed) co_return;
    }
    while (co_await serve_one()) {
    }
    if (linger_) co_await linger();
    beast::error_code ignored;
    socket().shutdown(tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }

 private:
  tcp::socket& socket() { return beast::get_lowest_layer(stream_); }
  void within(std::int64_t ms) { deadline_->set(ms); }

  // False: nothing more will come over this connection.
  asio::awaitable<bool> serve_one() {
    if (co_await too_far_ahead()) co_return false;
    Parser parser;
    parser.header_limit(limits::kHeaderBytesMax);
    parser.body_limit(limits::kBodyBytesMax);
    parser.eager(true);
    const beast::error_code failed = co_await read(parser);
    if (failed) {
      if (const auto refusal = refusal_of(failed)) {
        linger_ = true;
        co_await write(*refusal, false, false);
      }
      co_return false;
    }
    const BusyMark mark(shared_->busy);
    auto& message = parser.get();
    const bool keep = message.keep_alive() && !shared_->draining;
    const bool head = message.method() == http::verb::head;
    const auto encoding = message[http::field::content_encoding];
    if (!encoding.empty() && !beast::iequals(encoding, "identity"))
      co_return co_await write(error_reply(400, "INVALID_REQUEST", "unknown content encoding"), keep, head) && keep;
    if (message.method_string() == "CONNECT" || message.target().find('\0') != std::string_view::npos)
      co_return co_await write(error_reply(400, "INVALID_REQUEST", "malformed request"), false, head) && false;
    HttpRequest request{std::string(message.method_string()), std::string(message.target()),
                        std::string(message[http::field::authorization]),
                        std::string(message[http::field::content_type]), std::move(message.body()),
                        std::string(message[http::field::accept_encoding])};
    const auto asked = steady_clock::now();
    const Reply reply = co_await answer_of(std::move(request));
    if (shared_->options.counted) counters().http_seconds.observe(steady_clock::now() - asked);
    co_return co_await write(reply, keep, head) && keep;
  }

  // True: the connection ended while it had to wait.
  asio::awaitable<bool> too_far_ahead() {
    ahead_ = buffer_.size() == 0 ? 0 : ahead_ + 1;
    if (ahead_ < kAheadFree + kAheadAtOnce) co_return false;
    ahead_ = kAheadFree;
    co_return !co_await pause(kAheadPause);
  }

  asio::awaitable<bool> pause(milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    const auto [failed] = co_await timer.async_wait(use);
    co_return !failed;
  }

  asio::awaitable<beast::error_code> read(Parser& parser) {
    beast::error_code failed;
    bool told_to_continue = false;
    enum class Phase { idle, header, body } phase = Phase::idle;
    for (;;) {
      if (buffer_.size() > 0) {
        buffer_.consume(parser.put(buffer_.data(), failed));
        if (failed && failed != http::error::need_more) co_return failed;
        if (parser.is_done()) co_return beast::error_code();
        if (parser.is_header_done() && !told_to_continue && buffer_.size() == 0) {
          told_to_continue = true;
          if (beast::iequals(parser.get()[http::field::expect], "100-continue") && !co_await write_continue())
            co_return asio::error::eof;
        }
      }
      const Phase next = parser.is_header_done() ? Phase::body : buffer_.size() > 0 ? Phase::header : Phase::idle;
      if (next != phase || next == Phase::idle) {
        phase = next;
        const auto& o = shared_->options;
        within(next == Phase::body ? o.body_ms : next == Phase::header ? o.header_ms : o.idle_ms);
      }
      deadline_->idle(next == Phase::idle);
      const auto [lost, count] = co_await stream_.async_read_some(buffer_.prepare(kReadBytes), use);
      deadline_->idle(false);
      buffer_.commit(count);
      if (lost == asio::error::eof && next == Phase::idle) co_return asio::error::eof;
      if (lost && deadline_->passed() && next != Phase::idle) co_return beast::error::timeout;
      if (lost == asio::error::eof) co_return http::error::partial_message;
      if (lost) co_return asio::error::eof;
    }
  }

  // What a peer is told about a request that could not be read; nullopt: it is gone or said nothing.
  static std::optional<Reply> refusal_of(const beast::error_code& failed) {
    if (failed == asio::error::eof) return std::nullopt;
    if (failed == http::error::body_limit)
      return error_reply(413, "PAYLOAD_TOO_LARGE", "request body is larger than 1 MiB");
    if (failed == http::error::header_limit)
      return error_reply(431, "INVALID_REQUEST", "request header is larger than 16 KiB");
    if (failed == beast::error::timeout)
      return error_reply(408, "INVALID_REQUEST", "request was not completed in time");
    return error_reply(400, "INVALID_REQUEST", "malformed request");
  }

  asio::awaitable<Reply> answer_of(HttpRequest request) {
    deadline_->clear();
    const auto executor = co_await asio::this_coro::executor;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Reply)>(
        [&](auto handler) {
          auto held = std::make_shared<decltype(handler)>(std::move(handler));
          shared_->route(std::move(request), [held, executor](Reply reply) {
            asio::defer(executor, [held, reply = std::move(reply)]() mutable { std::move (*held)(std::move(reply)); });
          });
        },
        asio::use_awaitable);
  }

  asio::awaitable<bool> write_continue() {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [failed, count] = co_await asio::async_write(stream_, asio::buffer(kContinue), use);
    co_return !failed && count == kContinue.size();
  }

  asio::awaitable<bool> write(const Reply& reply, bool keep, bool head) {
    if (const auto digit = static_cast<std::size_t>(reply.status) / 100; shared_->options.counted && digit < 6)
      count(counters().http_responses[digit]);
    std::string out = "HTTP/1.1 " + std::to_string(reply.status) + ' ';
    out.reserve(256 + reply.body.size());
    out += std::string_view(http::obsolete_reason(static_cast<http::status>(reply.status)));
    bool typed = false;
    for (const auto& [name, value] : reply.headers) {
      out += "\r\n" + name + ": " + value;
      typed = typed || beast::iequals(name, "content-type");
    }
    if (!typed) out += "\r\nContent-Type: application/json";
    out += "\r\nContent-Length: " + std::to_string(reply.body.size());
    out += keep ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    if (!head) out += reply.body;
    within(kWriteMs);
    const auto [failed, count] = co_await asio::async_write(stream_, asio::buffer(out), use);
    if (!keep && buffer_.size() > 0) linger_ = true;
    co_return !failed && count == out.size();
  }

  // A close with unread bytes resets the connection, and the peer may lose the reply: take what it still sends.
  asio::awaitable<void> linger() {
    beast::error_code ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
    within(kLingerMs);
    buffer_.clear();
    for (std::size_t total = 0; total < kLingerBytesMax;) {
      const auto [failed, count] = co_await socket().async_read_some(buffer_.prepare(kLingerReadBytes), use);
      if (failed || deadline_->passed() || !co_await pause(kLingerPause)) break;
      total += count;
    }
  }

  Stream stream_;
  std::shared_ptr<Shared> shared_;
  std::uint64_t holder_;
  std::shared_ptr<Deadline> deadline_;
  std::list<std::shared_ptr<Deadline>>::iterator place_;
  int ahead_ = 0;  // requests in a row that were there before the reply to the last
  beast::flat_buffer buffer_{limits::kHeaderBytesMax + 2 * kReadBytes};
  bool linger_ = false;
};

template <class Stream, class Shared>
asio::awaitable<void> serve(Stream stream, std::shared_ptr<Shared> shared, std::uint64_t holder) {
  Connection<Stream, Shared> connection(std::move(stream), std::move(shared), holder);
  co_await connection.run();
}

// Closes the oldest connection that waits for its next request: its client will come again, or never meant to ask.
template <class Shared>
bool make_room(Shared& shared) {
  const std::lock_guard lock(shared.open_mutex);
  for (const auto& one : shared.open) {
    if (!one->end_if_idle()) continue;
    count(counters().http_closed_idle);
    return true;
  }
  return false;
}

template <class Shared>
void start_connection(tcp::socket socket, const std::shared_ptr<Shared>& shared) {
  // Who is refused is closed by going out of scope.
  beast::error_code ignored;
  const auto peer = socket.remote_endpoint(ignored);
  if (ignored) return;
  Counters& all = counters();
  if (shared->connections >= shared->options.connections_max && !make_room(*shared)) return count(all.http_refused_full);
  const std::uint64_t holder = holder_of(peer.address());
  if (!shared->enter(holder)) return count(all.http_refused_address);
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  if (shared->tls) {
    asio::ssl::stream<tcp::socket> encrypted(std::move(socket), *shared->tls);
    asio::co_spawn(executor, serve(std::move(encrypted), shared, holder), asio::detached);
  } else {
    asio::co_spawn(executor, serve(std::move(socket), shared, holder), asio::detached);
  }
}

template <class Shared>
asio::awaitable<void> accept_all(std::shared_ptr<Shared> shared) {
  while (!shared->draining) {
    auto [failed, socket] = co_await shared->acceptor.async_accept(asio::make_strand(shared->io_context), use);
    if (!failed) {
      start_connection(std::move(socket), shared);
      continue;
    }
    if (failed == asio::error::operation_aborted) co_return;
    log::warning("http.accept_failed", {{"code", failed.value()}});  // out of descriptors: wait, do not spin
    shared->retry.expires_after(milliseconds(100));
    co_await shared->retry.async_wait(use);
  }
}

}  // namespace

HttpServer::HttpServer(asio::io_context& io, HttpServerOptions options, Route route)
    : shared_(std::make_shared<Shared>(io, std::move(options), std::move(route))) {
  const HttpServerOptions& o = shared_->options;
  const std::string where = o.listen.host + ":" + std::to_string(o.listen.port);
  try {
    if (!o.tls_cert.empty()) {
      shared_->tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
      shared_->tls->use_certificate_chain_file(o.tls_cert);
      shared_->tls->use_private_key_file(o.tls_key, asio::ssl::context::pem);
    }
    tcp::resolver resolver(io);
    const tcp::endpoint endpoint =
        *resolver.resolve(o.listen.host, std::to_string(o.listen.port), tcp::resolver::passive).begin();
    shared_->acceptor.open(endpoint.protocol());
    shared_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    shared_->acceptor.bind(endpoint);
    shared_->acceptor.listen(4096);
  } catch (const std::exception& problem) {
    throw std::runtime_error("cannot listen on " + where + ": " + problem.what());
  }
  asio::co_spawn(shared_->acceptor.get_executor(), accept_all(shared_), asio::detached);
}

HttpServer::~HttpServer() { drain(); }

std::uint16_t HttpServer::port() const { return shared_->acceptor.local_endpoint().port(); }
std::size_t HttpServer::connections() const { return shared_->connections; }
std::size_t HttpServer::busy() const { return shared_->busy; }

void HttpServer::drain() {
  if (shared_->draining.exchange(true)) return;
  asio::post(shared_->acceptor.get_executor(), [shared = shared_] {
    beast::error_code ignored;
    shared->acceptor.close(ignored);
    shared->retry.cancel();
  });
}

}  // namespace wa::native
