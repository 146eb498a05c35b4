// Messages about other messages, received by a connected device: whose the other one is, who may, and what was sealed.
#include "client/messages/about.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "client/messages/inbox.h"
#include "client/rows/message_secrets.h"
#include "client/rows/poll_rows.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "e2e.pb.h"
#include "proto/writer.h"
#include "unit/client/message_rig.h"
#include "unit/client/scripted_turn.h"

namespace about_test {

using namespace wa;
using namespace wa::client;
using proto::Writer;
using store::Table;
using test::Device;
using test::jid;
using test::MessageRig;
using wire::Node;

namespace {

using M = pb::Message;

constexpr const char* kFriendPn = "5511888888888@s.whatsapp.net";
const Bytes kSecret(32, 7);

Writer key_of(const char* id, bool from_me, const char* participant = "") {
  Writer key;
  key.text(1, "70000000000002@lid").number(2, from_me).text(3, id);
  if (*participant) key.text(4, participant);
  return key;
}
Writer revoke(const Writer& key) { return Writer().message(12, Writer().message(1, key).number(2, 0)); }
Writer edit(const Writer& key, const Writer& content) {
  return Writer().message(12,
                          Writer().message(1, key).number(2, 14).message(14, content).integer(15, 1'750'000'000'000));
}
Writer text(const char* words) { return Writer().text(1, words); }
Writer with_secret(Writer content) { return content.message(35, Writer().bytes(3, kSecret)); }

struct Add { const char* id; const char* author; const char* sender; const char* use; bool bound; };
Writer sealed(const Add& add, const Writer& plain, int payload = 1, int iv = 2) {
  const std::string info = std::string(add.id) + add.author + add.sender + add.use;
  const auto key = crypto::hkdf_sha256<32>(kSecret, {}, info);
  const Bytes nonce(12, 3);
  const std::string aad = add.bound ? std::string(add.id) + '\0' + add.sender : std::string();
  Writer out;
  return out.bytes(payload, crypto::gcm_seal(key, nonce, view(aad), plain.written())).bytes(iv, nonce);
}
Writer sealed_about(const Writer& key, const Writer& sealed_fields, int type = 0) {
  Writer out;
  out.message(1, key).items(proto::Parsed(sealed_fields.written())->items(), 1);
  if (type) out.number(4, static_cast<std::uint64_t>(type));
  return out;
}

struct Rig : MessageRig {
  Node said(Device& by, const char* id, const Writer& content) {
    Node stanza = message_from(by, id);
    return std::move(stanza.child(enc_from(by, content.written())));
  }
  void from_friend(const char* id, const Writer& content) { say(said(friend_phone, id, content)); }
  void from_own_phone(const char* id, const Writer& content) {
    Node stanza = message_from(own_phone, id);
    stanza.attr("recipient", friend_phone.lid);
    say(stanza.child(enc_from(own_phone, build_device_sent(friend_phone.lid, content.written()))));
  }
  const MessageReceived& last_told() {
    REQUIRE(event<MessageReceived>());
    return *event<MessageReceived>();
  }
};

}  // namespace

TEST_CASE("an edit in any form names the original, and is not a new message") {
  const Writer bare = edit(key_of("M1", true), text("better"));
  const Writer wrapped = Writer().message(58, Writer().message(1, bare));
  for (const Writer& form : {bare, wrapped, Writer().message(40, Writer().message(1, wrapped)), with_secret(bare)}) {
    Rig rig;
    rig.from_friend("M1", text("good"));
    rig.from_friend("M2", form);
    const MessageReceived& told = rig.last_told();
    CHECK(told.change == Change::edited);
    CHECK(told.type == "edit");
    CHECK(told.text == "better");
    REQUIRE(told.target);
    CHECK(told.target->id == "M1");
    CHECK_FALSE(told.target->from_me);
    CHECK(told.target->participant == jid(kFriendPn));
    CHECK(rig.count<MessageReceived>() == 2);
    CHECK(rig.sent("receipt").size() == 2);
  }
}

TEST_CASE("an edited caption, by the own phone, in a group") {
  Rig rig;
  rig.from_friend("M2",
                  edit(key_of("M1", true), Writer().message(3, Writer().text(2, "image/jpeg").text(3, "new caption"))));
  CHECK(rig.last_told().text == "new caption");
  CHECK(rig.last_told().media);
  rig.from_own_phone("M4", edit(key_of("M3", true), text("what I meant")));
  CHECK(rig.last_told().from_me);
  CHECK(rig.last_told().target->from_me);
  CHECK(rig.last_told().chat == jid(kFriendPn));
}

TEST_CASE("a revocation names the original") {
  Rig rig;
  rig.from_friend("M1", text("oops"));
  rig.from_friend("M2", revoke(key_of("M1", true)));
  CHECK(rig.last_told().change == Change::revoked);
  CHECK(rig.last_told().type == "revoke");
  CHECK(rig.last_told().target->id == "M1");
  rig.from_own_phone("M3", revoke(key_of("M9", true)));
  CHECK(rig.last_told().target->id == "M9");
  CHECK(rig.last_told().target->from_me);
  CHECK(rig.count<MessageReceived>() == 3);
}

TEST_CASE("nobody edits or revokes what another wrote") {
  Rig rig;
  rig.from_friend("M2", revoke(key_of("3EB0OURS", false)));
  rig.from_friend("M3", edit(key_of("3EB0OURS", false), text("I owe you")));
  rig.from_friend("M4", edit(key_of("M1", false, "5511777777777@s.whatsapp.net"), text("I owe you")));
  rig.from_friend("M5", revoke(key_of("", true)));   // of none
  CHECK(rig.count<MessageReceived>() == 0);
  CHECK(rig.sent("receipt").size() == 4);
}

TEST_CASE("in a group an admin may, as the service says") {
  Rig rig;
  rig.say(rig.text_from(rig.friend_phone, "F1", "a session"));
  const auto in_group = [&](const char* id, const Writer& content, const char* attr) {
    Node node("message");
    node.attr("from", jid("120363000000000001@g.us")).attr("participant", rig.friend_phone.lid).attr("id", id);
    node.attr("t", std::uint64_t{1'750'000'100}).attr("type", "text");
    if (*attr) node.attr("edit", attr);
    rig.events.clear();
    rig.say(node.child(rig.enc_from(rig.friend_phone, content.written())));
    return rig.count<MessageReceived>();
  };
  const Writer of_member = revoke(key_of("G1", false, "5511777777777@s.whatsapp.net"));
  CHECK(in_group("R1", of_member, "8") == 1);
  CHECK(rig.last_told().target->participant == jid("5511777777777@s.whatsapp.net"));
  CHECK(rig.last_told().sender == jid(kFriendPn));
  CHECK(in_group("R2", of_member, "") == 0);
  CHECK(in_group("R3", of_member, "7") == 0);
  CHECK(in_group("R4", revoke(key_of("G2", true)), "7") == 1);
  CHECK(in_group("R5", edit(key_of("G1", false, "5511777777777@s.whatsapp.net"), text("x")), "8") == 0);
  CHECK(in_group("R6", revoke(key_of("G3", false, "90000000000001@lid")), "8") == 1);
  CHECK(rig.last_told().target->from_me);
}

TEST_CASE("reactions, pins and keeps name their target") {
  Rig rig;
  rig.from_friend("M2", Writer().message(46, Writer().message(1, key_of("3EB0OURS", false)).text(2, "x")));
  CHECK(rig.last_told().type == "reaction");
  CHECK(rig.last_told().text == "x");
  CHECK(rig.last_told().target->id == "3EB0OURS");
  CHECK(rig.last_told().target->from_me);
  const struct { int field, type; Change change; } kRows[] = {
      {63, 1, Change::pinned}, {63, 2, Change::unpinned}, {51, 1, Change::kept}, {51, 2, Change::unkept}};
  for (const auto& row : kRows) {
    CAPTURE(row.field, row.type);
    Rig at;
    at.from_friend(
        "M2", with_secret(Writer().message(row.field, Writer().message(1, key_of("M1", true)).integer(2, row.type))));
    CHECK(at.last_told().change == row.change);
    CHECK(at.last_told().target->id == "M1");
  }
}

TEST_CASE("the timer of a chat is told") {
  for (const bool wrapped : {false, true}) {
    Rig rig;
    const Writer timer = Writer().message(12, Writer().number(2, 3).number(4, 86'400).number(5, 1'750'000'050));
    rig.from_friend("T1", wrapped ? Writer().message(40, Writer().message(1, timer)) : timer);
    REQUIRE(rig.count<ChatTimerChanged>() == 1);
    CHECK(rig.event<ChatTimerChanged>()->seconds == 86'400);
    CHECK(rig.event<ChatTimerChanged>()->chat == jid(kFriendPn));
    CHECK(rig.event<ChatTimerChanged>()->by == jid(kFriendPn));
    CHECK(rig.event<ChatTimerChanged>()->time.seconds() == 1'750'000'050);
    CHECK(rig.count<MessageReceived>() == 0);
  }
}

TEST_CASE("edits that are sealed under the secret of the original") {
  Rig rig;
  rig.from_friend("M1", with_secret(text("good")));
  const Add add{"M1", "70000000000002@lid", "70000000000002@lid", "Message Edit", false};
  rig.from_friend("M2", Writer().message(82, sealed_about(key_of("M1", true), sealed(add, text("better"), 2, 3), 2)));
  CHECK(rig.last_told().change == Change::edited);
  CHECK(rig.last_told().text == "better");
  CHECK(rig.last_told().target->id == "M1");
  CHECK_FALSE(rig.last_told().unreadable);

  SECTION("by numbers, as older phones write them") {
    const Add old{"M1", kFriendPn, kFriendPn, "Message Edit", false};
    rig.from_friend("M3",
                    Writer().message(82, sealed_about(key_of("M1", true), sealed(old, text("by number"), 2, 3), 2)));
    CHECK(rig.last_told().text == "by number");
  }
  SECTION("after a restart") {
    rig.reopen();
    rig.go_online();
    rig.from_friend("M4", Writer().message(82, sealed_about(key_of("M1", true), sealed(add, text("later"), 2, 3), 2)));
    CHECK(rig.last_told().text == "later");
  }
  SECTION("without the secret it is told, as unreadable") {
    const Add unknown{"M0", "70000000000002@lid", "70000000000002@lid", "Message Edit", false};
    rig.from_friend("M5", Writer().message(82, sealed_about(key_of("M0", true), sealed(unknown, text("x"), 2, 3), 2)));
    CHECK(rig.last_told().unreadable);
    CHECK(rig.last_told().text.empty());
    CHECK(rig.last_told().target->id == "M0");
  }
  SECTION("a day later nobody edits") {
    rig.move(limits::kMessageSecretKeptMs + 1'000);
    rig.from_friend("M6", Writer().message(82, sealed_about(key_of("M1", true), sealed(add, text("x"), 2, 3), 2)));
    CHECK(rig.last_told().unreadable);
  }
  SECTION("sealed by somebody else, or for another message") {
    const Add other{"M1", "70000000000002@lid", "70000000000009@lid", "Message Edit", false};
    rig.from_friend("M7", Writer().message(82, sealed_about(key_of("M1", true), sealed(other, text("x"), 2, 3), 2)));
    CHECK(rig.last_told().unreadable);
    Writer damaged;
    damaged.bytes(2, Bytes(5, 1)).bytes(3, Bytes(11, 1));
    rig.from_friend("M8", Writer().message(82, sealed_about(key_of("M1", true), damaged, 2)));
    CHECK(rig.last_told().unreadable);
  }
}

TEST_CASE("votes on a poll of ours, and of theirs") {
  Rig rig;
  const auto hash = [](const char* option) { return crypto::sha256(view(std::string_view(option))); };
  const auto vote = [&](const Writer& key, const Add& add, std::initializer_list<const char*> options) {
    Writer chosen;
    for (const char* option : options) chosen.bytes(1, hash(option));
    return Writer().message(50, Writer().message(1, key).message(2, sealed(add, chosen)));
  };
  Writer poll;
  poll.text(2, "Lunch?").message(3, Writer().text(1, "yes")).message(3, Writer().text(1, "no")).number(4, 1);
  rig.from_own_phone("P1", with_secret(Writer().message(64, poll)));
  const Add add{"P1", "90000000000001@lid", "70000000000002@lid", "Poll Vote", true};
  rig.from_friend("V1", vote(key_of("P1", false), add, {"no"}));
  CHECK(rig.last_told().change == Change::voted);
  CHECK(rig.last_told().votes == std::vector<std::string>{"no"});
  CHECK(rig.last_told().target->from_me);
  rig.from_friend("V2", vote(key_of("P1", false), add, {"yes", "never"}));
  REQUIRE(rig.last_told().votes.size() == 2);
  CHECK(rig.last_told().votes[0] == "yes");
  CHECK(rig.last_told().votes[1] == hex(hash("never")));
  rig.from_friend("V3", vote(key_of("P1", false), add, {}));   // taken back
  CHECK(rig.last_told().votes.empty());
  CHECK_FALSE(rig.last_told().unreadable);
  const auto tally = [&](const char* author, const char* id) {
    store::Txn txn(rig.disk);
    return find_poll(txn, jid(author), id, rig.now.wall);
  };
  REQUIRE(tally("90000000000001@lid", "P1"));
  CHECK(tally("90000000000001@lid", "P1")->question == "Lunch?");
  REQUIRE(tally("90000000000001@lid", "P1")->votes.size() == 1);
  CHECK(tally("90000000000001@lid", "P1")->votes[0].options == 0);

  SECTION("weeks later, but not for ever") {
    rig.move(30LL * 86'400'000);
    rig.from_friend("V4", vote(key_of("P1", false), add, {"yes"}));
    CHECK(rig.last_told().votes == std::vector<std::string>{"yes"});
    rig.move(2LL * 86'400'000);
    rig.from_friend("V5", vote(key_of("P1", false), add, {"yes"}));
    CHECK(rig.last_told().unreadable);
  }
  SECTION("their own poll, of which the own phone votes, and an option that is added") {
    rig.from_friend("P2", with_secret(Writer().message(119, poll)));
    const Add option{"P2", "70000000000002@lid", "70000000000002@lid", "Poll Add Option", false};
    const Writer more = Writer().message(121, Writer().message(2, Writer().text(1, "maybe")));
    rig.from_friend("P3", Writer().message(82, sealed_about(key_of("P2", true), sealed(option, more, 2, 3), 5)));
    CHECK(rig.last_told().change == Change::edited);
    CHECK(rig.last_told().text == "maybe");
    const Add own{"P2", "70000000000002@lid", "90000000000001@lid", "Poll Vote", true};
    rig.from_own_phone("V6", vote(key_of("P2", false), own, {"maybe"}));
    CHECK(rig.last_told().from_me);
    CHECK(rig.last_told().votes == std::vector<std::string>{"maybe"});
    CHECK_FALSE(rig.last_told().target->from_me);
    rig.reopen();
    const auto kept = tally("70000000000002@lid", "P2");
    REQUIRE(kept);
    CHECK(kept->options == std::vector<std::string>{"yes", "no", "maybe"});
    REQUIRE(kept->votes.size() == 1);
    CHECK(kept->votes[0].options == 4);
  }
}

TEST_CASE("answers to events, sealed reactions and comments") {
  Rig rig;
  rig.from_friend("E1", with_secret(Writer().message(75, Writer().text(3, "Meeting"))));
  CHECK(rig.last_told().text == "Meeting");
  const auto from = [&](const char* use, bool bound) {
    return Add{"E1", "70000000000002@lid", "70000000000002@lid", use, bound};
  };
  rig.from_friend("E2", Writer().message(76, sealed_about(key_of("E1", true), sealed(from("Event Response", true),
                                                                                     Writer().number(1, 2), 2, 3))));
  CHECK(rig.last_told().type == "event_response");
  CHECK(rig.last_told().text == "not_going");
  CHECK(rig.last_told().target->id == "E1");
  rig.from_friend("E3", Writer().message(56, sealed_about(key_of("E1", true), sealed(from("Enc Reaction", false),
                                                                                     Writer().text(2, "x"), 2, 3))));
  CHECK(rig.last_told().type == "reaction");
  CHECK(rig.last_told().text == "x");
  const Writer inside = Writer().message(6, Writer().text(1, "me too"));
  for (const Writer& form : {inside, Writer().message(1, inside)}) {
    rig.from_friend(
        form.written() == inside.written() ? "E4" : "E5",
        Writer().message(71, sealed_about(key_of("E1", true), sealed(from("Enc Comment", false), form, 2, 3))));
    CHECK(rig.last_told().type == "comment");
    CHECK(rig.last_told().text == "me too");
  }
  rig.from_friend("E6", Writer().message(77, Writer().message(1, inside).message(2, key_of("E1", true))));
  CHECK(rig.last_told().text == "me too");
  CHECK(rig.last_told().target->id == "E1");
}

TEST_CASE("a second quality of a file that was told is not told again") {
  Rig rig;
  const Writer video = Writer().message(9, Writer().text(2, "video/mp4"));
  const auto second = [&](const char* parent) {
    Writer association = Writer().number(1, 5).message(2, key_of(parent, true));
    Writer inside = video;
    inside.message(35, Writer().message(10, association));
    return Writer().message(91, Writer().message(1, inside));
  };
  rig.from_friend("V1", video);
  rig.from_friend("V2", second("V1"));
  CHECK(rig.count<MessageReceived>() == 1);
  CHECK(rig.sent("receipt").size() == 2);
  rig.from_friend("V3", second("V0"));   // the first one never came
  CHECK(rig.count<MessageReceived>() == 2);
  CHECK(rig.last_told().type == "video");
}

TEST_CASE("what cannot be the last message of a chat moves nothing; what we do not know, does") {
  const auto moved_by = [](const Writer& content) {
    Rig rig;
    rig.from_friend("L1", text("first"));
    rig.from_friend("L2", content);
    store::Txn txn(rig.disk);
    const auto row = txn.get(Table::chats, rig.friend_phone.lid.text());
    return row && to_string(ByteView(*row)).find("L2") != std::string::npos;
  };
  CHECK(moved_by(text("second")));
  CHECK(moved_by(Writer().message(200, Writer())));
  CHECK(moved_by(Writer().message(64, Writer().text(2, "Lunch?"))));
  CHECK_FALSE(moved_by(edit(key_of("L1", true), text("x"))));
  CHECK_FALSE(moved_by(revoke(key_of("L1", true))));
  for (const int field : {46, 50, 51, 56, 63, 71, 76, 77, 82}) {
    CAPTURE(field);
    CHECK_FALSE(moved_by(Writer().message(field, Writer().message(1, key_of("L1", true)).number(4, 2))));
  }
}

TEST_CASE("secrets are bounded by count; polls are not pushed out by texts") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  const wire::Jid author = jid("70000000000002@lid");
  const WallTime now{1'750'000'000'000};
  remember_secret(txn, author, "POLL", {kSecret, now, true, {"yes"}});
  for (std::uint32_t i = 0; i < limits::kMessageSecretsKept + 10; ++i)
    remember_secret(txn, author, "M" + std::to_string(i), {kSecret, now, false, {}});
  CHECK(find_secret(txn, author, "POLL", now));
  CHECK_FALSE(find_secret(txn, author, "M0", now));
  CHECK(find_secret(txn, author, "M100", now));
  CHECK_FALSE(find_secret(txn, jid("70000000000003@lid"), "POLL", now));
  learn_lid(txn, jid("5511888888888@s.whatsapp.net"), author);
  CHECK(find_secret(txn, jid("5511888888888@s.whatsapp.net"), "POLL", now));
  remember_secret(txn, author, "BIG", {kSecret, now, true, std::vector<std::string>(40, std::string(1000, 'x'))});
  CHECK(find_secret(txn, author, "BIG", now)->options.size() == kPollOptionBytesKept / 1000);
}

TEST_CASE("what we send is told with what it says; a copy of it by another device of ours is not told again") {
  Rig rig;
  rig.say(rig.text_from(rig.friend_phone, "F1", "hello"));
  rig.say(rig.text_from(rig.own_phone, "OP", "a session with the phone"));
  const auto sent = [&](MessageBody body, std::optional<QuotedMessage> quoted = {}) {
    rig.events.clear();
    rig.server.received.clear();
    SendMessage command{5, rig.friend_phone.pn, std::move(body)};
    command.context.quoted = std::move(quoted);
    REQUIRE(rig.execute(command).ok());
    if (rig.queries("usync") == 1) {
      rig.answer_devices({{rig.friend_phone.lid, {0}, {}}, {jid("90000000000001@lid"), {0, 7}, {}}});
    }
    const Node message = *rig.last("message");
    rig.ack(message);
    REQUIRE(rig.count<MessageSent>() == 1);
    return message.text_attr("id");
  };
  const std::string id = sent(Text{"good"}, QuotedMessage{"F1", false, "hello"});
  const Said text = rig.event<MessageSent>()->said;
  CHECK(text.type == "text");
  CHECK(text.text == "good");
  CHECK(text.quoted->id == "F1");
  CHECK(text.quoted->participant == jid(kFriendPn));
  sent(Edit{{id, true, {}}, "better"});
  CHECK(rig.event<MessageSent>()->said.change == Change::edited);
  CHECK(rig.event<MessageSent>()->said.text == "better");
  CHECK(rig.event<MessageSent>()->said.target->id == id);
  CHECK(rig.event<MessageSent>()->said.target->from_me);
  sent(EmojiReaction{{"F1", false, {}}, "x"});
  CHECK(rig.event<MessageSent>()->said.type == "reaction");
  CHECK(rig.event<MessageSent>()->said.target->participant == jid(kFriendPn));
  sent(Revoke{{id, true, {}}});
  CHECK(rig.event<MessageSent>()->said.change == Change::revoked);
  sent(DisappearAfter{86'400});
  CHECK(rig.event<MessageSent>()->said.type == "chat_timer");
  rig.events.clear();
  rig.from_own_phone(id.c_str(), Writer().text(1, "good"));
  CHECK(rig.events.empty());
  CHECK(rig.sent("receipt").back().text_attr("type") == "sender");

  const std::string poll = sent(Poll{"Lunch?", {"yes", "no"}, false});
  CHECK(rig.event<MessageSent>()->said.poll->options.size() == 2);
  store::Txn txn(rig.disk);
  CHECK(find_secret(txn, jid("90000000000001@lid"), poll, rig.now.wall));
}

TEST_CASE("older messages from the phone are told as they are, and change nothing") {
  test::ScriptedTurn world;
  test::WayOut way;
  way.account.pn = jid("5511999999999:7@s.whatsapp.net");
  way.account.lid = jid("90000000000001:7@lid");
  learn_lid(world.turn().txn, jid(kFriendPn), jid("70000000000002@lid"));
  learn_lid(world.turn().txn, way.account.pn.user_jid(), way.account.lid.user_jid());
  const auto of_phone = [](const Writer& key, const Writer& message, std::int64_t t) {
    Writer info;
    return info.message(1, key).message(2, message).integer(3, t).text(19, "Friend").written();
  };
  HistoryMessagesNotice notice;
  notice.request_id = "3EB0ASKED";
  notice.chat = jid("70000000000002@lid");
  notice.messages = {of_phone(key_of("OLD1", false), text("first"), 1'740'000'000),
                     of_phone(key_of("OLD2", true), text("ours"), 1'740'000'001), Bytes{0xff},
                     of_phone(key_of("OLD3", false), Writer().message(12, Writer().number(2, 3).number(4, 60)),
                         1'740'000'002)};
  Inbox().on(notice, way.out, world.turn());
  const auto told = world.only_event<HistoryMessages>();
  CHECK(world.take_notices().empty());
  CHECK(told.request_id == "3EB0ASKED");
  CHECK(told.chat == jid(kFriendPn));
  REQUIRE(told.messages.size() == 2);
  CHECK(told.messages[0].id == "OLD1");
  CHECK(told.messages[0].text == "first");
  CHECK(told.messages[0].time.seconds() == 1'740'000'000);
  CHECK(told.messages[0].push_name == "Friend");
  CHECK(told.messages[1].from_me);
  CHECK(told.messages[1].sender == jid("5511999999999@s.whatsapp.net"));
}

}  // namespace about_test
