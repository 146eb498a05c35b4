// Nodes as XML text, the notation of the protocol pages, both ways; so that a test can state a stanza the way the page
// does. Bytes print as hex in braces. JIDs are recognised by their `@` and by the server's name alone.
#pragma once

#include <string>
#include <string_view>

#include "base/encoding.h"
#include "wire/node.h"

namespace wa::test {

inline std::string xml(const wire::Node& node) {
  std::string out = "<" + node.tag;
  for (const auto& [key, value] : node.attrs) out += " " + key + "='" + node.text_attr(key) + "'";
  if (std::holds_alternative<std::monostate>(node.content)) return out + "/>";
  out += ">";
  if (const auto* bytes = std::get_if<Bytes>(&node.content)) out += "{" + hex(*bytes) + "}";
  if (const auto* text = std::get_if<std::string>(&node.content)) out += *text;
  for (const wire::Node& child : node.children()) out += xml(child);
  return out + "</" + node.tag + ">";
}

namespace detail {

inline void expect(std::string_view& rest, std::string_view what) {
  if (rest.substr(0, what.size()) != what) throw std::runtime_error("test XML: expected " + std::string(what));
  rest.remove_prefix(what.size());
}

inline std::string until(std::string_view& rest, std::string_view stops) {
  const std::size_t end = rest.find_first_of(stops);
  std::string taken(rest.substr(0, end));
  rest.remove_prefix(std::min(taken.size(), rest.size()));
  return taken;
}

inline wire::Node parse(std::string_view& rest) {
  expect(rest, "<");
  wire::Node node(until(rest, " />"));
  while (!rest.empty() && rest.front() == ' ') {
    rest.remove_prefix(1);
    const std::string key = until(rest, "=");
    expect(rest, "='");
    const std::string value = until(rest, "'");
    expect(rest, "'");
    const auto jid = value.find('@') != std::string::npos || value == "s.whatsapp.net" ? wire::parse_jid(value) : std::nullopt;
    if (jid) node.attr(key, *jid);
    else node.attr(key, value);
  }
  if (rest.substr(0, 2) == "/>") {
    rest.remove_prefix(2);
    return node;
  }
  expect(rest, ">");
  if (!rest.empty() && rest.front() == '{') {
    rest.remove_prefix(1);
    const auto bytes = from_hex(until(rest, "}"));
    if (!bytes) throw std::runtime_error("test XML: bytes are not hex");
    node.bytes(*bytes);
    expect(rest, "}");
  }
  while (rest.size() > 1 && rest.front() == '<' && rest[1] != '/') node.child(parse(rest));
  expect(rest, "</" + node.tag + ">");
  return node;
}

}  // namespace detail

inline wire::Node from_xml(std::string_view text) {
  wire::Node node = detail::parse(text);
  if (!text.empty()) throw std::runtime_error("test XML: text after the node");
  return node;
}

}  // namespace wa::test
