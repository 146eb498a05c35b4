#include "http/server.h"

#include <algorithm>

#include "base/encoding.h"
#include "http/connection.h"
#include "system/background.h"

namespace wa::native {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr const char* kConnectionFailed = "http.connection_failed";

AddressKey key_of(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().to_uint();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_uint();
  return read_be(ByteView(v6.to_bytes()).first(8));
}

// What a connection throws (no memory for a buffer) ends that connection.
template <class Stream>
asio::awaitable<void> serve(Stream stream, Seat seat) {
  HttpConnection<Stream> connection(std::move(stream), std::move(seat));
  co_await connection.run();
}

// Closes the oldest connection that waits for its next request: its client will come again, or never meant to ask. If there
// is none, the oldest whose first head has not ended: nobody is known there, and honest heads end soon.
bool make_room(HttpShared& shared) {
  const std::lock_guard lock(shared.open_mutex);
  bool made = std::ranges::any_of(shared.open, [](const auto& one) { return one->end_if_idle(); });
  made = made || std::ranges::any_of(shared.open, [](const auto& one) { return one->end_if_unfinished(); });
  if (made) count(counters().http_closed_idle);
  return made;
}

void start_connection(tcp::socket socket, const std::shared_ptr<HttpShared>& shared) {
  // Who is refused is closed by going out of scope.
  error_code ignored;
  const auto peer = socket.remote_endpoint(ignored);
  if (ignored) return;
  Counters& all = counters();
  if (shared->connections >= shared->options.connections_max && !make_room(*shared)) return count(all.http_refused_full);
  const AddressKey address = key_of(peer.address());
  std::optional<Seat> seat = Seat::take(shared, address);
  if (!seat) return count(all.http_refused_address);
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  if (shared->tls) {
    asio::ssl::stream<tcp::socket> encrypted(std::move(socket), *shared->tls);
    spawn(executor, kConnectionFailed, serve(std::move(encrypted), *std::move(seat)));
  } else {
    spawn(executor, kConnectionFailed, serve(std::move(socket), *std::move(seat)));
  }
}

// For people: what() names files of the library.
std::string said_of(const error_code& failed) {
  if (failed == asio::error::address_in_use) return "another program listens there: stop it, or choose another port";
  if (failed == asio::error::access_denied) return "not permitted; ports below 1024 need a privilege";
  if (failed == asio::error::host_not_found) return "no such host";
  if (failed.value() == EADDRNOTAVAIL) return "this machine has no such address";
  return failed.message();
}

bool out_of_files(const error_code& failed) {
  return failed == asio::error::no_descriptors || failed.value() == ENFILE;
}

// False: wait before the next, do not spin.
asio::awaitable<bool> accept_one(const std::shared_ptr<HttpShared>& shared) {
  auto [failed, socket] = co_await shared->acceptor.async_accept(asio::make_strand(shared->io_context), kHttpUse);
  if (!failed) {
    start_connection(std::move(socket), shared);
    shared->spare.refill();
    co_return true;
  }
  if (failed == asio::error::operation_aborted) co_return true;  // drained
  if (out_of_files(failed)) {
    make_room(*shared);
    if (shared->spare.lend()) co_return true;  // one of ours for this connection; it comes back when one is closed
  }
  log::warning("http.accept_failed", {{"code", failed.value()}});
  co_return false;
}

asio::awaitable<void> wait_a_little(HttpShared& shared) {
  shared.retry.expires_after(std::chrono::milliseconds(100));
  co_await shared.retry.async_wait(kHttpUse);
  shared.spare.refill();
}

// What a connection throws before it has begun costs that connection, not those to come.
asio::awaitable<void> accept_all(std::shared_ptr<HttpShared> shared) {
  while (!shared->draining) {
    bool at_once = false;
    try {
      at_once = co_await accept_one(shared);
    } catch (const std::exception&) {
      note_exception(kConnectionFailed, std::current_exception());
    }
    if (at_once) continue;
    try {
      co_await wait_a_little(*shared);
    } catch (const std::exception&) {
      note_exception(kConnectionFailed, std::current_exception());
    }
  }
}

}  // namespace

HttpServer::HttpServer(asio::io_context& io, HttpServerOptions options, Route route)
    : shared_(std::make_shared<HttpShared>(io, std::move(options), std::move(route))) {
  const HttpServerOptions& o = shared_->options;
  const std::string where = o.listen.host + ":" + std::to_string(o.listen.port);
  try {
    if (!o.tls_cert.empty()) {
      shared_->tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
      shared_->tls->use_certificate_chain_file(o.tls_cert);
      shared_->tls->use_private_key_file(o.tls_key, asio::ssl::context::pem);
      ::SSL_CTX_set_mode(shared_->tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections keep no records
    }
    tcp::resolver resolver(io);
    const tcp::endpoint endpoint =
        *resolver.resolve(o.listen.host, std::to_string(o.listen.port), tcp::resolver::passive).begin();
    shared_->acceptor.open(endpoint.protocol());
    shared_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    shared_->acceptor.bind(endpoint);
    shared_->acceptor.listen(4096);
  } catch (const std::exception& problem) {
    const auto* failed = dynamic_cast<const boost::system::system_error*>(&problem);
    throw std::runtime_error("cannot listen on " + where + ": " + (failed ? said_of(failed->code()) : problem.what()));
  }
  spawn(shared_->acceptor.get_executor(), "http.accepting_ended", accept_all(shared_));
}

HttpServer::~HttpServer() { drain(); }

std::size_t connections_of_address(std::size_t wanted, std::size_t connections_max) {
  constexpr std::size_t kAlways = 16, kPart = 4;
  return std::min(wanted, std::max(kAlways, connections_max / kPart));
}

std::uint16_t HttpServer::port() const { return shared_->acceptor.local_endpoint().port(); }
std::size_t HttpServer::connections() const { return shared_->connections; }
std::size_t HttpServer::busy() const { return shared_->busy; }

void HttpServer::drain() {
  if (shared_->draining.exchange(true)) return;
  asio::post(shared_->acceptor.get_executor(), [shared = shared_] {
    error_code ignored;
    shared->acceptor.close(ignored);
    shared->retry.cancel();
  });
}

}  // namespace wa::native
