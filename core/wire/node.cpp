#include "wire/node.h"

namespace wa::wire {

Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Node& Node::child(Node node) {
  auto* children = std::get_if<Children>(&content);
  if (!children) children = &content.emplace<Children>();
  children->push_back(std::move(node));
  return *this;
}

const Value* Node::find(std::string_view key) const {
  for (const auto& [name, value] : attrs) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string Node::text_attr(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return {};
  if (const auto* text = std::get_if<std::string>(value)) return *text;
  return std::get_if<Jid>(value)->text();
}

std::optional<Jid> Node::jid_attr(std::string_view key) const {
  const Value* value = find(key);
  if (!value) return std::nullopt;
  if (const auto* jid = std::get_if<Jid>(value)) return *jid;
  return parse_jid(*std::get_if<std::string>(value));
}

std::optional<std::uint64_t> Node::number_attr(std::string_view key) const {
  const Value* value = find(key);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  if (!text || text->empty() || text->size() > 19) return std::nullopt;
  std::uint64_t number = 0;
  for (char c : *text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number;
}

const Node::Children& Node::children() const {
  static const Children none;
  const auto* children = std::get_if<Children>(&content);
  return children ? *children : none;
}

const Node* Node::child_named(std::string_view name) const {
  for (const Node& child : children()) {
    if (child.tag == name) return &child;
  }
  return nullptr;
}

ByteView Node::content_bytes() const {
  if (const auto* bytes = std::get_if<Bytes>(&content)) return *bytes;
  if (const auto* text = std::get_if<std::string>(&content)) return view(*text);
  return {};
}

}  // namespace wa::wire
