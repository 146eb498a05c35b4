// binary_node.json: stanzas with the leading flag byte, both directions, and what must be refused.
#include "support/vectors.h"
#include "wire/node.h"

namespace {

using nlohmann::json;
using wa::Bytes;
using wa::wire::Node;
using wa::wire::Value;

Value value_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  auto jid = wa::wire::parse_jid(value.at("jid").get<std::string>());
  if (jid) return *jid;
  return "not a JID: " + value.at("jid").get<std::string>();
}

Node node_of(const json& object) {
  Node node(object.at("tag").get<std::string>());
  for (const auto& attr : object.at("attrs")) node.attrs.emplace_back(attr[0].get<std::string>(), value_of(attr[1]));
  const json& content = object.at("content");
  if (content.is_null()) return node;
  if (content.contains("hex")) {
    node.content = wa::test::hex_field(content, "hex");
  } else if (content.contains("text")) {
    node.content = content["text"].get<std::string>();
  } else if (content.contains("repeat")) {
    const Bytes byte = wa::test::hex_field(content["repeat"], "byte");
    node.content = Bytes(content["repeat"]["count"].get<std::size_t>(), byte.at(0));
  } else {
    auto& children = node.content.emplace<Node::Children>();
    for (const auto& child : content.at("nodes")) children.push_back(node_of(child));
  }
  return node;
}

Bytes encoded_of(const json& vector) {
  if (vector.contains("hex")) return wa::test::hex_field(vector, "hex");
  Bytes out = wa::test::hex_field(vector, "hex_prefix");
  const Bytes byte = wa::test::hex_field(vector["hex_repeat"], "byte");
  out.insert(out.end(), vector["hex_repeat"]["count"].get<std::size_t>(), byte.at(0));
  return out;
}

std::string check_decodes(const Bytes& bytes, const Node& expected) {
  const auto decoded = wa::wire::decode_stanza(bytes);
  if (!decoded.ok()) return std::string("refused: ") + decoded.error().detail;
  return *decoded == expected ? "" : "decodes to another node";
}

std::string check_encodes(const json& vector, const Node& node) {
  const Bytes written = wa::wire::encode_stanza(node);
  if (written == encoded_of(vector)) return "";
  if (vector.contains("also_valid")) {
    for (const auto& other : vector["also_valid"]) {
      const std::string hex = other.is_string() ? other.get<std::string>() : other.value("hex", "");
      if (wa::hex(written) == hex) return "";
    }
  }
  return "encodes to " + wa::hex(wa::ByteView(written).first(std::min<std::size_t>(written.size(), 200)));
}

// Whether bytes behind the node are an error is left open (vectors/README); we ignore them.
std::string check_refused(const json& vector) {
  const bool refused = !wa::wire::decode_stanza(encoded_of(vector)).ok();
  const bool lenient = vector.at("name") == "trailing bytes";
  return refused != lenient ? "" : lenient ? "refused" : "accepted";
}

std::string check(const json& vector) {
  const std::string kind = vector.at("kind");
  if (kind == "error") return check_refused(vector);
  const Node node = node_of(vector.at("node"));
  std::string why = check_decodes(encoded_of(vector), node);
  if (why.empty() && vector.contains("also_valid")) {
    for (const auto& other : vector["also_valid"]) {
      const auto bytes = wa::from_hex(other.is_string() ? other.get<std::string>() : other.value("hex", "zz"));
      if (why.empty()) why = bytes ? check_decodes(*bytes, node) : "also_valid is not hex";
    }
  }
  if (why.empty() && kind == "encode") why = check_encodes(vector, node);
  return why;
}

}  // namespace

WA_VECTORS("binary_node.json", file, report) {
  for (const auto& vector : file.at("vectors")) {
    const std::string why = check(vector);
    report.check(vector.at("name").get<std::string>(), why.empty(), why);
  }
}
