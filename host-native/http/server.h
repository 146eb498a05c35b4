// The HTTP/1.1 front: bytes to requests, replies to bytes. Knows no routes.
// Guarantees: every request that was read gets exactly one reply, in the order of the requests of its connection;
// headers, bodies, unsent answers, waits and connections (all, and those of one address) are bounded, the bytes of all
// connections together and in fair shares (byte_budget.h); what cannot be parsed gets a JSON envelope. A door may answer on
// the head of a request: then not a byte of its body is read.
// Answers may have bodies that are not held, but read piece by piece while they are sent; requests such bodies that are
// taken piece by piece as they come.
// Does not: authenticate, or interpret a path.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "client/effect.h"
#include "gateway/input.h"
#include "http/byte_budget.h"
#include "http/head.h"
#include "http/host_port.h"

namespace wa::native {

struct HttpRequest {
  std::string method, target, authorization, content_type, body;
  std::string accept_encoding;
  std::string device_id, idempotency_key, prefer;  // X-Device-Id, Idempotency-Key, Prefer
  std::string range = {}, if_none_match = {};
  std::vector<gateway::GivenFile> files = {};  // that its body had, and
  bool form = false;                      // (gateway/input.h)
  std::shared_ptr<void> kept = {};            // what they are, for whoever gave them out
};
// The body of an answer that is not held: `size` bytes, read in order, each piece as long as what it is read into.
struct ReplyStream {
  std::uint64_t size = 0;
  std::function<bool(std::uint64_t offset, std::span<std::uint8_t> out)> read;  // false: the connection is broken off
};
struct Answered : Reply {
  Answered() = default;
  Answered(Reply reply) : Reply(std::move(reply)) {}
  std::shared_ptr<const ReplyStream> stream;  // instead of `body`
};
// From any thread, exactly once.
using Answer = std::function<void(Answered)>;
using Route = std::function<void(HttpRequest&&, Answer)>;

// The error envelope of api.md 2.1, for what never reaches a machine.
Reply error_reply(int status, const char* code, const char* text);
// One that says when to try again.
Reply busy_reply(int status, const char* code, const char* text, std::int64_t seconds = 1);
// JSON without quoting: the caller hands in a literal.
Reply json_reply(int status, std::string body);
// Status line and fields, up to and with the empty line. What carries no policy of its own is kept out of caches.
std::string reply_head(const Reply& reply, bool keep_alive, std::optional<std::uint64_t> length = std::nullopt);

// An IPv4 address, or the /64 of an IPv6 one: whoever has one has the whole.
using AddressKey = std::uint64_t;

// What becomes of a request whose head was read.
struct Admission {
  std::optional<Reply> answer;  // this, and nothing else
  std::string tenant;           // else: whose share its bytes are taken from; "": only its address's
};
struct HttpDoor {
  std::function<std::optional<Admission>(const HttpHead&, AddressKey)> known;  // at once; nullopt: ask
  std::function<void(const HttpHead&, AddressKey, std::function<void(Admission)>)> ask;  // calls back exactly once
};

// Takes the body of a request piece by piece, each at most kBodyPieceBytes, on the strand of its connection.
class BodyTaker {
 public:
  virtual ~BodyTaker() = default;
  virtual std::uint64_t bytes_max() const = 0;                   // of the body as it comes
  // What is held of it so far, in memory. Asked after each piece.
  virtual std::size_t bytes_held() const = 0;
  virtual std::optional<Reply> take(std::string_view piece) = 0;    // an answer: the rest is not read
  virtual std::optional<Reply> finish(HttpRequest& request) = 0;    // what it became; an answer: it is no such body
};
inline constexpr std::size_t kBodyPieceBytes = 64u << 10;

inline constexpr std::size_t kHttpBytesMax = 96u << 20;  // held by requests and answers of a process
// An eighth of them is for large heads of those who are not known yet; the others' bodies and answers have the rest.
inline constexpr std::size_t kHeadsPart = 8;
// What one address may have of the connections: never more than a quarter. 0: behind a proxy it is everybody's.
std::size_t connections_of_address(std::size_t wanted, std::size_t connections_max);

struct HttpServerOptions {
  HostPort listen;
  std::string tls_cert, tls_key;  // both or none
  std::size_t connections_max = 4096, connections_per_address = 0;  // 0: no such limit
  std::size_t spare_files = 0;  // kept back, so that connections are served when everything else took all descriptors
  bool counted = false;  // in the metrics
  std::int64_t idle_ms = 60'000, header_ms = 10'000, body_ms = 30'000, write_ms = 30'000;
  std::shared_ptr<ByteBudget> budget, heads;  // of several servers together; none: its own
  HttpDoor door;                       // empty: everybody comes in
  // Whether bodies of such a request may be larger than 1 MiB; then, once its caller is known, who takes it, or what is
  // answered instead. Without: nobody's.
  std::function<bool(const HttpHead&)> has_taker = nullptr;
  std::function<std::unique_ptr<BodyTaker>(const HttpHead&, const std::string& tenant, Reply& refused)> taker = nullptr;
};

struct HttpShared;

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
  std::shared_ptr<HttpShared> shared_;
};

}  // namespace wa::native
