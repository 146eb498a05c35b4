#include "client/messages/kinds/kind_table.h"
#include "e2e.pb.h"
#include "unit/client/message_rig.h"
#include "wire/inflate.h"

using namespace wa;
using namespace wa::client;
using test::jid;

namespace {

Content parsed(const pb::Message& message) {
  auto content = parse_content(view(message.SerializeAsString()));
  REQUIRE(content.ok());
  return *std::move(content);
}

// Length-delimited fields and texts, written by hand; lengths below 128, or of two bytes.
std::string in(const char* tag, const std::string& hex_content) {
  const std::size_t size = hex_content.size() / 2;
  const auto byte = [](std::size_t value) { return hex(Bytes{static_cast<std::uint8_t>(value)}); };
  return tag + (size < 128 ? byte(size) : byte((size & 127) | 128) + byte(size >> 7)) + hex_content;
}
std::string text(const char* tag, std::string_view value) { return in(tag, hex(view(value))); }

struct SameByte final : Random {
  void fill(std::span<std::uint8_t> out) noexcept override { std::fill(out.begin(), out.end(), 0xAB); }
};

}  // namespace

// Tags: field number << 3 | type, from the tables of the protocol pages; reactions, polls, places and contacts from the
// public schema.
TEST_CASE("what is sent, byte for byte") {
  const wire::Jid person = jid("70000000000002@lid"), group = jid("120363000000000001@g.us");
  const wire::Jid author = jid("70000000000003@lid");
  const WallTime now{1'750'000'000'123};
  const std::string ms = "fbb883a1f732", seconds = "80c3bbc206";
  const auto key = [](const char* chat, bool from_me, const char* by) {
    return text("0a", chat) + (from_me ? "1001" : "1000") + text("1a", "3EB0AA") + (*by ? text("22", by) : std::string());
  };
  const std::string ours = key("70000000000002@lid", true, ""), theirs = key("70000000000002@lid", false, "");
  const std::string in_group = key("120363000000000001@g.us", false, "70000000000003@lid");
  const std::string ours_in_group = key("120363000000000001@g.us", true, "");
  const std::string ab(32, '\xab'), secret = in("9a02", text("1a", ab));
  const auto poll = [&](const char* selectable) {
    return secret + in("8a03", text("12", "Lunch?") + in("1a", text("0a", "a")) + in("1a", text("0a", "b")) + selectable);
  };
  const auto edit = [&](const std::string& of) {
    return in("d203", in("0a", in("62", in("0a", of) + "100e" + in("72", text("0a", "better")) + "78" + ms)));
  };
  const MessageRef mine{"3EB0AA", true, author}, other{"3EB0AA", false, author};
  const struct { const char* name; const wire::Jid& chat; MessageBody body; std::string bytes; } rows[] = {
      {"reaction", person, EmojiReaction{other, "x"}, in("f202", in("0a", theirs) + text("12", "x") + "20" + ms)},
      {"reaction in a group", group, EmojiReaction{other, "x"}, in("f202", in("0a", in_group) + text("12", "x") + "20" + ms)},
      {"reaction to ours in a group", group, EmojiReaction{mine, "x"},
       in("f202", in("0a", ours_in_group) + text("12", "x") + "20" + ms)},
      {"reaction taken back", person, EmojiReaction{mine, ""}, in("f202", in("0a", ours) + "1200" "20" + ms)},
      {"poll, one answer", person, Poll{"Lunch?", {"a", "b"}, false}, poll("2001")},
      {"poll, several answers", group, Poll{"Lunch?", {"a", "b"}, true}, poll("2000")},
      {"edit", person, Edit{mine, "better"}, edit(ours)},
      {"edit in a group", group, Edit{mine, "better"}, edit(ours_in_group)},
      {"revoke", person, Revoke{mine}, in("62", in("0a", ours) + "1000")},
      {"revoke in a group", group, Revoke{mine}, in("62", in("0a", ours_in_group) + "1000")},
      {"revoke of another's", group, Revoke{other}, in("62", in("0a", in_group) + "1000")},
      {"timer", person, DisappearAfter{604'800}, in("62", "1003" "2080f524" "28" + seconds)},
      {"place", person, Location{-23.5, -46.25, "Office", "Street 1", "https://x.test", "c"},
       in("2a", "09" "00000000008037c0" "11" "00000000002047c0" + text("1a", "Office") + text("22", "Street 1") +
                    text("2a", "https://x.test") + text("5a", "c")) + secret},
      {"contact", person, ContactCards{{{"A", "V"}}}, in("22", text("0a", "A") + text("8201", "V")) + secret},
      {"contacts", group, ContactCards{{{"A", "V"}, {"B", "W"}}},
       in("6a", text("0a", "2 contacts") + in("12", text("0a", "A") + text("8201", "V")) +
                    in("12", text("0a", "B") + text("8201", "W"))) + secret}};
  SameByte random;
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(hex(build_body_content(row.body, row.chat, now, random)) == row.bytes);
  }
  // The copy for own devices: the chat, the message, and its context once more outside.
  const Bytes sent = build_device_sent(person, build_body_content(Poll{"Lunch?", {"a", "b"}, false}, person, now, random));
  CHECK(hex(sent) == in("fa01", text("0a", "70000000000002@lid") + in("12", poll("2001"))) + secret);
}

TEST_CASE("wrappers are looked through") {
  const struct { const char* name; pb::Message::FutureProof* (*wrap)(pb::Message&); } kRows[] = {
      {"ephemeral", [](pb::Message& m) { return m.mutable_ephemeral_message(); }},
      {"view once", [](pb::Message& m) { return m.mutable_view_once_message(); }},
      {"view once v2", [](pb::Message& m) { return m.mutable_view_once_message_v2(); }},
      {"document with caption", [](pb::Message& m) { return m.mutable_document_with_caption_message(); }},
      {"edited", [](pb::Message& m) { return m.mutable_edited_message(); }}};
  for (const auto& row : kRows) {
    INFO(row.name);
    pb::Message message, sent;
    row.wrap(message)->mutable_message()->set_conversation("inside");
    CHECK(parsed(message).text == "inside");
    sent.mutable_device_sent_message()->set_destination_jid("1234@lid");
    *sent.mutable_device_sent_message()->mutable_message() = message;
    CHECK(parsed(sent).text == "inside");
    CHECK(parsed(sent).sent_to == jid("1234@lid"));
  }
}

TEST_CASE("kinds of content") {
  pb::Message message;
  SECTION("nothing") { CHECK(parsed(message).type.empty()); }
  SECTION("image") { message.set_image_message("x"); CHECK(parsed(message).type == "image"); }
  SECTION("round video note") { CHECK(parse_content(Bytes{0x92, 0x04, 0x01, 'x'})->type == "video"); }
  SECTION("reaction") { message.set_reaction_message("x"); CHECK(parsed(message).type == "reaction"); }
  SECTION("only a sender key") {
    message.mutable_sender_key_distribution_message()->set_group_id("g");
    CHECK(parsed(message).type.empty());
    CHECK(parsed(message).distribution->group == "g");
  }
  SECTION("text that is not UTF-8 is not handed on") {
    message.set_conversation("\xff\xfe");
    auto content = parse_content(view(message.SerializePartialAsString()));
    if (content) CHECK(content->text.empty());
  }
  SECTION("a kind newer than this program") { CHECK(parse_content(Bytes{0x92, 0x08, 0x01, 'x'})->type == "unknown"); }
  SECTION("not a message") { CHECK_FALSE(parse_content(Bytes{0xff, 0xff}).ok()); }
}

TEST_CASE("quotes name author and text") {
  SendText::Quote quote;
  quote.id = "3EB0Q";
  quote.text = "what you said";
  const Bytes bytes = build_text_content("my answer", quote, jid("5511888888888:3@s.whatsapp.net"));
  pb::Message message;
  REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  const auto& context = message.extended_text_message().context_info();
  CHECK(message.extended_text_message().text() == "my answer");
  CHECK(context.stanza_id() == "3EB0Q");
  CHECK(context.participant() == "5511888888888@s.whatsapp.net");
  CHECK(context.quoted_message().conversation() == "what you said");
}

TEST_CASE("LID mappings, zlib or gzip") {
  pb::LidMigrationPayload payload;
  auto* mapping = payload.add_pn_to_lid_mappings();
  mapping->set_pn(5511999999999);
  mapping->set_assigned_lid(1);
  mapping->set_latest_lid(1234);
  payload.add_pn_to_lid_mappings()->set_pn(5511888888888);  // without a LID: passed over
  Bytes zipped = wire::deflate(view(payload.SerializeAsString()));
  SECTION("zlib") {}
  SECTION("gzip") {
    Bytes gzip = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    append(gzip, ByteView(zipped).subspan(2));
    zipped = gzip;
  }
  pb::Message message;
  message.mutable_protocol_message()->set_type(22);
  message.mutable_protocol_message()->mutable_lid_migration_mapping_sync_message()->set_encoded_mapping_payload(to_string(ByteView(zipped)));
  const Content content = parsed(message);
  REQUIRE(content.mappings.size() == 1);
  CHECK(content.mappings[0].first == jid("5511999999999@s.whatsapp.net"));
  CHECK(content.mappings[0].second == jid("1234@lid"));
}

TEST_CASE("padding: 1 to 16 equal bytes") {
  CHECK_FALSE(unpad({}).ok());
  CHECK_FALSE(unpad(Bytes{0}).ok());
  CHECK_FALSE(unpad(Bytes{5, 5}).ok());
  CHECK_FALSE(unpad(Bytes(17, 17)).ok());
  CHECK_FALSE(unpad(Bytes{1, 3, 2, 3}).ok());
  CHECK(unpad(Bytes(16, 16))->empty());
  test::ScriptedRandom random;
  for (int i = 0; i < 200; ++i) {
    const Bytes plain = random.bytes(static_cast<std::size_t>(i));
    CHECK(*unpad(pad(plain, random)) == plain);
  }
}
