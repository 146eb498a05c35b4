#include "outgoing.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "gateway/egress.h"
#include "log.h"

namespace wa::native {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ip = asio::ip;
using ip::tcp;
using std::chrono::steady_clock;

namespace {

constexpr auto use = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kKeepAnswer{10};
constexpr std::size_t kEntriesMax = 1024;

std::vector<ip::address> ask_system(const std::string& host) {
  std::vector<ip::address> out;
  asio::io_context unused;
  tcp::resolver resolver(unused);
  beast::error_code failed;
  for (const auto& item : resolver.resolve(host, "", failed)) out.push_back(item.endpoint().address());
  return out;
}

}  // namespace

Resolver::Resolver() : Resolver(ask_system, kKeepAnswer) {}
Resolver::Resolver(Lookup lookup, std::chrono::milliseconds keep) : lookup_(std::move(lookup)), keep_(keep) {}

Resolver::~Resolver() {
  threads_.stop();
  threads_.join();
}

void Resolver::resolve(const std::string& host, std::uint16_t port, Done done) {
  beast::error_code failed;
  if (const auto address = ip::make_address(host, failed); !failed) return done({tcp::endpoint(address, port)});
  const std::string key = host + ":" + std::to_string(port);
  Endpoints known;
  {
    const std::lock_guard lock(mutex_);
    if (entries_.size() > kEntriesMax) std::erase_if(entries_, [](const auto& item) { return !item.second.busy; });
    Entry& entry = entries_[key];
    if (!entry.busy && !entry.found.empty() && steady_clock::now() < entry.until) {
      known = entry.found;
    } else {
      entry.waiting.push_back(std::move(done));
      if (entry.busy) return;
      entry.busy = true;
    }
  }
  if (!known.empty()) return done(known);
  asio::post(threads_, [this, host, port, key] { look_up(host, port, key); });
}

void Resolver::look_up(const std::string& host, std::uint16_t port, const std::string& key) {
  Endpoints found;
  for (const ip::address& address : lookup_(host)) found.emplace_back(address, port);
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[key];
    entry.busy = false;
    entry.found = found;
    entry.until = steady_clock::now() + keep_;
    waiting.swap(entry.waiting);
  }
  for (const Done& done : waiting) done(found);
}

bool is_public_address(const ip::address& address) {
  return address.is_v4() ? gateway::is_public_ipv4(address.to_v4().to_uint())
                         : gateway::is_public_ipv6(address.to_v6().to_bytes());
}

asio::ssl::context& TlsContext::context() {
  const std::lock_guard lock(mutex_);
  if (!context_) {
    auto made = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    made->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv3 |
                      asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    made->set_verify_mode(asio::ssl::verify_peer);
    if (ca_file_.empty()) {
      made->set_default_verify_paths();
    } else {
      made->load_verify_file(ca_file_);
    }
    SSL_CTX_set_mode(made->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections hold no buffers
    context_ = std::move(made);
  }
  return *context_;
}

namespace {

asio::awaitable<Endpoints> resolve_within(Outgoing& out, const Url& url, steady_clock::time_point deadline) {
  // Whoever comes first, the answer or the deadline, cancels the timer; the other finds it gone.
  struct Wait {
    explicit Wait(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    Endpoints found;
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto wait = std::make_shared<Wait>(executor);
  wait->timer.expires_at(deadline);
  out.resolver.resolve(url.host, url.port, [wait, executor](const Endpoints& found) {
    asio::post(executor, [wait, found] {
      wait->found = found;
      wait->timer.expires_at(steady_clock::time_point::min());
    });
  });
  co_await wait->timer.async_wait(use);
  co_return std::move(wait->found);
}

template <class Stream>
asio::awaitable<HttpAnswer> talk(Stream& stream, const HttpCall& call) {
  HttpAnswer out;
  http::request<http::string_body> request;
  request.method_string(call.method);
  request.target(call.url.target);
  request.version(11);
  request.set(http::field::host, call.url.host_header());
  request.set(http::field::user_agent, "wuts/" WUTS_VERSION);
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  if (call.method != "GET" || !call.body.empty()) request.content_length(call.body.size());
  const auto [unsent, sent] = co_await http::async_write(stream, request, use);
  if (unsent) co_return out;

  beast::flat_buffer buffer;
  for (;;) {
    http::response_parser<http::vector_body<std::uint8_t>> parser;
    parser.body_limit(boost::none);  // a limit of the parser would lose the status of too long answers
    parser.header_limit(64 << 10);
    const auto [no_header, header_bytes] = co_await http::async_read_header(stream, buffer, parser, use);
    if (no_header) co_return out;
    if (parser.get().result_int() < 200) continue;  // 100, 103: the answer follows
    out.status = static_cast<int>(parser.get().result_int());
    out.retry_after = std::string(parser.get()[http::field::retry_after]);
    if (parser.content_length().value_or(0) > call.answer_bytes_max) co_return out;
    while (!parser.is_done()) {
      const auto [no_body, body_bytes] = co_await http::async_read_some(stream, buffer, parser, use);
      if (no_body || parser.get().body().size() > call.answer_bytes_max) co_return out;
    }
    out.complete = true;
    out.body = std::move(parser.get().body());
    co_return out;
  }
}

}  // namespace

asio::awaitable<HttpAnswer> exchange(Outgoing& out, HttpCall call) {
  Endpoints endpoints = co_await resolve_within(out, call.url, call.deadline);
  if (call.public_only)
    std::erase_if(endpoints, [](const tcp::endpoint& e) { return !is_public_address(e.address()); });
  if (endpoints.empty()) co_return HttpAnswer();
  if (out.whereabouts)
    for (tcp::endpoint& endpoint : endpoints) endpoint = out.whereabouts(endpoint);
  const auto executor = co_await asio::this_coro::executor;
  beast::tcp_stream stream(executor);
  stream.expires_at(call.deadline);
  const auto [unconnected, endpoint] = co_await stream.async_connect(endpoints, use);
  if (unconnected) co_return HttpAnswer();
  beast::error_code ignored;
  stream.socket().set_option(tcp::no_delay(true), ignored);
  if (!call.url.encrypted()) co_return co_await talk(stream, call);

  beast::ssl_stream<beast::tcp_stream> encrypted(std::move(stream), out.tls.context());
  SSL_set_tlsext_host_name(encrypted.native_handle(), call.url.host.c_str());
  encrypted.set_verify_callback(asio::ssl::host_name_verification(call.url.host));
  const auto [refused] = co_await encrypted.async_handshake(asio::ssl::stream_base::client, use);
  if (refused) co_return HttpAnswer();
  co_return co_await talk(encrypted, call);
}

}  // namespace wa::native
