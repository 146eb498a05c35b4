// Where a webhook may point: the check at configuration time, and the judgement of addresses that the host makes again,
// with the same function, for every address a name resolves to. Ranges: the IANA special-purpose registries.
// Does not: resolve names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace wa {

// The hosts that an operator allows beside the public ones: names, whatever they resolve to, and networks.
class AllowedHosts {
 public:
  // "n8n", "192.168.1.5", "10.0.0.0/8", "[fd00::1]", "fd00::/8". False: it is none of these.
  bool add(std::string_view entry);
  bool has_name(std::string_view host) const;
  bool has_ipv4(std::uint32_t address) const;
  bool has_ipv6(const ByteArray<16>& address) const;  // by the IPv4 address inside where it is mapped
  // Some network is allowed: what a name leads to is known when it is resolved.
  bool any_network() const { return !networks4_.empty() || !networks6_.empty(); }

 private:
  struct Network4 { std::uint32_t address; unsigned bits; };
  struct Network6 { ByteArray<16> address; unsigned bits; };
  std::vector<std::string> names_;
  std::vector<Network4> networks4_;
  std::vector<Network6> networks6_;
};

struct UrlPolicy {
  bool allow_http = true;      // plain http://
  bool allow_private = false;  // loopback, private networks, names that only they know
  const AllowedHosts* allowed = nullptr;  // beside the public hosts
};

// http(s)://host[:port][/path][?query]: no user info, no fragment, no spaces or control characters, no port that is
// another protocol's; a host that is a name, four decimal numbers, or an IPv6 address in brackets. Other spellings
// of IPv4 addresses (octal, hex, short) are refused whatever they mean: readers of URLs differ about them.
enum class UrlFault : std::uint8_t {
  none,
  too_long,
  characters,    // that have to be encoded
  scheme,
  credentials,
  host,          // none, or malformed
  private_host,  // not a public one, and not allowed
  port,
};
UrlFault webhook_url_fault(std::string_view url, const UrlPolicy& policy);
inline bool is_webhook_url(std::string_view url, const UrlPolicy& policy) {
  return webhook_url_fault(url, policy) == UrlFault::none;
}

bool is_public_ipv4(std::uint32_t address);
bool is_public_ipv6(const ByteArray<16>& address);  // judged by the IPv4 address inside where there is one
std::optional<ByteArray<16>> parse_ipv6(std::string_view text);

}  // namespace wa
