// tested by unit/wire/node_vectors.cpp
#include "base/limits.h"
#include "wire/node.h"
#include "wire/tags.h"
#include "wire/tokens.h"

namespace wa::wire {
namespace {

// Value of a character in the packed alphabets: low nibble, plus which alphabets hold it.
constexpr std::uint8_t kInNibble = 0x10, kInHex = 0x20;
struct PackTable {
  std::uint8_t of[256] = {};
};
constexpr PackTable make_pack_table() {
  PackTable table;
  for (std::size_t i = 0; i < tag::kNibbleAlphabet.size(); ++i) {
    table.of[static_cast<std::uint8_t>(tag::kNibbleAlphabet[i])] = static_cast<std::uint8_t>(i | kInNibble);
  }
  for (std::size_t i = 0; i < tag::kHexAlphabet.size(); ++i) {
    table.of[static_cast<std::uint8_t>(tag::kHexAlphabet[i])] |= static_cast<std::uint8_t>(i | kInHex);
  }
  return table;
}
constexpr PackTable kPack = make_pack_table();

std::uint8_t packing_of(std::string_view text) {
  if (text.size() > tag::kPackedCharsMax) return 0;
  std::uint8_t common = kInNibble | kInHex;
  for (char c : text) {
    common &= kPack.of[static_cast<std::uint8_t>(c)];
    if (common == 0) return 0;
  }
  return common & (kInNibble | kInHex);
}

// An upper bound for ordinary stanzas, so that writing rarely reallocates.
std::size_t estimate(const Node& node) {
  std::size_t size = 8 + node.tag.size();
  for (const auto& [key, value] : node.attrs) {
    const auto* text = std::get_if<std::string>(&value);
    size += key.size() + (text ? text->size() : 24) + 4;
  }
  size += node.content_bytes().size();
  for (const Node& child : node.children()) size += estimate(child);
  return size;
}

class Encoder {
 public:
  explicit Encoder(std::size_t room) { out_.reserve(room); }
  void node(const Node& node);
  void byte(std::uint8_t value) { out_.push_back(value); }
  bool failed() const { return failed_; }
  Bytes finish() && { return std::move(out_); }

 private:
  void list(std::size_t count);
  void text(std::string_view value);
  void packed(std::string_view value, std::uint8_t packing);
  void binary(ByteView value);
  void jid(const Jid& value);
  void ad_jid(std::uint8_t domain, const Jid& value);
  void number(std::size_t value, std::size_t width) { append_be(out_, value, width); }

  Bytes out_;
  bool failed_ = false;
};

void Encoder::node(const Node& node) {
  const auto* children = std::get_if<Node::Children>(&node.content);
  const bool has_content = !std::holds_alternative<std::monostate>(node.content);
  list(1 + 2 * node.attrs.size() + (has_content ? 1 : 0));
  text(node.tag);
  for (const auto& [key, value] : node.attrs) {
    text(key);
    if (const auto* string = std::get_if<std::string>(&value)) text(*string);
    else jid(*std::get_if<Jid>(&value));
  }
  if (children) {
    list(children->size());
    for (const Node& child : *children) this->node(child);
  } else if (const auto* bytes = std::get_if<Bytes>(&node.content)) {
    binary(*bytes);
  } else if (const auto* string = std::get_if<std::string>(&node.content)) {
    text(*string);
  }
}

void Encoder::list(std::size_t count) {
  failed_ = failed_ || count > limits::kNodeChildrenMax;
  if (count == 0) return byte(tag::kListEmpty);
  byte(count < 256 ? tag::kList8 : tag::kList16);
  number(count, count < 256 ? 1 : 2);
}

// The order of 02 section 3: token, dictionary, nibbles, hex, raw.
void Encoder::text(std::string_view value) {
  if (const auto token = find_token(value)) {
    byte(token->byte);
    if (token->index) byte(*token->index);
    return;
  }
  const std::uint8_t packing = value.empty() ? 0 : packing_of(value);
  if (packing & kInNibble) return packed(value, tag::kNibble8);
  if (packing & kInHex) return packed(value, tag::kHex8);
  binary(view(value));
}

void Encoder::packed(std::string_view value, std::uint8_t packing) {
  const std::size_t size = (value.size() + 1) / 2;
  const bool odd = value.size() % 2 != 0;
  byte(packing);
  byte(static_cast<std::uint8_t>(size | (odd ? 0x80 : 0)));
  const auto nibble = [&](std::size_t i) -> unsigned {
    return i < value.size() ? kPack.of[static_cast<std::uint8_t>(value[i])] & 0x0Fu : 0x0Fu;
  };
  for (std::size_t i = 0; i < value.size(); i += 2) byte(static_cast<std::uint8_t>(nibble(i) << 4 | nibble(i + 1)));
}

void Encoder::binary(ByteView value) {
  if (value.size() < 256) {
    byte(tag::kBinary8);
    number(value.size(), 1);
  } else if (value.size() < (1u << 20)) {
    byte(tag::kBinary20);
    number(value.size(), 3);
  } else {
    byte(tag::kBinary32);
    number(value.size(), 4);
  }
  append(out_, value);
}

void Encoder::jid(const Jid& value) {
  if (!tag::has_binary_form(value)) return text(value.text());
  switch (value.user.empty() ? Server::broadcast : value.server) {  // without a user only the pair is left
    case Server::hosted: return ad_jid(tag::kDomainHosted, value);
    case Server::hosted_lid: return ad_jid(tag::kDomainHostedLid, value);
    case Server::pn:
      if (value.device != 0 || value.agent != 0) return ad_jid(value.agent, value);
      break;
    case Server::lid:
      if (value.device != 0) return ad_jid(tag::kDomainLid, value);
      break;
    case Server::msgr:
    case Server::interop:
      byte(value.server == Server::msgr ? tag::kFbJid : tag::kInteropJid);
      text(value.user);
      number(value.device, 2);
      if (value.server == Server::interop) number(value.integrator, 2);
      return text(server_name(value.server));
    default: break;
  }
  byte(tag::kJidPair);
  if (value.user.empty()) byte(tag::kListEmpty);
  else text(value.user);
  text(server_name(value.server));
}

void Encoder::ad_jid(std::uint8_t domain, const Jid& value) {
  byte(tag::kAdJid);
  byte(domain);
  byte(static_cast<std::uint8_t>(value.device));
  text(value.user);
}

}  // namespace

Bytes encode_stanza(const Node& node) {
  Encoder encoder(estimate(node) + 1);
  encoder.byte(0);
  encoder.node(node);
  Bytes out = std::move(encoder).finish();
  constexpr std::size_t kTagBytes = 16;  // of the transport
  if (encoder.failed() || out.size() + kTagBytes > limits::kFrameBytesMax) return {};
  return out;
}

Bytes encode_node(const Node& node) {
  Encoder encoder(estimate(node));
  encoder.node(node);
  return std::move(encoder).finish();
}

}  // namespace wa::wire
