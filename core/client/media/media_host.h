// Which hosts the service may name for its files. It could name any: a request of ours to a host of its choice would reach
// what only we can reach.
#pragma once

#include <algorithm>
#include <string_view>

namespace wa::client {

inline constexpr std::size_t kHostCharsMax = 253;

// A bare name below whatsapp.net, in lower case (09 section 6): no scheme, no port, nothing else.
inline bool is_service_host(std::string_view host) {
  constexpr std::string_view kDomain = ".whatsapp.net";
  return host.size() > kDomain.size() && host.size() <= kHostCharsMax && host.substr(host.size() - kDomain.size()) == kDomain &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         }) && host.front() != '.' && host.find("..") == std::string_view::npos;
}

}  // namespace wa::client
