// The parts of parse_inbound, one per family of stanzas, and the few readings they share. Inside this module only.
#pragma once

#include "base/limits.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Inbound parse_message(Node node);
Inbound parse_receipt(Node node);
Inbound parse_call(Node node);
Inbound parse_notification_stanza(Node node);
Inbound parse_iq(Node node);
Inbound parse_ib(const Node& node);

// What the acknowledgement repeats; nullopt when the stanza has no id that can be kept, or no readable sender.
std::optional<AckInfo> ack_info(const Node& node);
std::optional<AckInfo> unknown_ack(const Node& node);  // for a stanza that nobody reads: the sender may be anything
Unknown unknown(const Node& node);

inline std::int64_t number_or_zero(const Node& node, std::string_view key) {
  return static_cast<std::int64_t>(node.number_attr(key).value_or(0));
}
// Attributes that count by being there.
inline bool has_attr(const Node& node, std::string_view key) { return node.find(key) != nullptr; }
// Content of a child that holds a key, an id or the like; empty when it is missing, or longer than any of these.
inline ByteView bytes_of_child(const Node& node, std::string_view name) {
  const Node* child = node.child_named(name);
  const ByteView bytes = child ? child->content_bytes() : ByteView{};
  return bytes.size() <= limits::kEchoBytesMax ? bytes : ByteView{};
}
// Moves the content out where it is bytes.
inline Bytes take_bytes(Node& node) {
  if (auto* bytes = std::get_if<Bytes>(&node.content)) return std::move(*bytes);
  return to_bytes(node.content_bytes());
}

}  // namespace wa::stanza
