#include "net/url.h"

#include <charconv>

namespace wa::native {
namespace {

std::uint16_t own_port(std::string_view scheme) { return scheme == "https" || scheme == "wss" ? 443 : 80; }

}  // namespace

std::string Url::host_header() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != own_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return std::nullopt;  // would split the request line
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  Url out;
  for (const char c : text.substr(0, scheme_end)) out.scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (out.scheme != "http" && out.scheme != "https" && out.scheme != "ws" && out.scheme != "wss") return std::nullopt;
  text.remove_prefix(scheme_end + 3);
  text = text.substr(0, text.find('#'));
  const auto authority_end = text.find_first_of("/?");
  std::string_view authority = text.substr(0, authority_end);
  out.target = authority_end == std::string_view::npos ? "" : std::string(text.substr(authority_end));
  if (out.target.empty() || out.target.front() != '/') out.target.insert(0, "/");
  if (authority.find('@') != std::string_view::npos) return std::nullopt;

  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    out.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && port.front() != ':') return std::nullopt;
  } else {
    const auto colon = authority.find(':');
    out.host = authority.substr(0, colon);
    port = colon == std::string_view::npos ? "" : authority.substr(colon);
  }
  out.port = own_port(out.scheme);
  if (port.size() > 1) {
    const auto [end, failed] = std::from_chars(port.data() + 1, port.data() + port.size(), out.port);
    if (failed != std::errc() || end != port.data() + port.size()) return std::nullopt;
  }
  if (out.host.empty() || out.port == 0) return std::nullopt;
  return out;
}

}  // namespace wa::native
