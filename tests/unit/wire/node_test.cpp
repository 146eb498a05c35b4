#include "wire/node.h"

#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "base/limits.h"
#include "wire/inflate.h"

using namespace wa;
using namespace wa::wire;

namespace {

Bytes bytes_of(const char* hex) { return *from_hex(hex); }

// `depth` nodes, each the only child of the one before.
Bytes nested(std::size_t depth) {
  Bytes out{0x00};
  for (std::size_t i = 1; i < depth; ++i) append(out, bytes_of("f80219f801"));
  append(out, bytes_of("f80119"));
  return out;
}

Node typical_message() {
  Node message("message");
  message.attr("from", Jid{"440000000000001", Server::lid, 3}).attr("id", "3EB08C28103252351975B8");
  message.attr("t", std::uint64_t{1750000000}).attr("type", "text").attr("notify", "Ana Souza");
  message.attr("sender_pn", Jid{"5511999999999", Server::pn});
  message.child(Node("enc").attr("v", "2").attr("type", "msg").bytes(Bytes(180, 7)));
  return message;
}

}  // namespace

TEST_CASE("a node survives the way through bytes") {
  const Node node = typical_message();
  const auto back = decode_stanza(encode_stanza(node));
  REQUIRE(back.ok());
  CHECK(*back == node);
}

TEST_CASE("reading attributes") {
  Node node("call");
  node.attr("n", "42").attr("jid", "5511999999999@s.whatsapp.net").attr("j", Jid{"1", Server::lid, 2}).attr("e", "");
  CHECK(node.number_attr("n") == 42u);
  CHECK(node.jid_attr("jid") == Jid{"5511999999999", Server::pn});
  CHECK(node.text_attr("j") == "1:2@lid");
  CHECK(node.text_attr("absent").empty());
  CHECK_FALSE(node.number_attr("jid"));
  CHECK_FALSE(node.number_attr("j"));
  CHECK_FALSE(node.number_attr("e"));
  CHECK_FALSE(node.jid_attr("n"));
  CHECK(node.children().empty());
  CHECK(node.child_named("offer") == nullptr);
  node.child(Node("audio")).child(Node("offer"));
  CHECK(node.child_named("offer") == &node.children()[1]);
}

TEST_CASE("nesting is bounded") {
  CHECK(decode_stanza(nested(limits::kNodeDepthMax)).ok());
  for (std::size_t depth : {limits::kNodeDepthMax + 1, std::size_t{20'000}}) {
    const auto decoded = decode_stanza(nested(depth));
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.error().code == Errc::too_large);
  }
}

TEST_CASE("counts are bounded") {
  SECTION("a list that promises more than there is") {
    CHECK(decode_stanza(bytes_of("00f80219f9ffff")).error().code == Errc::truncated);
    CHECK(decode_stanza(bytes_of("00f9ffff19")).error().code == Errc::truncated);
    CHECK(decode_stanza(bytes_of("00f80219feffffffff00")).error().code == Errc::truncated);
  }
  SECTION("too many nodes in all") {
    Bytes stanza = bytes_of("00f80219f804");
    for (int i = 0; i < 4; ++i) {
      append(stanza, bytes_of("f80219f9ffff"));
      for (int child = 0; child < 65535; ++child) append(stanza, bytes_of("f80119"));
    }
    CHECK(decode_stanza(stanza).error().code == Errc::too_large);
  }
  SECTION("too many attributes in all") {
    Bytes stanza = bytes_of("00f80219f80e");
    for (int i = 0; i < 14; ++i) {
      append(stanza, bytes_of("f9ffff19"));
      for (int attr = 0; attr < 32767; ++attr) append(stanza, bytes_of("0808"));
    }
    CHECK(decode_stanza(stanza).error().code == Errc::too_large);
  }
}

TEST_CASE("names and values are bounded, contents are not") {
  const auto with = [](std::size_t tag, std::size_t name, std::size_t value, std::size_t content) {
    Node node(std::string(tag, 'a'));
    node.attr(std::string(name, 'b'), std::string(value, 'c')).bytes(Bytes(content, 1));
    return decode_stanza(encode_stanza(node)).ok();
  };
  constexpr std::size_t kMost = limits::kEchoBytesMax;
  CHECK(with(kMost, kMost, kMost, 1u << 20));
  CHECK_FALSE(with(kMost + 1, 1, 1, 1));
  CHECK_FALSE(with(1, kMost + 1, 1, 1));
  CHECK_FALSE(with(1, 1, kMost + 1, 1));
  for (const std::size_t count : {limits::kAttrsPerNodeMax, limits::kAttrsPerNodeMax + 1}) {
    Node node("a");
    for (std::size_t i = 0; i < count; ++i) node.attr("b" + std::to_string(i), "c");
    CHECK(decode_stanza(encode_stanza(node)).ok() == (count == limits::kAttrsPerNodeMax));
  }
}

TEST_CASE("a user of digits that no text of a JID can have is no JID") {
  for (const std::size_t digits : {limits::kJidUserBytesMax, limits::kJidUserBytesMax + 1}) {
    Node node("a");
    node.attr("from", Jid{std::string(digits, '7'), Server::pn});
    const auto read = decode_stanza(encode_stanza(node));
    REQUIRE(read.ok());
    CHECK(read->jid_attr("from").has_value() == (digits == limits::kJidUserBytesMax));
  }
}

TEST_CASE("every truncation of a stanza is refused") {
  const Bytes whole = encode_stanza(typical_message());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_stanza(ByteView(whole).first(size)).ok());
  }
}

TEST_CASE("a compressed stanza") {
  const Node node = typical_message();
  Bytes stanza{0x02};
  append(stanza, deflate(encode_node(node)));
  const auto decoded = decode_stanza(stanza);
  REQUIRE(decoded.ok());
  CHECK(*decoded == node);
  CHECK_FALSE(decode_stanza(bytes_of("02")).ok());
}

TEST_CASE("JIDs the decoder does not know stay text") {
  struct Row { const char* name; const char* value; Value expected; };
  const Row rows[] = {
      {"unknown server", "faff811ffc096e6577736572766572", Value("1@newserver")},
      {"a server inside the user", "fafc0531406c696476", Value("1@lid@lid")},
      {"a device inside the user", "fafc03313a3276", Value(Jid{"1", Server::lid, 2})},
      {"a device no tag can hold", "fafc05313a33303003", Value("1:300@s.whatsapp.net")},
      {"an agent that reads as a domain", "fafc03312e3103", Value("1.1@s.whatsapp.net")},
      {"a messenger tag with another server", "f6ff811f769403", Value("1:30356@s.whatsapp.net")},
      {"a dot in the user of a device", "f70001fc03312e3203", Value("1.2:1@s.whatsapp.net")},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto decoded = decode_stanza(bytes_of((std::string("00f8031906") + row.value).c_str()));
    REQUIRE(decoded.ok());
    CHECK(decoded->attrs.at(0).second == row.expected);
    CHECK(decode_stanza(encode_stanza(*decoded))->attrs == decoded->attrs);
  }
}

TEST_CASE("writing JIDs") {
  struct Row { const char* name; Jid jid; const char* value; };
  const Row rows[] = {
      {"server", Jid{}, "fa0003"},
      {"device 0 is a pair", {"5511999999999", Server::pn}, "faff875511999999999f03"},
      {"device of a phone number", {"5511999999999", Server::pn, 7}, "f70007ff875511999999999f"},
      {"device of a hidden id", {"440000000000001", Server::lid, 7}, "f70107ff88440000000000001f"},
      {"hosted even for device 0", {"5511999999999", Server::hosted}, "f78000ff875511999999999f"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Node node("iq");
    node.attr("to", row.jid);
    CHECK(hex(encode_stanza(node)) == std::string("00f8031911") + row.value);
  }
}

TEST_CASE("an empty value is written as empty bytes") {
  CHECK(hex(encode_stanza(Node("iq").attr("id", ""))) == "00f8031908fc00");
  CHECK(decode_stanza(bytes_of("00f8031908fc00"))->text_attr("id").empty());
}
