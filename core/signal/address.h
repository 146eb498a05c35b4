// Signal addresses (04 section 10): the PN user 5511.. is named "5511..", the LID user 1234 "1234_1", hosted "_128",
// hosted.lid "_129"; the device number follows. PN and LID sessions of one person are different sessions.
#pragma once

#include <string>

#include "wire/jid.h"

namespace wa::signal {

struct Address {
  std::string name;
  std::uint16_t device = 0;
  std::string row_id() const { return name + '.' + std::to_string(device); }  // key in sessions and identities
};

Address address_of(const wire::Jid& jid);

}  // namespace wa::signal
