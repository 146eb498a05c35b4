// A connection to a destination, under the deadline of its call: the name is looked up in its tenant's turn, what it
// resolves to is judged, TLS is verified. What is said over it is the caller's.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>

#include "net/outgoing.h"

namespace wa::native {

inline constexpr auto kDialUse = boost::asio::as_tuple(boost::asio::use_awaitable);
inline constexpr std::size_t kAnswerHeadBytesMax = 64u << 10, kAnswerBufferBytesMax = 128u << 10;
inline constexpr int kInterimAnswersMax = 8;  // 100, 103 before the answer

// Of an operation that failed: that time was up is seen before anything else.
WebhookFault fault_of(const boost::beast::error_code& failed, WebhookFault otherwise);

// Where to connect to; empty: `fault` says why not.
struct Found {
  Endpoints endpoints;
  WebhookFault fault = WebhookFault::none;
};
boost::asio::awaitable<Found> find_endpoints(Outgoing& out, const Destination& to, const std::string& tenant,
                                             std::chrono::steady_clock::time_point deadline);
WebhookFault connect_fault(const boost::beast::error_code& failed);

// `talk` is a coroutine on a stream, plain or encrypted; `failed` makes its result of a fault.
template <class Result, class Talk, class Failed>
boost::asio::awaitable<Result> with_connection(Outgoing& out, const Destination& to, const std::string& tenant,
                                               std::chrono::steady_clock::time_point deadline, Talk talk,
                                               Failed failed) {
  namespace asio = boost::asio;
  namespace beast = boost::beast;
  const Found found = co_await find_endpoints(out, to, tenant, deadline);
  if (found.fault != WebhookFault::none) co_return failed(found.fault);
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  stream.expires_at(deadline);
  const auto [unconnected, endpoint] = co_await stream.async_connect(found.endpoints, kDialUse);
  if (unconnected) co_return failed(connect_fault(unconnected));
  beast::error_code ignored;
  stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const Url& url = to.url();
  if (!url.encrypted()) co_return co_await talk(stream);

  beast::ssl_stream<beast::tcp_stream> encrypted(std::move(stream), out.tls.context());
  SSL_set_tlsext_host_name(encrypted.native_handle(), url.host.c_str());
  encrypted.set_verify_callback(asio::ssl::host_name_verification(url.host));
  const auto [refused] = co_await encrypted.async_handshake(asio::ssl::stream_base::client, kDialUse);
  if (refused) co_return failed(fault_of(refused, WebhookFault::tls));
  co_return co_await talk(encrypted);
}

}  // namespace wa::native
