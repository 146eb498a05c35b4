// One WebSocket to the service, over TLS or plain: binary messages in and out.
// Guarantees: `socket_closed` is the last thing said, exactly once, whatever happened; messages go out in order; an
// idle socket holds no more than its header buffer. Does not: reconnect.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <memory>

#include "client/effect.h"
#include "net/fair_queue.h"
#include "net/held_bytes.h"
#include "net/outgoing.h"

namespace wa::native {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

// Called on the strand the socket was made with.
struct SocketEvents {
  virtual ~SocketEvents() = default;
  virtual void socket_opened(ConnectionId id) = 0;
  virtual void socket_received(ConnectionId id, Bytes bytes) = 0;  // then nothing more until `read_on`
  virtual void socket_closed(ConnectionId id) = 0;
};

// How many connections may be under way at once, over all and for a tenant: thousands of devices that start together
// must not dial together.
class DialGate {
 public:
  DialGate(std::size_t most, std::size_t most_each) : queue_(most, most_each) {}
  // `go` runs at once or when a place is free, on any thread
  void enter(const std::string& tenant, std::function<void()> go);
  void leave(const std::string& tenant) noexcept;

 private:
  struct Dial {
    std::string tenant;
    std::function<void()> go;
  };
  void begin(std::optional<Dial> next) noexcept;
  FairQueue<Dial> queue_;
};

class WaSocket {
 public:
  // Not yet taken by the peer. A socket with more is given up; while all together have much, one with more than a little is.
  static constexpr std::size_t kUnsentBytesMax = 48u << 20, kUnsentBytesOfAllMax = 256u << 20, kUnsentBytesFree = 64u << 10;
  struct Network {
    Destination to;
    Resolver& resolver;
    TlsContext& tls;
    DialGate& gate;
    HeldBytes unsent{kUnsentBytesMax, kUnsentBytesOfAllMax};
  };
  // Starts to connect. All calls on `strand`.
  static std::shared_ptr<WaSocket> connect(Network& network, const Strand& strand, ConnectionId id,
                                           std::weak_ptr<SocketEvents> events, const std::string& tenant = {});
  virtual ~WaSocket() = default;
  virtual void send(Bytes bytes) = 0;
  virtual void read_on() = 0;
  virtual void close() = 0;    // after what was sent; socket_closed follows
  virtual void abandon() = 0;  // at once and silently: nobody listens any more
  virtual ConnectionId id() const = 0;

 private:
  // One in each of plain_socket.cpp and tls_socket.cpp.
  static std::shared_ptr<WaSocket> connect_plain(Network& network, const Strand& strand, ConnectionId id,
                                                 std::weak_ptr<SocketEvents> events, const std::string& tenant);
  static std::shared_ptr<WaSocket> connect_tls(Network& network, const Strand& strand, ConnectionId id,
                                               std::weak_ptr<SocketEvents> events, const std::string& tenant);
};

}  // namespace wa::native
