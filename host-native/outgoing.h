// What all outgoing connections share: name resolution (threads of its own, answers shared and kept for some seconds),
// TLS contexts with real verification, and one bounded HTTP exchange.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "url.h"

namespace wa::native {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

class Resolver {
 public:
  using Lookup = std::function<std::vector<boost::asio::ip::address>(const std::string& host)>;  // on threads of the resolver
  Resolver();  // asks the system; answers are kept for some seconds
  Resolver(Lookup lookup, std::chrono::milliseconds keep);
  ~Resolver();
  using Done = std::function<void(const Endpoints&)>;  // on any thread; empty: there is no such host
  void resolve(const std::string& host, std::uint16_t port, Done done);

 private:
  struct Entry {
    Endpoints found;
    std::chrono::steady_clock::time_point until;
    std::vector<Done> waiting;
    bool busy = false;
  };
  void look_up(const std::string& host, std::uint16_t port, const std::string& key);

  Lookup lookup_;
  std::chrono::milliseconds keep_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  boost::asio::thread_pool threads_{4};  // getaddrinfo blocks: a slow name must not hold up the others
};

// False for loopback, private, link-local, multicast, reserved and documentation addresses, in IPv6 disguise too.
bool is_public_address(const boost::asio::ip::address& address);

class TlsContext {
 public:
  explicit TlsContext(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  // Made at first use: reading the system's certificates takes tens of milliseconds. Throws when a CA file is unusable.
  boost::asio::ssl::context& context();

 private:
  std::string ca_file_;
  std::mutex mutex_;
  std::unique_ptr<boost::asio::ssl::context> context_;
};

struct HttpCall {
  std::string method = "GET";
  Url url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::size_t answer_bytes_max = 64 << 10;
  std::chrono::steady_clock::time_point deadline;  // of the whole exchange
  bool public_only = false;                        // connect to public addresses only
};
struct HttpAnswer {
  int status = 0;         // 0: no HTTP answer
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
