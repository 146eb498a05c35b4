// What all outgoing connections share: TLS contexts with real verification, and one HTTP exchange, bounded in time, in
// bytes of the answer, and in what may come before it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/delivery_fault.h"
#include "net/destination.h"
#include "net/resolver.h"

namespace wa::native {

class TlsContext {
 public:
  // `beside`: the file's certificates are trusted beside the system's, not instead of them.
  explicit TlsContext(std::string ca_file, bool beside = false) : ca_file_(std::move(ca_file)), beside_(beside) {}
  // Made at first use: reading the system's certificates takes tens of milliseconds. Throws when a CA file is unusable.
  boost::asio::ssl::context& context();

 private:
  std::string ca_file_;
  bool beside_;
  std::mutex mutex_;
  std::unique_ptr<boost::asio::ssl::context> context_;
};

struct HttpCall {
  Destination to;
  std::string tenant;  // whose turn a name lookup is
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::size_t answer_bytes_max = 64 << 10;
  std::chrono::steady_clock::time_point deadline{};  // of the whole exchange
};
struct HttpAnswer {
  int status = 0;         // 0: no HTTP answer, and why:
  WebhookFault fault = WebhookFault::none;
  bool complete = false;  // the whole body was read, within the limit
  Bytes body;
  std::string retry_after;
};

struct Outgoing {
  boost::asio::io_context& io;
  Resolver& resolver;
  TlsContext& tls;
  // For tests: where an address is to be found. It is asked about every address that is connected to, after all checks.
  std::function<boost::asio::ip::tcp::endpoint(const boost::asio::ip::tcp::endpoint&)> whereabouts = nullptr;
};
boost::asio::awaitable<HttpAnswer> exchange(Outgoing& out, HttpCall call);

}  // namespace wa::native
