// IQs of the session itself, without the id: Requests gives it. And the answers to IQs of the service.
// Facts: 01 sections 5-7; 07.
#pragma once

#include "stanza/inbound.h"

namespace wa::stanza {

Node build_ping();
std::int64_t parse_pong(const Node& iq);                       // the service's clock, in seconds; 0: not said
Node build_active();
Node build_props();                                                   // the properties of the account
bool is_prop_on(const Node& iq, std::uint32_t code);
Node build_clean(const Dirty& dirty);
Node build_iq_result(std::string_view id);                  // to the service: pair-device, ping
Node build_iq_error(std::string_view id, int code, std::string_view text);

}  // namespace wa::stanza
