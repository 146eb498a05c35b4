// Nodes that carry public keys, the same in uploads and retry receipts (04 sections 6, 12). Inside this module only.
#pragma once

#include "wire/node.h"

namespace wa::stanza {

inline wire::Node registration_node(std::uint32_t id) {
  return std::move(wire::Node("registration").bytes(be_bytes(id, 4)));
}
inline wire::Node key_type_node() { return std::move(wire::Node("type").bytes(ByteArray<1>{5})); }  // X25519
inline wire::Node key_node(std::string_view tag, std::uint32_t id, ByteView value) {
  wire::Node node(tag);
  node.child(std::move(wire::Node("id").bytes(be_bytes(id, 3)))).child(std::move(wire::Node("value").bytes(value)));
  return node;
}

}  // namespace wa::stanza
