#include "net/outgoing.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http.hpp>

#include "net/dial.h"

namespace wa::native {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ip = asio::ip;
using ip::tcp;
using std::chrono::steady_clock;

namespace {

constexpr auto use = kDialUse;
constexpr std::size_t kHeaderBytesMax = kAnswerHeadBytesMax, kBufferBytesMax = kAnswerBufferBytesMax;

HttpAnswer unanswered(WebhookFault fault) {
  HttpAnswer out;
  out.fault = fault;
  return out;
}

}  // namespace

WebhookFault fault_of(const beast::error_code& failed, WebhookFault otherwise) {
  if (failed == beast::error::timeout || failed == asio::error::timed_out) return WebhookFault::timeout;
  return otherwise;
}

WebhookFault connect_fault(const beast::error_code& failed) {
  const bool refused = failed == asio::error::connection_refused || failed == asio::error::host_unreachable ||
                       failed == asio::error::network_unreachable || failed == asio::error::connection_reset;
  return fault_of(failed, refused ? WebhookFault::refused : WebhookFault::closed);
}

asio::ssl::context& TlsContext::context() {
  const std::lock_guard lock(mutex_);
  if (!context_) {
    auto made = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    made->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv3 |
                      asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 | SSL_OP_NO_RENEGOTIATION);
    made->set_verify_mode(asio::ssl::verify_peer);
    if (ca_file_.empty() || beside_) made->set_default_verify_paths();
    if (!ca_file_.empty()) made->load_verify_file(ca_file_);
    SSL_CTX_set_mode(made->native_handle(), SSL_MODE_RELEASE_BUFFERS);  // idle connections hold no buffers
    context_ = std::move(made);
  }
  return *context_;
}

// What a lookup found, unless time was up before.
struct FoundInTime {
  Endpoints endpoints;
  bool in_time = false;
};

namespace {

asio::awaitable<FoundInTime> resolve_within(Outgoing& out, const Url& url, const std::string& tenant,
                                            steady_clock::time_point deadline) {
  // Whoever comes first, the answer or the deadline, cancels the timer; the other finds it gone.
  struct Wait {
    explicit Wait(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    FoundInTime found;
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto wait = std::make_shared<Wait>(executor);
  wait->timer.expires_at(deadline);
  out.resolver.resolve(tenant, url.host, url.port, deadline, [wait, executor](const Endpoints& found) {
    asio::post(executor, [wait, found] {
      wait->found = {found, true};
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
  request.target(call.to.url().target);
  request.version(11);
  request.set(http::field::host, call.to.url().host_header());
  request.set(http::field::user_agent, "wuts/" WUTS_VERSION);
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  if (call.method != "GET" || !call.body.empty()) request.content_length(call.body.size());
  out.fault = WebhookFault::closed;
  const auto [unsent, sent] = co_await http::async_write(stream, request, use);
  if (unsent) co_return unanswered(fault_of(unsent, WebhookFault::closed));

  beast::flat_buffer buffer(kBufferBytesMax);
  for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
    http::response_parser<http::vector_body<std::uint8_t>> parser;
    parser.body_limit(boost::none);  // a limit of the parser would lose the status of too long answers
    parser.header_limit(kHeaderBytesMax);
    const auto [no_header, header_bytes] = co_await http::async_read_header(stream, buffer, parser, use);
    if (no_header) co_return unanswered(fault_of(no_header, WebhookFault::closed));
    if (parser.get().result_int() < 200) continue;  // the answer follows
    out.status = static_cast<int>(parser.get().result_int());
    out.fault = WebhookFault::none;
    out.retry_after = std::string(parser.get()[http::field::retry_after]);
    if (parser.content_length().value_or(0) > call.answer_bytes_max) co_return out;
    // Chunks of one byte each, with extensions, are much to read for a short body.
    std::size_t most = 2 * call.answer_bytes_max + kBufferBytesMax;
    while (!parser.is_done()) {
      const auto [no_body, body_bytes] = co_await http::async_read_some(stream, buffer, parser, use);
      if (no_body || parser.get().body().size() > call.answer_bytes_max || body_bytes > most) co_return out;
      most -= body_bytes;
    }
    out.complete = true;
    out.body = std::move(parser.get().body());
    co_return out;
  }
  co_return out;
}

}  // namespace

asio::awaitable<Found> find_endpoints(Outgoing& out, const Destination& to, const std::string& tenant,
                                      steady_clock::time_point deadline) {
  FoundInTime found = co_await resolve_within(out, to.url(), tenant, deadline);
  if (!found.in_time) co_return Found{{}, WebhookFault::timeout};
  if (found.endpoints.empty()) co_return Found{{}, WebhookFault::dns};
  Endpoints endpoints = to.permitted(std::move(found.endpoints));
  if (endpoints.empty()) co_return Found{{}, WebhookFault::address_not_allowed};
  if (out.whereabouts)
    for (tcp::endpoint& endpoint : endpoints) endpoint = out.whereabouts(endpoint);
  co_return Found{std::move(endpoints), WebhookFault::none};
}

struct ExchangeOver {
  const HttpCall& call;
  template <class Stream>
  asio::awaitable<HttpAnswer> operator()(Stream& stream) const {
    return talk(stream, call);
  }
};

asio::awaitable<HttpAnswer> exchange(Outgoing& out, HttpCall call) {
  co_return co_await with_connection<HttpAnswer>(out, call.to, call.tenant, call.deadline, ExchangeOver{call},
                                                 unanswered);
}

}  // namespace wa::native
