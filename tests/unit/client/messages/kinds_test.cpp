// What is read of the content of a message: each kind beside what companions put next to it, through every wrapper, and
// with what stands in it.
#include "client/messages/kinds/said.h"

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"
#include "unit/client/message_rig.h"

namespace kinds_test {

using namespace wa;
using namespace wa::client;
using test::jid;
using proto::Writer;

namespace {

using M = pb::Message;

Content read(const Writer& message, Speaker by = Speaker::other) {
  auto content = parse_content(message.written(), by);
  REQUIRE(content.ok());
  return *std::move(content);
}

Writer context_info() { return Writer().bytes(3, Bytes(32, 0xAB)); }   // the secret

struct Row { const char* name; int field; const char* type; bool counts; };
const Row kKinds[] = {
    {"image", M::kImageMessageFieldNumber, "image", true},
    {"contact", M::kContactMessageFieldNumber, "contact", true},
    {"location", M::kLocationMessageFieldNumber, "location", true},
    {"text with a context", M::kExtendedTextMessageFieldNumber, "text", true},
    {"document", M::kDocumentMessageFieldNumber, "document", true},
    {"audio", M::kAudioMessageFieldNumber, "audio", true},
    {"video", M::kVideoMessageFieldNumber, "video", true},
    {"contacts", M::kContactsArrayMessageFieldNumber, "contact", true},
    {"live location", M::kLiveLocationMessageFieldNumber, "location", true},
    {"sticker", M::kStickerMessageFieldNumber, "sticker", true},
    {"list", M::kListMessageFieldNumber, "list", true},
    {"list answer", M::kListResponseMessageFieldNumber, "list_response", true},
    {"buttons", M::kButtonsMessageFieldNumber, "buttons", true},
    {"button answer", M::kButtonsResponseMessageFieldNumber, "buttons_response", true},
    {"template", M::kTemplateMessageFieldNumber, "template", true},
    {"template answer", M::kTemplateButtonReplyMessageFieldNumber, "template_response", true},
    {"interactive", M::kInteractiveMessageFieldNumber, "interactive", true},
    {"interactive answer", M::kInteractiveResponseMessageFieldNumber, "interactive_response", true},
    {"reaction", M::kReactionMessageFieldNumber, "reaction", false},
    {"poll", M::kPollCreationMessageFieldNumber, "poll", true},
    {"poll 2", M::kPollCreationMessageV2FieldNumber, "poll", true},
    {"poll 3", M::kPollCreationMessageV3FieldNumber, "poll", true},
    {"poll 5", M::kPollCreationMessageV5FieldNumber, "poll", true},
    {"poll 6", M::kPollCreationMessageV6FieldNumber, "poll", true},
    {"round video note", M::kPtvMessageFieldNumber, "video", true},
    {"event", M::kEventMessageFieldNumber, "event", true},
    {"album", M::kAlbumMessageFieldNumber, "album", true},
    {"pack of stickers", M::kStickerPackMessageFieldNumber, "sticker_pack", true},
    {"group invitation", M::kGroupInviteMessageFieldNumber, "group_invite", true},
    {"product", M::kProductMessageFieldNumber, "product", true},
    {"order", M::kOrderMessageFieldNumber, "order", true},
    {"payment request", M::kRequestPaymentMessageFieldNumber, "payment_request", true},
    {"vote", M::kPollUpdateMessageFieldNumber, "poll_vote", false},
    {"pin", M::kPinInChatMessageFieldNumber, "pin", false},
    {"keep", M::kKeepInChatMessageFieldNumber, "keep", false},
    {"sealed reaction", M::kEncReactionMessageFieldNumber, "reaction", false},
    {"sealed comment", M::kEncCommentMessageFieldNumber, "comment", false},
    {"comment", M::kCommentMessageFieldNumber, "comment", false},
    {"answer to an event", M::kEncEventResponseMessageFieldNumber, "event_response", false},
    {"newer than this program", 200, "unknown", true},
    {"newer, and known to others", 124, "unknown", true},
};

}  // namespace

TEST_CASE("every kind is told, whatever stands beside it") {
  const Writer distribution = Writer().text(1, "120363000000000001@g.us").bytes(2, Bytes{1, 2});
  for (const Row& row : kKinds) {
    INFO(row.name);
    const Writer body = Writer().text(1, "x");
    const auto with = [&](bool key, bool fast, bool context) {
      Writer message;
      if (key) message.message(M::kSenderKeyDistributionMessageFieldNumber, distribution);
      if (fast) message.message(M::kFastRatchetKeySenderKeyDistributionMessageFieldNumber, distribution);
      if (context) message.message(M::kMessageContextInfoFieldNumber, context_info());
      return message.message(row.field, body);
    };
    for (const auto& message :
         {with(false, false, false), with(false, false, true), with(true, false, false), with(true, true, true)}) {
      const Content content = read(message);
      CHECK(content.type == row.type);
      CHECK(content.counts_as_last_message == row.counts);
    }
    CHECK(read(with(true, true, true)).secret == Bytes(32, 0xAB));
  }
}

TEST_CASE("what companions put beside a message says nothing alone") {
  const Writer key = Writer().text(1, "g");
  for (const int field : {int{M::kSenderKeyDistributionMessageFieldNumber}, int{M::kMessageContextInfoFieldNumber},
                          int{M::kFastRatchetKeySenderKeyDistributionMessageFieldNumber}}) {
    CAPTURE(field);
    CHECK(read(Writer().message(field, key)).type.empty());
    CHECK(read(Writer().message(M::kEphemeralMessageFieldNumber, Writer().message(1, Writer().message(field, key))))
              .type.empty());
  }
  CHECK(read(Writer()).type.empty());
}

TEST_CASE("what was given: a poll of the third form beside a context, byte by byte") {
  const Bytes bytes = *from_hex("8204030a01789a02221a20" + std::string(64, '1'));
  const auto content = parse_content(bytes, Speaker::other);
  REQUIRE(content.ok());
  CHECK(content->type == "poll");
  CHECK(content->secret == Bytes(32, 0x11));
}

TEST_CASE("all wrappers of ordinary content are looked through, also within one another") {
  for (const int wrapper : {37, 40, 53, 55, 58,  59,  62,  67,  74,  85,  87,  90,  91, 92,
                            93, 95, 96, 99, 100, 101, 103, 104, 106, 116, 117, 118, 126}) {
    CAPTURE(wrapper);
    const auto wrapped = [&](const Writer& inside) { return Writer().message(wrapper, Writer().message(1, inside)); };
    CHECK(read(wrapped(Writer().text(1, "inside"))).text == "inside");
    CHECK(read(wrapped(Writer().message(M::kPollCreationMessageFieldNumber, Writer().text(2, "Lunch?")))).type ==
          "poll");
    CHECK(read(wrapped(wrapped(Writer().text(1, "deep")))).text == "deep");
    CHECK(read(Writer().message(M::kMessageContextInfoFieldNumber, context_info())
                   .message(wrapper, Writer().message(1, Writer().text(1, "beside")))).text == "beside");
    CHECK(read(Writer().message(M::kDeviceSentMessageFieldNumber,
                                Writer().text(1, "1234@lid").message(2, wrapped(Writer().text(1, "own")))))
              .text == "own");
    CHECK(read(wrapped(Writer().message(200, Writer()))).type == "unknown");
    CHECK(read(wrapped(Writer())).view_once == (wrapper == 37 || wrapper == 55 || wrapper == 59));
  }
}

TEST_CASE("the context of a message: the outermost secret, and no other size") {
  const auto beside = [](std::uint8_t byte, std::size_t size) { return Writer().bytes(3, Bytes(size, byte)); };
  const auto message = [&](std::uint8_t outer, std::uint8_t inner) {
    Writer in = Writer().text(1, "x"), out;
    if (inner) in.message(M::kMessageContextInfoFieldNumber, beside(inner, 32));
    if (outer) out.message(M::kMessageContextInfoFieldNumber, beside(outer, 32));
    return out.message(M::kEphemeralMessageFieldNumber, Writer().message(1, in));
  };
  CHECK(read(message(1, 2)).secret == Bytes(32, 1));
  CHECK(read(message(0, 2)).secret == Bytes(32, 2));
  CHECK(read(Writer().text(1, "x").message(M::kMessageContextInfoFieldNumber, beside(1, 31))).secret.empty());
}

TEST_CASE("files with what is said of them") {
  const Bytes hash(32, 9);
  const Content image = read(Writer().message(M::kImageMessageFieldNumber, Writer()
                                                                               .text(2, "image/jpeg")
                                                                               .text(3, "the prices")
                                                                               .bytes(4, hash)
                                                                               .number(5, 1'873'491)
                                                                               .number(6, 720)
                                                                               .number(7, 1280)
                                                                               .number(25, 1)));
  REQUIRE(image.media);
  CHECK(image.text == "the prices");
  CHECK(image.media->mimetype == "image/jpeg");
  CHECK(image.media->sha256 == hash);
  CHECK(image.media->bytes == 1'873'491);
  CHECK(image.media->width == 1280);
  CHECK(image.media->height == 720);
  CHECK(image.view_once);
  const Content voice =
      read(Writer().message(M::kAudioMessageFieldNumber,
                            Writer().text(2, "audio/ogg; codecs=opus").number(4, 5000).number(5, 7).number(6, 1)));
  CHECK(voice.media->voice);
  CHECK(voice.media->seconds == 7);
  CHECK_FALSE(voice.view_once);
  const Content gif =
      read(Writer().message(M::kVideoMessageFieldNumber, Writer().text(2, "video/mp4").text(7, "ha").number(8, 1)));
  CHECK(gif.media->animated);
  CHECK(gif.text == "ha");
  const Content paper = read(Writer().message(
      M::kDocumentWithCaptionMessageFieldNumber,
      Writer().message(
          1, Writer().message(
                 M::kDocumentMessageFieldNumber,
                 Writer().text(2, "application/pdf").number(6, 3).text(8, "bill.pdf").text(20, "please pay")))));
  CHECK(paper.media->file_name == "bill.pdf");
  CHECK(paper.media->pages == 3);
  CHECK(paper.text == "please pay");
}

TEST_CASE("places, cards, polls, reactions") {
  const Content place = read(Writer().message(M::kLocationMessageFieldNumber, Writer()
                                                                                  .real(1, -23.5)
                                                                                  .real(2, -46.25)
                                                                                  .text(3, "Office")
                                                                                  .text(4, "Street 1")
                                                                                  .text(5, "https://x.test")
                                                                                  .text(11, "c")));
  REQUIRE(place.location);
  CHECK(place.location->latitude == -23.5);
  CHECK(place.location->longitude == -46.25);
  CHECK(place.location->name == "Office");
  CHECK(place.location->comment == "c");
  CHECK(place.text == "Office");
  CHECK_FALSE(place.live);
  const Content moving = read(
      Writer().message(M::kLiveLocationMessageFieldNumber, Writer().real(1, 1.5).real(2, 2.5).text(6, "on my way")));
  CHECK(moving.live);
  CHECK(moving.location->latitude == 1.5);
  CHECK(moving.text == "on my way");
  const Writer a = Writer().text(1, "A").text(16, "VA"), b = Writer().text(1, "B").text(16, "VB");
  const Content one = read(Writer().message(M::kContactMessageFieldNumber, a));
  REQUIRE(one.contacts.size() == 1);
  CHECK(one.contacts[0].vcard == "VA");
  CHECK(one.text == "A");
  const Content two = read(Writer().message(M::kContactsArrayMessageFieldNumber,
                                            Writer().text(1, "2 contacts").message(2, a).message(2, b)));
  REQUIRE(two.contacts.size() == 2);
  CHECK(two.contacts[1].name == "B");
  for (const int field : {49, 60, 64, 111, 119}) {
    CAPTURE(field);
    const Content poll = read(Writer().message(field, Writer()
                                                          .text(2, "Lunch?")
                                                          .message(3, Writer().text(1, "yes"))
                                                          .message(3, Writer().text(1, "no"))
                                                          .number(4, field == 49 ? 0 : 1)));
    REQUIRE(poll.poll);
    CHECK(poll.poll->question == "Lunch?");
    CHECK(poll.poll->options == std::vector<std::string>{"yes", "no"});
    CHECK(poll.poll->several == (field == 49));
  }
  const Content reaction = read(Writer().message(
      M::kReactionMessageFieldNumber, Writer().message(1, Writer().number(2, 1).text(3, "3EB0AA")).text(2, "x")));
  CHECK(reaction.text == "x");
  REQUIRE(reaction.key);
  CHECK(reaction.key->id == "3EB0AA");
  CHECK(reaction.key->from_me);
}

TEST_CASE("what people choose: the text that is shown, and the id a bot looks for") {
  const auto chosen = [](int field, const Writer& body) {
    const Content content = read(Writer().message(field, body));
    return content.text + '|' + content.choice;
  };
  CHECK(chosen(M::kListResponseMessageFieldNumber, Writer().text(1, "Blue").message(3, Writer().text(1, "row-1"))) ==
        "Blue|row-1");
  CHECK(chosen(M::kButtonsResponseMessageFieldNumber, Writer().text(1, "b1").text(2, "Yes")) == "Yes|b1");
  CHECK(chosen(M::kTemplateButtonReplyMessageFieldNumber, Writer().text(1, "t1").text(2, "Call")) == "Call|t1");
  const auto flow = [&](const char* json) {
    return chosen(
        M::kInteractiveResponseMessageFieldNumber,
        Writer().message(1, Writer().text(1, "Yes")).message(2, Writer().text(1, "quick_reply").text(2, json)));
  };
  CHECK(flow(R"({"id":"b1"})") == "Yes|b1");
  CHECK(flow(R"({ "a" : {"id":"inner"}, "id" : "b2" })") == "Yes|b2");
  CHECK(flow(R"({"name":"id","id":"b3"})") == "Yes|b3");
  CHECK(flow(R"(["id","b4"])") == "Yes|");
  CHECK(flow(R"({"id":7})") == "Yes|");
  CHECK(flow(R"({"id)") == "Yes|");
  CHECK(flow(R"({"id":"\u0041"})") == "Yes|");
  CHECK(flow("") == "Yes|");
  CHECK(read(Writer().message(M::kListMessageFieldNumber, Writer().text(1, "Menu").text(2, "choose"))).text ==
        "choose");
  CHECK(read(Writer().message(M::kButtonsMessageFieldNumber, Writer().text(6, "choose"))).text == "choose");
  CHECK(read(Writer().message(M::kTemplateMessageFieldNumber, Writer().message(4, Writer().text(6, "offer")))).text ==
        "offer");
  CHECK(
      read(Writer().message(M::kInteractiveMessageFieldNumber, Writer().message(2, Writer().text(1, "offer")))).text ==
      "offer");
}

TEST_CASE("answers, mentions, forwards and timers of any kind") {
  Writer context;
  context.text(1, "3EB0Q").text(2, "5511777777777@s.whatsapp.net");
  context.message(3, Writer().message(M::kImageMessageFieldNumber, Writer().text(3, "the picture")));
  context.text(4, "120363000000000001@g.us")
      .text(15, "70000000000003@lid")
      .text(15, "not a jid")
      .number(22, 1)
      .number(25, 86'400);
  context.number(26, 1'750'000'000).number(70, 1);
  const struct { const char* name; int field, at;
  } kRows[] = {{"text", 6, 17},        {"image", 3, 17},
               {"list answer", 39, 4}, {"button answer", 43, 3},
               {"poll", 64, 5},        {"interactive answer", 48, 15},
               {"buttons", 42, 8},     {"group invitation", 28, 7},
               {"event", 75, 1}};
  for (const auto& row : kRows) {
    INFO(row.name);
    const Content content = read(Writer().message(row.field, Writer().message(row.at, context)));
    REQUIRE(content.quoted);
    CHECK(content.quoted->id == "3EB0Q");
    CHECK(content.quoted->participant == jid("5511777777777@s.whatsapp.net"));
    CHECK(content.quoted->type == "image");
    CHECK(content.quoted->text == "the picture");
    CHECK(content.quoted->chat == jid("120363000000000001@g.us"));
    CHECK(content.mentioned == std::vector<wire::Jid>{jid("70000000000003@lid")});
    CHECK(content.mention_all);
    CHECK(content.forwarded);
    REQUIRE(content.timer);
    CHECK(content.timer->seconds == 86'400);
    CHECK(content.timer->set_s == 1'750'000'000);
  }
}

TEST_CASE("what a sender cannot say is not looked at: keys, history, mappings of others") {
  Writer share, mapping, history;
  share.message(1, Writer().message(1, Writer().bytes(1, Bytes(6, 1))).message(2, Writer().bytes(1, Bytes(32, 2))));
  mapping.bytes(1, Bytes{0x78, 0x9c});
  history.text(5, "/path");
  const auto protocol = [](int type, int field, const Writer& what) {
    return Writer().message(M::kProtocolMessageFieldNumber, Writer().integer(2, type).message(field, what));
  };
  const auto keys = protocol(6, 7, share), file = protocol(5, 6, history);
  CHECK(read(keys, Speaker::other).keys.empty());
  CHECK(read(keys, Speaker::own_device).keys.size() == 1);
  CHECK_FALSE(read(file, Speaker::own_device).history);
  CHECK(read(file, Speaker::own_phone).history);
  for (const Speaker by :
       {Speaker::other, Speaker::own_phone}) {  // what it is stays known: an own device is refused for it
    CHECK(read(keys, by).protocol == ProtocolKind::key_share);
    CHECK(read(file, by).protocol == ProtocolKind::history);
    CHECK(read(protocol(22, 23, mapping), by).protocol == ProtocolKind::lid_mappings);
    CHECK(read(protocol(17, 17, Writer()), by).protocol == ProtocolKind::resent);
  }
}

TEST_CASE("damaged bodies are missing, never more") {
  for (const Row& row : kKinds) {
    INFO(row.name);
    for (const auto& body : {Bytes{0xff}, Bytes{0x0a, 0x7f, 1}, Bytes{0x8a, 0x01, 0x03, 0x0a, 0x7f}, Bytes(40, 0x0b)}) {
      Writer message;
      message.bytes(row.field, body);
      (void)parse_content(message.written(), Speaker::other);
    }
  }
}

}  // namespace kinds_test
