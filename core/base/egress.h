// Where a webhook may point: the check at configuration time, and the judgement of addresses that the host makes again,
// with the same function, for every address a name resolves to. Ranges: the IANA special-purpose registries.
// Does not: resolve names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace wa {

struct UrlPolicy {
  bool allow_http = true;      // plain http://
  bool allow_private = false;  // loopback, private networks, names that only they know
};

// http(s)://host[:port][/path][?query]: no user info, no fragment, no spaces or control characters, no port that is
// another protocol's; a host that is a name, four decimal numbers, or an IPv6 address in brackets. Other spellings
// of IPv4 addresses (octal, hex, short) are refused whatever they mean: readers of URLs differ about them.
bool is_webhook_url(std::string_view url, const UrlPolicy& policy);

bool is_public_ipv4(std::uint32_t address);
bool is_public_ipv6(const ByteArray<16>& address);  // judged by the IPv4 address inside where there is one
std::optional<ByteArray<16>> parse_ipv6(std::string_view text);

}  // namespace wa
