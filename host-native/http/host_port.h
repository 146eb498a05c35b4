// Where a listener listens: a host and a port. Does not: look names up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wa::native {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text);  // "127.0.0.1:8080", "[::1]:0"

}  // namespace wa::native
