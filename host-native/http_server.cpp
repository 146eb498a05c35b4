#include "http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/encoding.h"
#include "http_connection.h"
#include "log.h"

namespace wa::native {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

AddressKey key_of(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().to_uint();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_uint();
  return read_be(ByteView(v6.to_bytes()).first(8));
}

template <class Stream>
asio::awaitable<void> serve(Stream stream, std::shared_ptr<HttpShared> shared, AddressKey address) {
  HttpConnection<Stream> connection(std::move(stream), std::move(shared), address);
  co_await connection.run();
}

// What a connection throws (no memory for a buffer) ends that connection.
void ended(const std::exception_ptr& thrown) {
  if (thrown) log::error("http.connection_failed");
}

// Closes the oldest connection that waits for its next request: its client will come again, or never meant to ask.
bool make_room(HttpShared& shared) {
  const std::lock_guard lock(shared.open_mutex);
  for (const auto& one : shared.open) {
    if (!one->end_if_idle()) continue;
    count(counters().http_closed_idle);
    return true;
  }
  return false;
}

void start_connection(tcp::socket socket, const std::shared_ptr<HttpShared>& shared) {
  // Who is refused is closed by going out of scope.
  error_code ignored;
  const auto peer = socket.remote_endpoint(ignored);
  if (ignored) return;
  Counters& all = counters();
  if (shared->connections >= shared->options.connections_max && !make_room(*shared)) return count(all.http_refused_full);
  const AddressKey address = key_of(peer.address());
  if (!shared->enter(address)) return count(all.http_refused_address);
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  if (shared->tls) {
    asio::ssl::stream<tcp::socket> encrypted(std::move(socket), *shared->tls);
    asio::co_spawn(executor, serve(std::move(encrypted), shared, address), ended);
  } else {
    asio::co_spawn(executor, serve(std::move(socket), shared, address), ended);
  }
}

bool out_of_files(const error_code& failed) {
  return failed == asio::error::no_descriptors || failed.value() == ENFILE;
}

asio::awaitable<void> accept_all(std::shared_ptr<HttpShared> shared) {
  while (!shared->draining) {
    auto [failed, socket] = co_await shared->acceptor.async_accept(asio::make_strand(shared->io_context), kHttpUse);
    if (!failed) {
      start_connection(std::move(socket), shared);
      shared->spare.refill();
      continue;
    }
    if (failed == asio::error::operation_aborted) co_return;
    if (out_of_files(failed)) {
      make_room(*shared);
      if (shared->spare.lend()) continue;  // one of ours for this connection; it comes back when one is closed
    }
    log::warning("http.accept_failed", {{"code", failed.value()}});  // wait, do not spin
    shared->retry.expires_after(std::chrono::milliseconds(100));
    co_await shared->retry.async_wait(kHttpUse);
    shared->spare.refill();
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
    error_code ignored;
    shared->acceptor.close(ignored);
    shared->retry.cancel();
  });
}

}  // namespace wa::native
