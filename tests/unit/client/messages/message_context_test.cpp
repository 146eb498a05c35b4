// What stands around a content: quotes, mentions, forwards, timers, whatever the kind is.
#include "client/messages/message_context.h"

#include "client/rows/lid_map.h"
#include "e2e.pb.h"
#include "unit/client/message_rig.h"

namespace message_context_test {

using namespace wa;
using namespace wa::client;
using test::jid;

namespace {

const wire::Jid kAna = jid("5511777777777@s.whatsapp.net"), kAnaLid = jid("70000000000003@lid");
const wire::Jid kBia = jid("70000000000002@lid"), kGroup = jid("120363000000000001@g.us");

FileBody file(MediaKind kind, std::string caption) {
  FileBody out;
  out.kind = kind;
  out.file.mimetype = "a/b";
  out.caption = std::move(caption);
  return out;
}

std::vector<MessageBody> kinds_with_context() {
  return {Text{"@5511777777777 hi"},
          file(MediaKind::image, "@5511777777777 hi"),
          file(MediaKind::video, "@5511777777777 hi"),
          file(MediaKind::document, "@5511777777777 hi"),
          file(MediaKind::document, ""),
          file(MediaKind::voice, ""),
          file(MediaKind::sticker, ""),
          Location{1, 2, "there", "", "", ""},
          LiveLocation{},
          ContactCards{{{"A", "V"}}},
          ContactCards{{{"A", "V"}, {"B", "W"}}},
          Poll{"Lunch?", {"a", "b"}, false},
          Interactive{"t", "b", "f", {}, {{FlowButton::Kind::reply, "yes", "1"}}},
          ChoiceList{"t", "b", "f", "open", {{"s", {{"r", "one", ""}}}}},
          ButtonAnswer{"1", "yes"},
          ListAnswer{"r", "one", "more"},
          Product{},
          Catalog{},
          GroupInvite{kGroup, "code", "name", "@5511777777777 come", 9},
          EventPlan{},
          Album{2, 0}};
}

Bytes written(const MessageBody& body, const MessageContext& context = {}) {
  test::ScriptedRandom random;
  return write_body(body, kBia, {1'750'000'000'000}, random, context).content;
}

}  // namespace

TEST_CASE("every kind that has a context says what it answers, whom it mentions, that it was forwarded") {
  MessageContext context;
  context.quoted = QuotedMessage{"3EB0Q", false, "before", kAna, "", kGroup};
  context.mentioned = {kAna, kBia};
  context.forwarded = 2;
  for (const MessageBody& body : kinds_with_context()) {
    INFO(body.index());
    const auto said = parse_content(written(body, context));
    REQUIRE(said);
    REQUIRE(said->quoted);
    CHECK(said->quoted->id == "3EB0Q");
    CHECK(said->quoted->text == "before");
    CHECK(said->quoted->participant == kAna);
    CHECK(said->quoted->chat == kGroup);
    CHECK(said->mentioned == context.mentioned);
    CHECK(said->forwarded);
    CHECK(said->type == parse_content(written(body))->type);
    CHECK(said->text == parse_content(written(body))->text);
    CHECK(mentions_of(written(body, context)) == context.mentioned);
  }
  // Others stay as they are.
  for (const MessageBody& body : {MessageBody(EmojiReaction{{"3EB0", true, {}}, "x"}),
      MessageBody(PaymentRequest{kAna, "BRL", "n"}),
                                  MessageBody(Revoke{{"3EB0", true, {}}}), MessageBody(DisappearAfter{60})}) {
    CHECK(written(body, context) == written(body));
  }
}

TEST_CASE("people are named as the chat goes, and live as long as it says") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  learn_lid(txn, kAna, kAnaLid);
  MessageContext context;
  context.quoted = QuotedMessage{"3EB0Q", false, "before", kAna};
  context.mentioned = {kAna};
  for (const MessageBody& body : kinds_with_context()) {
    INFO(body.index());
    const Bytes content = written(body, context);
    const auto by_lid = parse_content(edit_context(content, {&txn, true, {}, {86'400, 1'750'000'000}}));
    REQUIRE(by_lid);
    CHECK(by_lid->quoted->participant == kAnaLid);
    CHECK(by_lid->mentioned == std::vector<wire::Jid>{kAnaLid});
    CHECK(by_lid->timer->seconds == 86'400);
    CHECK(by_lid->timer->set_s == 1'750'000'000);
    const std::string text = parse_content(content)->text;
    if (text.find("@5511777777777") != std::string::npos) {
      CHECK(by_lid->text.find("@70000000000003 ") == 0);
    } else {
      CHECK(by_lid->text == text);
    }
    CHECK(parse_content(content)->secret == by_lid->secret);
    CHECK(edit_context(content, {&txn, false, {}, {}}) == content);
    const auto all = parse_content(edit_context(content, {&txn, true, {kBia, kAnaLid}, {}}));
    CHECK(all->mentioned == std::vector<wire::Jid>{kBia, kAnaLid});
  }
  CHECK(edit_context(Bytes{0xff}, {&txn, true, {kBia}, {9, 0}}) == Bytes{0xff});
  // Names change in the text, too, but no part of a longer number.
  const std::vector<wire::Jid> one{kAna};
  const Bytes named = build_text_content("@5511777777777, @55117777777770 and @5511777777777", {}, {}, one);
  CHECK(parse_content(edit_context(named, {&txn, true, {}, {}}))->text ==
        "@70000000000003, @55117777777770 and @70000000000003");
}

TEST_CASE("what is quoted is shown as what it is") {
  const struct { const char* type; std::string text; const char* expect; } kRows[] = {
      {"", "hi", "0a026869"},                       // conversation
      {"text", "hi", "0a026869"},
      {"nonsense", "hi", "0a026869"},
      {"reaction", "hi", "0a026869"},
      {"image", "hi", "1a041a026869"},              // imageMessage 3 {caption 3}
      {"video", "hi", "4a043a026869"},              // videoMessage 9 {caption 7}
      {"audio", "", "4200"},
      {"document", "hi", "3a05a201026869"},         // documentMessage 7 {caption 20}
      {"poll", "hi", "8a030412026869"},             // pollCreationMessage 49 {name 2}
      {"interactive", "hi", "ea020612040a026869"}};  // interactiveMessage 45 {body 2 {text 1}}
  for (const auto& row : kRows) {
    INFO(row.type);
    MessageContext context;
    context.quoted = QuotedMessage{"3EB0Q", false, row.text, kAna, row.type};
    const Bytes content = written(Text{"answer"}, context);
    pb::Message message;
    REQUIRE(message.ParseFromArray(content.data(), static_cast<int>(content.size())));
    CHECK(hex(view(message.extended_text_message().context_info().quoted_message().SerializeAsString())) == row.expect);
  }
}

TEST_CASE("forwarded five times is often; a part of an album names it") {
  MessageContext context;
  context.forwarded = 5;
  context.album = "3EB0ALBUM";
  const Bytes content = written(file(MediaKind::image, ""), context);
  pb::Message message;
  REQUIRE(message.ParseFromArray(content.data(), static_cast<int>(content.size())));
  pb::ImageMessage image;
  REQUIRE(image.ParseFromString(message.image_message()));
  CHECK(image.context_info().forwarding_score() == 127);
  CHECK(image.context_info().is_forwarded());
  pb::MessageAssociation part;
  REQUIRE(part.ParseFromString(message.message_context_info().message_association()));
  CHECK(part.association_type() == 1);
  CHECK(part.parent_message_key().id() == "3EB0ALBUM");
  CHECK(part.parent_message_key().from_me());
  CHECK(part.parent_message_key().remote_jid() == "70000000000002@lid");
  CHECK(message.message_context_info().message_secret().size() == 32);
}

}  // namespace message_context_test
