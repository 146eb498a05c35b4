#include "e2e.pb.h"
#include "message_rig.h"
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

}  // namespace

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
  SECTION("a kind newer than this program") { CHECK(parse_content(Bytes{0x9a, 0x06, 0x01, 'x'})->type == "unknown"); }
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
