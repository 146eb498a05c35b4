// The connection of one device: socket, frames, handshake, encryption, liveness. From bytes to nodes and back.
// Guarantees: at most one connection at a time, told apart by generation; any bytes give nodes, silence or a closed link;
// buffers are freed when empty. Does not: know what a stanza means, or when to connect again (see login_verdicts.h, backoff.h).
#pragma once

#include <optional>
#include <variant>

#include "client/config.h"
#include "client/rows/account.h"
#include "client/turn.h"
#include "noise/handshake.h"
#include "wire/frame.h"
#include "wire/node.h"

namespace wa::client {

class Link {
 public:
  // --- life of a connection
  void connect(const Account&, const Config&, Turn&);     // must be down
  void on_opened(ConnectionId, const Account&, Turn&);    // sends intro and client hello
  void feed(ConnectionId, ByteView);                      // bytes as they came
  // The next whole node, or nullopt. Handshake frames are consumed on the way. A link that went wrong closes itself;
  // `failure()` then says why. Call until it gives nothing: handling a node may have closed the link.
  std::optional<wire::Node> next(const Account&, const Config&, Turn&);
  // True when this was our connection: it is down now.
  bool on_closed(ConnectionId);
  // Asks the host to close; the link is down at once, later bytes of this connection are ignored.
  void close(Turn&);

  // --- while it is up
  bool down() const { return std::holds_alternative<Down>(state_); }
  bool up() const { return std::holds_alternative<Up>(state_); }   // handshake finished
  void send(const wire::Node&, Turn&);                              // only when up
  // Connect and handshake time limits. True: too late, the link was closed.
  bool timed_out(Turn&);
  std::optional<MonoTime> deadline() const;
  MonoTime last_received() const { return last_received_; }
  // Why the link closed itself; nullptr after an ordinary close.
  const char* failure() const { return failure_; }
  bool certificate_expired() const { return certificate_expired_; }

 private:
  struct Down {};
  struct Connecting { MonoTime deadline; };
  struct Handshaking { noise::Handshake handshake; MonoTime deadline; };
  struct Up { noise::Transport transport; int bad_in_row = 0; };

  void fail(const char* why, Turn&);
  void drop(const char* why, Turn&);      // one stanza: told with how many there were
  void on_server_hello(const Bytes& frame, const Account&, const Config&, Turn&);
  std::optional<wire::Node> open_frame(const Bytes& frame, Turn&);
  void send_bytes(Bytes bytes, Turn&);

  std::variant<Down, Connecting, Handshaking, Up> state_;
  wire::FrameBuffer buffer_;
  ConnectionId connection_ = 0;
  MonoTime last_received_;
  const char* failure_ = nullptr;
  bool certificate_expired_ = false;
  std::uint64_t dropped_ = 0;    // stanzas of either direction, in this life of the process
  bool with_routing_ = false;
  bool routing_failed_ = false;  // the last attempt with routing info never got up: go without it once
};

}  // namespace wa::client
