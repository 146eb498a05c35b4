// What questions are built of. Inside this module only.
#pragma once

#include "wire/node.h"

namespace wa::stanza {

inline wire::Node iq_of(std::string_view xmlns, std::string_view type, wire::Node child) {
  wire::Node iq("iq");
  iq.attr("to", wire::server_jid()).attr("type", type).attr("xmlns", xmlns).child(std::move(child));
  return iq;
}

// To an IQ of the service.
inline wire::Node iq_answer(std::string_view id, std::string_view type) {
  wire::Node iq("iq");
  iq.attr("id", id).attr("to", wire::server_jid()).attr("type", type);
  return iq;
}

inline wire::Node with_bytes(std::string_view tag, ByteView bytes) { return std::move(wire::Node(tag).bytes(bytes)); }

}  // namespace wa::stanza
