#include "net/socket_over.h"

namespace wa::native {

std::shared_ptr<WaSocket> WaSocket::connect_plain(Network& network, const Strand& strand, ConnectionId id,
                                                  std::weak_ptr<SocketEvents> events, const std::string& tenant) {
  const auto socket = std::make_shared<SocketOver<PlainStream>>(network, strand, id, std::move(events), tenant);
  socket->start();
  return socket;
}

}  // namespace wa::native
