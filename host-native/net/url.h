// The parts of a URL that an outgoing connection needs. No user info: such URLs are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wa::native {

struct Url {
  std::string scheme;  // lower case: http, https, ws, wss
  std::string host;    // without brackets
  std::uint16_t port = 0;
  std::string target;  // path and query, at least "/"
  bool encrypted() const { return scheme == "https" || scheme == "wss"; }
  std::string host_header() const;  // host, with the port unless it is the scheme's own
};

std::optional<Url> parse_url(std::string_view text);

}  // namespace wa::native
