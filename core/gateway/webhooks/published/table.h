// What the user is told about an event of the device: its published name, the lane it must stay ordered in, and `data`
// (api.md 4.6, 6.5). Events that only answer a command have no name.
#pragma once

#include <optional>
#include <string>

#include "client/event.h"
#include "gateway/calls/contract.h"
#include "gateway/http/json.h"

namespace wa::gateway {

struct PayloadContext {
  std::string own_pn, own_lid;  // without device; empty when not paired
  WallTime now;
};

std::optional<std::size_t> event_name(const client::Event&);
// The chat an event belongs to; empty for events of the device itself.
std::string event_lane(const client::Event&);
// What mention.sent says, after message.sent.
Json mention_data(const client::MessageSent&);
Json event_data(const client::Event&, const PayloadContext&);

Json auto_reply_data(const AutoReplyOutcome&, WallTime now);

}  // namespace wa::gateway
