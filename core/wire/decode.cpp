// tested by unit/wire/node_vectors.cpp
#include "base/limits.h"
#include "wire/inflate.h"
#include "wire/node.h"
#include "wire/tags.h"
#include "wire/tokens.h"

namespace wa::wire {
namespace {

// Reads one tree. Every read answers false on the first error and leaves it in `error_`; vectors are reserved for what
// the rest of the input can really hold, so a lying count costs nothing.
class Decoder {
 public:
  explicit Decoder(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  bool node(Node& out, std::size_t depth);
  Error error() const { return error_; }

 private:
  bool attrs(Node& out, std::size_t count);
  bool content(Node& out, std::size_t depth);
  bool children(Node& out, std::uint8_t tag_byte, std::size_t depth);
  bool value(Value& out);
  bool text(std::string& out);
  bool text_of_tag(std::string& out, std::uint8_t tag_byte);
  bool packed(std::string& out, std::uint8_t tag_byte);
  bool binary_size(std::size_t& size, std::uint8_t tag_byte);
  bool binary(ByteView& out, std::uint8_t tag_byte);
  bool list_size(std::size_t& size, std::uint8_t tag_byte);
  bool jid_pair(Value& out);
  bool ad_jid(Value& out);
  bool other_jid(Value& out, bool has_integrator);

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  bool u8(std::uint8_t& out) {
    if (at_ == end_) return fail(Errc::truncated, "node ends early");
    out = *at_++;
    return true;
  }
  bool number(std::size_t& out, std::size_t width) {
    if (left() < width) return fail(Errc::truncated, "node ends early");
    out = static_cast<std::size_t>(read_be({at_, width}));
    at_ += width;
    return true;
  }
  bool fail(Errc code, const char* detail) {
    error_ = {code, detail};
    return false;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::size_t nodes_ = 0, attrs_ = 0;
  Error error_;
};

bool Decoder::node(Node& out, std::size_t depth) {
  if (depth > limits::kNodeDepthMax) return fail(Errc::too_large, "nodes nested too deep");
  if (++nodes_ > limits::kNodesPerStanzaMax) return fail(Errc::too_large, "too many nodes");
  std::uint8_t tag_byte = 0;
  std::size_t size = 0;
  if (!u8(tag_byte) || !list_size(size, tag_byte)) return false;
  if (size == 0) return fail(Errc::bad_input, "node without a tag");
  if (!text(out.tag)) return false;
  if (out.tag.empty()) return fail(Errc::bad_input, "node with an empty tag");
  if (!attrs(out, (size - 1) / 2)) return false;
  return size % 2 != 0 || content(out, depth);
}

bool Decoder::attrs(Node& out, std::size_t count) {
  attrs_ += count;
  if (count > left() / 2) return fail(Errc::truncated, "node ends early");
  const bool too_many = count > limits::kAttrsPerNodeMax || attrs_ > limits::kAttrsPerStanzaMax;
  if (too_many) return fail(Errc::too_large, "too many attributes");
  out.attrs.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& [key, held] = out.attrs.emplace_back();
    if (!text(key)) return false;
    if (key.empty()) return fail(Errc::bad_input, "attribute without a name");
    if (!value(held)) return false;
  }
  return true;
}

bool Decoder::content(Node& out, std::size_t depth) {
  std::uint8_t tag_byte = 0;
  if (!u8(tag_byte)) return false;
  switch (tag_byte) {
    case tag::kListEmpty:
    case tag::kList8:
    case tag::kList16: return children(out, tag_byte, depth);
    case tag::kBinary8:
    case tag::kBinary20:
    case tag::kBinary32: {
      ByteView bytes;
      if (!binary(bytes, tag_byte)) return false;
      out.content.emplace<Bytes>(bytes.begin(), bytes.end());
      return true;
    }
    default: {
      --at_;
      Value held;
      if (!value(held)) return false;
      const auto* jid = std::get_if<Jid>(&held);
      out.content = jid ? jid->text() : std::move(*std::get_if<std::string>(&held));
      return true;
    }
  }
}

bool Decoder::children(Node& out, std::uint8_t tag_byte, std::size_t depth) {
  std::size_t count = 0;
  if (!list_size(count, tag_byte)) return false;
  constexpr std::size_t kSmallestNode = 3;  // list header of two bytes and a token
  if (count > left() / kSmallestNode) return fail(Errc::truncated, "node ends early");
  auto& list = out.content.emplace<Node::Children>();
  if (nodes_ + count > limits::kNodesPerStanzaMax) return fail(Errc::too_large, "too many nodes");
  list.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!node(list.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool Decoder::value(Value& out) {
  std::uint8_t tag_byte = 0;
  if (!u8(tag_byte)) return false;
  switch (tag_byte) {
    case tag::kJidPair: return jid_pair(out);
    case tag::kAdJid: return ad_jid(out);
    case tag::kFbJid: return other_jid(out, false);
    case tag::kInteropJid: return other_jid(out, true);
    default: return text_of_tag(*std::get_if<std::string>(&out), tag_byte);
  }
}

bool Decoder::text(std::string& out) {
  std::uint8_t tag_byte = 0;
  return u8(tag_byte) && text_of_tag(out, tag_byte);
}

bool Decoder::text_of_tag(std::string& out, std::uint8_t tag_byte) {
  if (tag_byte <= tag::kLastSingle) {  // LIST_EMPTY is token 0: the absent string
    out = single_token(tag_byte);
    return true;
  }
  if (tag_byte <= tag::kDictionary3) {
    std::uint8_t index = 0;
    if (!u8(index)) return false;
    out = double_token(static_cast<std::uint8_t>(tag_byte - tag::kDictionary0), index);
    return true;
  }
  if (tag_byte == tag::kNibble8 || tag_byte == tag::kHex8) return packed(out, tag_byte);
  if (tag_byte == tag::kBinary8 || tag_byte == tag::kBinary20 || tag_byte == tag::kBinary32) {
    ByteView bytes;
    if (!binary(bytes, tag_byte)) return false;
    if (bytes.size() > limits::kEchoBytesMax) return fail(Errc::too_large, "a tag or an attribute is too long");
    out = wa::text_of(bytes);
    return true;
  }
  return fail(Errc::bad_input, "no string starts with this tag");
}

bool Decoder::packed(std::string& out, std::uint8_t tag_byte) {
  std::uint8_t header = 0;
  if (!u8(header)) return false;
  const std::size_t size = header & 0x7F;
  if (left() < size) return fail(Errc::truncated, "node ends early");
  if (size == 0 && (header & 0x80)) return fail(Errc::bad_input, "odd packed string without bytes");
  const std::string_view alphabet = tag_byte == tag::kHex8 ? tag::kHexAlphabet : tag::kNibbleAlphabet;
  const std::size_t chars = 2 * size - (header & 0x80 ? 1 : 0);  // the padding of an odd length is not checked
  out.resize(chars);
  for (std::size_t i = 0; i < chars; ++i) {
    const std::size_t nibble = i % 2 == 0 ? at_[i / 2] >> 4 : at_[i / 2] & 0x0F;
    if (nibble >= alphabet.size()) return fail(Errc::bad_input, "invalid packed character");
    out[i] = alphabet[nibble];
  }
  at_ += size;
  return true;
}

bool Decoder::binary_size(std::size_t& size, std::uint8_t tag_byte) {
  const std::size_t width = tag_byte == tag::kBinary8 ? 1 : tag_byte == tag::kBinary20 ? 3 : 4;
  if (!number(size, width)) return false;
  if (tag_byte == tag::kBinary20) size &= 0xFFFFF;
  return size <= left() || fail(Errc::truncated, "node ends early");
}

bool Decoder::binary(ByteView& out, std::uint8_t tag_byte) {
  std::size_t size = 0;
  if (!binary_size(size, tag_byte)) return false;
  out = {at_, size};
  at_ += size;
  return true;
}

bool Decoder::list_size(std::size_t& size, std::uint8_t tag_byte) {
  size = 0;
  if (tag_byte == tag::kListEmpty) return true;
  if (tag_byte == tag::kList8) return number(size, 1);
  if (tag_byte == tag::kList16) return number(size, 2);
  return fail(Errc::bad_input, "list expected");
}

bool is_plain_user(const std::string& user) {
  return user.size() <= limits::kJidUserBytesMax && user.find_first_not_of("0123456789") == std::string::npos;
}

// A JID that its own text would not give back, or that no tag can hold, stays text: a missing feature of ours must not
// cost the stanza, and such a text cannot be mistaken for another JID.
Value jid_or_text(Jid jid) {
  if (is_plain_user(jid.user) && !jid.user.empty() && tag::has_binary_form(jid)) return jid;
  std::string text = jid.text();
  const auto again = parse_jid(text);
  if (again && *again == jid && tag::has_binary_form(jid)) return jid;
  return text;
}

bool Decoder::jid_pair(Value& out) {
  std::string user, server;
  if (!text(user) || !text(server)) return false;
  if (server.empty()) return fail(Errc::bad_input, "JID without a server");
  const auto known = parse_server(server);
  if (known && is_plain_user(user)) {
    out = Jid{std::move(user), *known};
    return true;
  }
  std::string joined = user + "@" + server;
  auto jid = parse_jid(joined);  // the user may hold a device, or an integrator
  out = jid ? jid_or_text(std::move(*jid)) : Value(std::move(joined));
  return true;
}

bool Decoder::ad_jid(Value& out) {
  std::uint8_t domain = 0, device = 0;
  Jid jid;
  if (!u8(domain) || !u8(device) || !text(jid.user)) return false;
  if (jid.user.empty()) return fail(Errc::bad_input, "JID without a user");
  jid.device = device;
  switch (domain) {
    case tag::kDomainPn: break;
    case tag::kDomainLid: jid.server = Server::lid; break;
    case tag::kDomainHosted: jid.server = Server::hosted; break;
    case tag::kDomainHostedLid: jid.server = Server::hosted_lid; break;
    default: jid.agent = domain;
  }
  out = jid_or_text(std::move(jid));
  return true;
}

bool Decoder::other_jid(Value& out, bool has_integrator) {
  Jid jid;
  std::size_t device = 0, integrator = 0;
  std::string server;
  if (!text(jid.user) || !number(device, 2)) return false;
  if (has_integrator && !number(integrator, 2)) return false;
  if (!text(server)) return false;
  if (server.empty() || jid.user.empty()) return fail(Errc::bad_input, "malformed JID");
  jid.server = has_integrator ? Server::interop : Server::msgr;
  jid.device = static_cast<std::uint16_t>(device);
  jid.integrator = static_cast<std::uint16_t>(integrator);
  out = server == server_name(jid.server) ? jid_or_text(std::move(jid))
                                          : Value(jid.user + ":" + std::to_string(device) + "@" + server);
  return true;
}

}  // namespace

Result<Node> decode_node(ByteView bytes) {
  Decoder decoder(bytes);
  Node node;
  if (!decoder.node(node, 1)) return decoder.error();
  return node;
}

Result<Node> decode_stanza(ByteView stanza) {
  constexpr std::uint8_t kCompressed = 0x02;
  if (stanza.empty()) return {Errc::truncated, "stanza without a flag byte"};
  if ((stanza[0] & kCompressed) == 0) return decode_node(stanza.subspan(1));
  WA_TRY(const Bytes plain, inflate(stanza.subspan(1), limits::kInflatedStanzaBytesMax));
  return decode_node(plain);
}

}  // namespace wa::wire
