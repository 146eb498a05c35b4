// tested by unit/signal/ratchet_test.cpp
#include "signal/address.h"

namespace wa::signal {

Address address_of(const wire::Jid& jid) {
  std::string name = jid.user;
  switch (jid.server) {
    case wire::Server::lid: name += "_1"; break;
    case wire::Server::hosted: name += "_128"; break;
    case wire::Server::hosted_lid: name += "_129"; break;
    default: break;
  }
  return {std::move(name), jid.device};
}

}  // namespace wa::signal
