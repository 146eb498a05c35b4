// Stanzas in vector files (vectors/README.md): the notation of binary_node.json, and comparing them as trees.
#pragma once

#include <algorithm>

#include "support/vectors.h"
#include "wire/node.h"

namespace wa::test {

inline wire::Value vector_value(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  auto jid = wire::parse_jid(value.at("jid").get<std::string>());
  if (jid) return *jid;
  return "not a JID: " + value.at("jid").get<std::string>();
}

inline wire::Node vector_node(const nlohmann::json& object) {
  wire::Node node(object.at("tag").get<std::string>());
  for (const auto& attr : object.at("attrs"))
    node.attrs.emplace_back(attr[0].get<std::string>(), vector_value(attr[1]));
  const nlohmann::json& content = object.at("content");
  if (content.is_null()) return node;
  if (content.contains("hex")) {
    node.content = hex_field(content, "hex");
  } else if (content.contains("text")) {
    node.content = content["text"].get<std::string>();
  } else {
    auto& children = node.content.emplace<wire::Node::Children>();
    for (const auto& child : content.at("nodes")) children.push_back(vector_node(child));
  }
  return node;
}

// The order of attributes is free, a JID equals its text, text the bytes of its UTF-8, no content empty content.
inline bool same_tree(const wire::Node& a, const wire::Node& b) {
  const auto attrs_of = [](const wire::Node& node) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [key, value] : node.attrs) {
      std::string text = node.text_attr(key);
      if (text.starts_with("@")) text.erase(0, 1);
      out.emplace_back(key, std::move(text));
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  if (a.tag != b.tag || attrs_of(a) != attrs_of(b) || a.children().size() != b.children().size()) return false;
  for (std::size_t i = 0; i < a.children().size(); ++i) {
    if (!same_tree(a.children()[i], b.children()[i])) return false;
  }
  return equal(a.content_bytes(), b.content_bytes());
}

}  // namespace wa::test
