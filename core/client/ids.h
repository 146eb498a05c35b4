// What the faces of several rooms name.
#pragma once

#include <cstdint>
#include <string>

namespace wa::client {

using CommandId = std::uint64_t;  // chosen by the gateway; comes back in the matching *Done event

// The newest message of a chat: its key and its time, never its content.
struct LastMessage {
  std::string id;
  bool from_me = false;
  std::string participant;      // JID text; groups: author of a message of others
  std::int64_t timestamp_s = 0;
};

}  // namespace wa::client
