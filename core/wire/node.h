// Binary nodes (02): the tree behind every stanza, its encoding and its bounded decoding.
// Guarantees: decode is total: any bytes give a node or an error, within limits.h; it never recurses deeper than
// kNodeDepthMax and never allocates more than a small multiple of the input. Tags and attributes are kEchoBytesMax long
// at most, so that what an answer repeats of them always fits a frame.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/jid.h"

namespace wa::wire {

// Whether a value is text or a JID is marked by its tag byte, not by its key; both may occur anywhere.
using Value = std::variant<std::string, Jid>;

struct Node {
  using Children = std::vector<Node>;
  // monostate: no content. Bytes: BINARY_x. string: token or packed text content. Children: a list (may be empty).
  using Content = std::variant<std::monostate, Bytes, std::string, Children>;

  std::string tag;
  std::vector<std::pair<std::string, Value>> attrs;  // in order
  Content content;

  Node() = default;
  explicit Node(std::string_view tag_name) : tag(tag_name) {}
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  // Building. Empty text values are not written by callers; `attr` skips nothing.
  Node& attr(std::string_view key, std::string_view value) {
    attrs.emplace_back(key, std::string(value));
    return *this;
  }
  Node& attr(std::string_view key, Jid value) { attrs.emplace_back(key, std::move(value)); return *this; }
  Node& attr(std::string_view key, std::uint64_t value) { return attr(key, std::string_view(std::to_string(value))); }
  Node& bytes(ByteView value) { content = to_bytes(value); return *this; }
  Node& child(Node node);

  // Reading.
  const Value* find(std::string_view key) const;
  std::string text_attr(std::string_view key) const;         // "" when absent; a JID prints
  std::optional<Jid> jid_attr(std::string_view key) const;   // a JID, or text that parses as one
  std::optional<std::uint64_t> number_attr(std::string_view key) const;  // decimal digits only
  const Children& children() const;                          // empty when there are none
  const Node* child_named(std::string_view name) const;      // first
  ByteView content_bytes() const;                            // bytes or text content; empty otherwise

  friend bool operator==(const Node&, const Node&) = default;
};

// A whole stanza: flag byte 00 and the node. Empty when it does not fit a frame, or a list has more entries than the
// form can count: nothing of it can be sent.
Bytes encode_stanza(const Node& node);
// Flag byte, inflate if bit 0x02 is set, then one node. Trailing bytes are ignored.
Result<Node> decode_stanza(ByteView stanza);

Bytes encode_node(const Node& node);  // without the flag byte
Result<Node> decode_node(ByteView bytes);

}  // namespace wa::wire
