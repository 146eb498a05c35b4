// Tag bytes of the binary form (02 section 1) and the packed alphabets (02 section 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/jid.h"

namespace wa::wire::tag {

inline constexpr std::uint8_t kListEmpty = 0, kDictionary0 = 236, kDictionary3 = 239, kInteropJid = 245, kFbJid = 246,
                              kAdJid = 247, kList8 = 248, kList16 = 249, kJidPair = 250, kHex8 = 251, kBinary8 = 252,
                              kBinary20 = 253, kBinary32 = 254, kNibble8 = 255;
inline constexpr std::uint8_t kLastSingle = 235;

inline constexpr std::string_view kNibbleAlphabet = "0123456789-.";  // 12..14 invalid, 15 only as padding
inline constexpr std::string_view kHexAlphabet = "0123456789ABCDEF";
inline constexpr std::size_t kPackedCharsMax = 127;

// Domain byte of AD_JID.
inline constexpr std::uint8_t kDomainPn = 0, kDomainLid = 1, kDomainHosted = 128, kDomainHostedLid = 129;

// Whether some JID tag can hold all parts of it, and gives the same JID back. Others travel as text.
inline bool has_binary_form(const Jid& jid) {
  if (jid.user.empty()) return jid.device == 0 && jid.integrator == 0 && jid.agent == 0;
  switch (jid.server) {
    case Server::pn:
      return jid.device <= 255 && jid.agent != kDomainLid && jid.agent != kDomainHosted && jid.agent != kDomainHostedLid;
    case Server::lid:
    case Server::hosted:
    case Server::hosted_lid: return jid.device <= 255 && jid.agent == 0;
    case Server::msgr:
    case Server::interop: return true;
    default: return jid.device == 0;
  }
}

}  // namespace wa::wire::tag
