// Why a delivery did not succeed, in one word. Stored by position: append only.
#pragma once

#include <cstdint>
#include <iterator>

namespace wa {

enum class WebhookFault : std::uint8_t {
  none,                 // it succeeded, or nothing was tried
  refused,              // nobody listens there
  dns,                  // the name has no address
  tls,                  // the certificate or the handshake
  timeout,              // no whole answer in time
  closed,               // the connection ended without an answer, or with one that is not HTTP
  address_not_allowed,  // the name leads to where this server may not go
  status,               // an answer that is not 2xx
};

inline constexpr const char* kWebhookFaults[] = {"",        "refused", "dns",                 "tls",
                                                 "timeout", "closed",  "address_not_allowed", "status"};
constexpr const char* fault_name(WebhookFault fault) { return kWebhookFaults[static_cast<std::size_t>(fault)]; }
constexpr WebhookFault fault_at(std::uint8_t position) {
  return position < std::size(kWebhookFaults) ? static_cast<WebhookFault>(position) : WebhookFault::closed;
}
// Of an answer: a host that cannot tell why there was none says `none`.
constexpr WebhookFault fault_of(int status, WebhookFault told) {
  if (status >= 200 && status < 300) return WebhookFault::none;
  if (status != 0) return WebhookFault::status;
  return told == WebhookFault::none || told == WebhookFault::status ? WebhookFault::closed : told;
}

}  // namespace wa
