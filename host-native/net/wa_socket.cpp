#include "net/wa_socket.h"

#include "system/background.h"

namespace wa::native {

void DialGate::enter(const std::string& tenant, std::function<void()> go) {
  begin(queue_.add(tenant, {tenant, std::move(go)}));
}

void DialGate::leave(const std::string& tenant) noexcept { begin(queue_.finished(tenant)); }

// One that cannot even begin gives its place on; its socket hears of it when its time is up.
void DialGate::begin(std::optional<Dial> next) noexcept {
  while (next) {
    try {
      return next->go();
    } catch (const std::exception&) {
      note_exception("socket.dial_failed", std::current_exception());
    }
    next = queue_.finished(next->tenant);
  }
}

std::shared_ptr<WaSocket> WaSocket::connect(Network& network, const Strand& strand, ConnectionId id,
                                            std::weak_ptr<SocketEvents> events, const std::string& tenant) {
  const auto connect = network.to.url().encrypted() ? connect_tls : connect_plain;
  return connect(network, strand, id, std::move(events), tenant);
}

}  // namespace wa::native
