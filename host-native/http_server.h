// The HTTP/1.1 front: bytes to requests, replies to bytes. Knows no routes.
// Guarantees: every request that was read gets exactly one reply, in the order of the requests of its connection;
// headers, bodies, waits and connections (all, and those of one address) are bounded; what cannot be parsed gets a JSON envelope.
// Does not: authenticate, or interpret a path.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "client/effect.h"
#include "config.h"

namespace wa::native {

struct HttpRequest {
  std::string method, target, authorization, content_type, body;
  std::string accept_encoding;
};
// From any thread, exactly once.
using Answer = std::function<void(Reply)>;
using Route = std::function<void(HttpRequest&&, Answer)>;

// The error envelope of api.md 2.1, for what never reaches a machine.
Reply error_reply(int status, const char* code, const char* text);
// JSON without quoting: the caller hands in a literal.
Reply json_reply(int status, std::string body);

struct HttpServerOptions {
  HostPort listen;
  std::string tls_cert, tls_key;  // both or none
  std::size_t connections_max = 4096, connections_per_address = 0;  // 0: no such limit
  bool counted = false;  // in the metrics
  std::int64_t idle_ms = 60'000, header_ms = 10'000, body_ms = 30'000;
};

class HttpServer {
 public:
  HttpServer(boost::asio::io_context& io, HttpServerOptions options,
             Route route);  // throws std::runtime_error: cannot listen
  ~HttpServer();
  std::uint16_t port() const;
  std::size_t connections() const;
  std::size_t busy() const;  // requests that were read and whose reply is not written
  // No new connections; answers in progress are finished, each with Connection: close.
  void drain();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace wa::native
