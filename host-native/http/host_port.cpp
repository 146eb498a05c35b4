#include "http/host_port.h"

#include <charconv>

namespace wa::native {

std::optional<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::string_view port = text.substr(colon + 1);
  HostPort out{std::string(host), 0};
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (host.empty() || port.empty() || failed != std::errc() || end != port.data() + port.size()) return std::nullopt;
  return out;
}

}  // namespace wa::native
