#include "net/socket_over.h"
#include "net/tls_stream.h"

namespace wa::native {

using TlsSocket = SocketOver<TlsStream<PlainStream>>;

std::shared_ptr<WaSocket> WaSocket::connect_tls(Network& network, const Strand& strand, ConnectionId id,
                                                std::weak_ptr<SocketEvents> events, const std::string& tenant) {
  const auto socket = std::make_shared<TlsSocket>(network, strand, id, std::move(events), tenant);
  socket->start();
  return socket;
}

}  // namespace wa::native
