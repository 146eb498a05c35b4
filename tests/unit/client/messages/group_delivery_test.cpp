// Texts to groups: what is asked, who gets the sender key, when it is renewed, and what becomes of those who cannot read.
#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/rows/sent_log.h"
#include "unit/client/message_rig.h"

namespace groups_test {

using namespace wa;
using namespace wa::client;
using test::Device;
using test::jid;
using test::MessageRig;
using store::Table;
using wire::Node;

namespace {

const wire::Jid kGroup = jid("120363000000000001@g.us");
const wire::Jid kOwnLid = jid("90000000000001@lid"), kFriendLid = jid("70000000000002@lid");
const wire::Jid kOther = jid("5511777777777@s.whatsapp.net"), kOtherLid = jid("70000000000003@lid");

struct GroupRig : MessageRig {
  Device other{"70000000000003@lid", "5511777777777@s.whatsapp.net", 14};

  bool send(const std::string& text, CommandId command = 1) {
    SendText out;
    out.command = command;
    out.to = kGroup;
    out.text = text;
    return execute(out).ok();
  }
  void answer_group(const std::vector<wire::Jid>& members) {
    Node group("group");
    group.attr("id", kGroup.user).attr("addressing_mode", "lid");
    for (const wire::Jid& member : members) group.child(std::move(Node("participant").attr("jid", member)));
    answer("w:g2", {std::move(group)});
  }
  void refuse_group(int code) {
    Node result("iq"), error("error");
    error.attr("code", static_cast<std::uint64_t>(code));
    result.attr("type", "error").attr("id", last_query("w:g2")->text_attr("id")).attr("from", kGroup);
    say(result.child(std::move(error)));
  }
  // A first message to three people: own, friend with two devices, another.
  Node first(const std::string& text) {
    REQUIRE(send(text));
    answer_group({kOwnLid, kFriendLid, kOtherLid});
    answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0, 3}, {}}, {kOtherLid, {0}, {}}});
    answer_bundles({bundle_node(own_phone), bundle_node(friend_phone), bundle_node(friend_web), bundle_node(other)});
    return message();
  }
  Node message() const {
    const auto all = sent("message");
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  static std::size_t keys_in(const Node& message) {
    const Node* participants = message.child_named("participants");
    return participants ? participants->children().size() : 0;
  }
  // What this device makes of the message: takes its part of the key, then opens the body.
  std::string read(Device& at, const Node& message) {
    if (message.child_named("participants")) {
      if (const auto part = open_at(at, message, at.lid)) take_key(at, *part);
    }
    store::Txn txn(at.party.rows);
    auto plain = signal::decrypt_sender_key(txn, kGroup.text(), us, message.child_named("enc")->content_bytes());
    if (!plain) return "unreadable";
    at.party.commit(txn);
    return parse_content(*unpad(*std::move(plain)))->text;
  }
  void take_key(Device& at, const Content& part) {
    if (!part.distribution) return;
    CHECK(part.distribution->group == kGroup.text());
    store::Txn txn(at.party.rows);
    REQUIRE(signal::process_distribution(txn, kGroup.text(), us, part.distribution->message).ok());
    at.party.commit(txn);
  }
  void changed() {
    Node notification("notification");
    notification.attr("type", "w:gp2").attr("from", kGroup).attr("id", "N1").attr("t", std::uint64_t{1'750'000'100});
    say(notification.child(Node("modify")));
  }
  void ask_again(const Device& by, const Node& of) {
    Node receipt("receipt"), retry("retry"), registration("registration");
    receipt.attr("from", kGroup).attr("participant", by.lid).attr("id", of.text_attr("id")).attr("type", "retry");
    retry.attr("count", std::uint64_t{1}).attr("id", of.text_attr("id")).attr("v", std::uint64_t{1}).attr("t", std::uint64_t{1});
    registration.bytes(be_bytes(by.party.own.registration_id, 4));
    say(receipt.child(std::move(retry)).child(std::move(registration)));
  }
};

}  // namespace

TEST_CASE("a text to a group: members, devices, sessions, one body and the key for everybody") {
  GroupRig rig;
  const Node message = rig.first("hello all");
  CHECK(message.jid_attr("to") == kGroup);
  CHECK(message.text_attr("addressing_mode") == "lid");
  CHECK(message.child_named("enc")->text_attr("type") == "skmsg");
  CHECK(rig.keys_in(message) == 4);
  const std::vector<wire::Jid> devices{kOwnLid, jid("90000000000001:7@lid"), kFriendLid, jid("70000000000002:3@lid"), kOtherLid};
  CHECK(message.text_attr("phash") == build_phash(devices));  // this device counts
  for (Device* at : {&rig.own_phone, &rig.friend_phone, &rig.friend_web, &rig.other}) CHECK(rig.read(*at, message) == "hello all");
  CHECK(rig.count<MessageSent>() == 0);
  rig.ack(message);
  REQUIRE(rig.count<MessageSent>() == 1);
  CHECK(rig.event<MessageSent>()->chat == kGroup);
  CHECK(rig.rows(Table::outbox) == 0);
  CHECK(rig.queries("privacy") == 0);

  SECTION("the next one asks nothing and carries no key") {
    rig.server.received.clear();
    REQUIRE(rig.send("again"));
    CHECK(rig.sent("iq").empty());
    CHECK(rig.keys_in(rig.message()) == 0);
    CHECK(rig.read(rig.other, rig.message()) == "again");
  }
  SECTION("who left cannot read on") {
    rig.changed();
    REQUIRE(rig.send("without you"));
    rig.answer_group({kOwnLid, kFriendLid});
    CHECK(rig.keys_in(rig.message()) == 3);
    CHECK(rig.read(rig.friend_web, rig.message()) == "without you");
    CHECK(rig.read(rig.other, rig.message()) == "unreadable");
  }
  SECTION("who comes gets the key; the others keep it") {
    Device late{"70000000000009@lid", "5511666666666@s.whatsapp.net", 19};
    rig.changed();
    REQUIRE(rig.send("welcome"));
    rig.answer_group({kOwnLid, kFriendLid, kOtherLid, late.lid});
    rig.answer_devices({{late.lid, {0}, {}}});
    rig.answer_bundles({MessageRig::bundle_node(late)});
    CHECK(rig.keys_in(rig.message()) == 1);
    CHECK(rig.read(late, rig.message()) == "welcome");
    CHECK(rig.read(rig.other, rig.message()) == "welcome");
  }
  SECTION("a device that was set up anew gets it again") {
    Node notification("notification");
    notification.attr("type", "encrypt").attr("from", kOtherLid).attr("id", "N2").attr("t", std::uint64_t{1'750'000'100});
    rig.say(notification.child(Node("identity")));
    REQUIRE(rig.send("you are new"));

    rig.answer_devices({{kOtherLid, {0}, {}}});
    Device anew{"70000000000003@lid", "5511777777777@s.whatsapp.net", 24};
    rig.answer_bundles({MessageRig::bundle_node(anew)});
    CHECK(rig.keys_in(rig.message()) == 1);
    CHECK(rig.read(anew, rig.message()) == "you are new");
  }
  SECTION("other devices at the service: what was learnt a moment ago stays, later it is asked again") {
    rig.server.received.clear();
    REQUIRE(rig.send("two"));
    rig.ack(rig.message(), 0, "2:AAAAAAAA");
    REQUIRE(rig.send("three"));
    CHECK(rig.sent("iq").empty());
    rig.advance(11'000);
    rig.ack(rig.message(), 0, "2:AAAAAAAA");
    REQUIRE(rig.send("four"));
    CHECK(rig.queries("w:g2") == 1);
  }
}

TEST_CASE("the key is sent again until the service took a message with it") {
  GroupRig rig;
  const Node first = rig.first("one");
  rig.server.received.clear();
  REQUIRE(rig.send("two"));
  CHECK(rig.sent("message").empty());  // waits for the first
  SECTION("taken") {
    rig.ack(first);
    REQUIRE(rig.sent("message").size() == 1);
    CHECK(rig.keys_in(rig.message()) == 0);
  }
  SECTION("lost") {
    rig.closed();
    rig.reopen();
    rig.go_online();
    REQUIRE(rig.sent("message").size() == 1);
    CHECK(rig.message().text_attr("id") == first.text_attr("id"));
    CHECK(rig.keys_in(rig.message()) == 4);
    CHECK(rig.read(rig.other, rig.message()) == "one");
    rig.ack(rig.message());
    CHECK(rig.keys_in(rig.message()) == 0);
    CHECK(rig.read(rig.other, rig.message()) == "two");
  }
  SECTION("lost, and meanwhile somebody who may have got it left") {
    CHECK(rig.read(rig.other, first) == "one");
    rig.closed();
    rig.reopen();
    rig.go_online();
    rig.ack(rig.message(), 421);  // the service says: ask again
    rig.advance(20'000);
    rig.answer_group({kOwnLid, kFriendLid});
    CHECK(rig.keys_in(rig.message()) == 3);
    CHECK(rig.read(rig.friend_phone, rig.message()) == "one");
    CHECK(rig.read(rig.other, rig.message()) == "unreadable");
  }
}

TEST_CASE("a member that cannot read gets the message and the key, alone") {
  GroupRig rig;
  const Node message = rig.first("hello");
  rig.ack(message);
  (void)rig.open_at(rig.other, message, rig.other.lid);  // the session, but not the key
  rig.server.received.clear();
  SECTION("a member") {
    rig.ask_again(rig.other, message);
    const Node again = rig.message();
    CHECK(again.jid_attr("to") == kGroup);
    CHECK(again.jid_attr("participant") == rig.other.lid);
    CHECK(again.text_attr("device_fanout").empty());
    const auto content = rig.open_at(rig.other, *again.child_named("enc"));
    REQUIRE(content);
    CHECK(content->text == "hello");
    rig.take_key(rig.other, *content);
    REQUIRE(rig.send("next"));
    CHECK(rig.keys_in(rig.message()) == 1);  // once more, to be sure
    CHECK(rig.read(rig.other, rig.message()) == "next");
  }
  SECTION("the own phone, unwrapped") {
    rig.read(rig.own_phone, message);
    rig.ask_again(rig.own_phone, message);
    const auto content = rig.open_at(rig.own_phone, *rig.message().child_named("enc"));
    REQUIRE(content);
    CHECK(content->text == "hello");
    CHECK_FALSE(content->sent_to);
  }
  SECTION("a stranger gets nothing") {
    Device stranger{"70000000000042@lid", "5511333333333@s.whatsapp.net", 42};
    rig.ask_again(stranger, message);
    CHECK(rig.sent("message").empty());
    CHECK(rig.queries("encrypt") == 0);
  }
}

TEST_CASE("groups that take no message") {
  GroupRig rig;
  REQUIRE(rig.send("x", 5));
  SECTION("unknown") {
    rig.refuse_group(404);
    REQUIRE(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::unknown_recipient);
    CHECK(rig.event<MessageFailed>()->upstream_code == 404);
  }
  SECTION("not ours") {
    rig.refuse_group(403);
    REQUIRE(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::refused);
    CHECK(rig.event<MessageFailed>()->upstream_code == 403);
    CHECK(rig.event<MessageFailed>()->chat == kGroup);
  }
  SECTION("for the moment") {
    rig.refuse_group(503);
    CHECK(rig.count<MessageFailed>() == 0);
    rig.server.received.clear();
    rig.advance(15'000);
    CHECK(rig.queries("w:g2") == 1);
    return;
  }
  SECTION("too many members") {
    std::vector<wire::Jid> members;
    for (std::size_t i = 0; i <= limits::kGroupMembersMax; ++i) members.push_back(jid(std::to_string(71'000'000'000'000 + i) + "@lid"));
    rig.answer_group(members);
    REQUIRE(rig.count<MessageFailed>() == 1);
  }
  CHECK(rig.rows(Table::outbox) == 0);
}

TEST_CASE("a device without a bundle does not hold up the others") {
  GroupRig rig;
  REQUIRE(rig.send("x"));
  rig.answer_group({kOwnLid, kFriendLid, kOtherLid});
  rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0}, {}}, {kOtherLid, {0}, {}}});
  rig.answer_bundles({MessageRig::bundle_node(rig.own_phone), MessageRig::bundle_node(rig.friend_phone)});
  CHECK(rig.keys_in(rig.message()) == 2);
  rig.ack(rig.message());
  REQUIRE(rig.count<MessageSent>() == 1);
  CHECK(rig.event<MessageSent>()->failed_devices == 1);
}

TEST_CASE("mentions travel beside the text; everybody is who is in the group when it leaves") {
  GroupRig rig;
  rig.ack(rig.first("hello"));
  for (Device* at : {&rig.friend_phone, &rig.other}) (void)rig.read(*at, rig.message());
  rig.events.clear();
  SendText text;
  text.command = 3;
  text.to = kGroup;
  text.text = "@5511777777777 look";
  SECTION("some") {
    text.mentioned = {kOther};
    REQUIRE(rig.execute(text).ok());
    CHECK(rig.read(rig.other, rig.message()) == text.text);
    rig.ack(rig.message());
    REQUIRE(rig.count<MessageSent>() == 1);
    CHECK(rig.event<MessageSent>()->mentioned == std::vector<wire::Jid>{kOther});
    CHECK_FALSE(rig.event<MessageSent>()->mention_all);
  }
  SECTION("everybody, over a restart") {
    text.mention_all = true;
    rig.closed();
    REQUIRE(rig.execute(text).ok());
    rig.reopen();
    rig.go_online();
    CHECK(rig.read(rig.other, rig.message()) == text.text);
    rig.ack(rig.message());
    REQUIRE(rig.count<MessageSent>() == 1);
    CHECK(rig.event<MessageSent>()->mentioned == std::vector<wire::Jid>{kFriendLid, kOtherLid});
    CHECK(rig.event<MessageSent>()->mention_all);
  }
  SECTION("nobody outside of groups") {
    text.to = kOther;
    text.mention_all = true;
    CHECK_FALSE(rig.execute(text).ok());
  }
}

std::string without_secret(const Bytes& content) {
  const std::string all = hex(content);
  const std::size_t at = all.find("9a02221a20");
  REQUIRE(at + 74 == all.size());
  return all.substr(0, at);
}

TEST_CASE("a group is told by the names it uses, and with its timer") {
  GroupRig rig;
  REQUIRE(rig.send("hello"));
  const std::string members = "<participant jid='90000000000001@lid'/><participant jid='70000000000002@lid'/>"
                              "<participant jid='70000000000003@lid' phone_number='5511777777777@s.whatsapp.net'/>";
  rig.answer("w:g2", {test::from_xml("<group id='120363000000000001' addressing_mode='lid'><ephemeral expiration='604800'/>" +
                                     members + "</group>")});
  rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0, 3}, {}}, {kOtherLid, {0}, {}}});
  rig.answer_bundles({MessageRig::bundle_node(rig.own_phone), MessageRig::bundle_node(rig.friend_phone),
                      MessageRig::bundle_node(rig.friend_web), MessageRig::bundle_node(rig.other)});
  const auto content = [&] {
    (void)rig.read(rig.other, rig.message());
    store::Txn txn(rig.disk);
    const auto sent = find_sent(txn, rig.message().text_attr("id"));
    REQUIRE(sent);
    return sent->content;
  };
  // extendedTextMessage 6 {text 1, contextInfo 17 {expiration 25, disappearingMode 32}}, and the secret 35 {3}.
  CHECK(without_secret(content()) == "3216" "0a0568656c6c6f" "8a010c" "c80180f524" "820204" "08001001");
  rig.ack(rig.message());
  SendText text;
  text.command = 3;
  text.to = kGroup;
  text.text = "@5511777777777 and @5511888888888";
  text.mentioned = {kOther, jid("5511888888888@s.whatsapp.net")};  // the LID of the second is not known
  REQUIRE(rig.execute(text).ok());
  const Bytes named = content();
  CHECK(parse_content(named)->text == "@70000000000003 and @5511888888888");
  CHECK(mentions_of(named) == std::vector<wire::Jid>{kOtherLid, jid("5511888888888@s.whatsapp.net")});
  rig.ack(rig.message());
  CHECK(rig.event<MessageSent>()->mentioned == text.mentioned);  // as it was asked for
  // The timer is off: the group says so when it is asked again.
  rig.changed();
  REQUIRE(rig.send("stay"));
  rig.answer("w:g2", {test::from_xml("<group id='120363000000000001' addressing_mode='lid'>" + members + "</group>")});
  CHECK(without_secret(content()) == "0a0473746179");
}

TEST_CASE("a large group: questions in parts, an unanswered part is asked again") {
  GroupRig rig;
  constexpr std::size_t kPeople = limits::kUsersPerQueryMax + 40;
  std::vector<wire::Jid> members{kOwnLid};
  for (std::size_t i = 1; i < kPeople; ++i) members.push_back(jid(std::to_string(71'000'000'000'000 + i) + "@lid"));
  REQUIRE(rig.send("to many"));
  rig.answer_group(members);
  const auto open = [&](std::string_view xmlns) {
    std::vector<Node> out;
    for (const Node& node : rig.server.received) {
      if (node.tag == "iq" && node.text_attr("xmlns") == xmlns) out.push_back(node);
    }
    rig.server.received.clear();
    return out;
  };
  const auto answer_lists = [&](const Node& query) {
    Node list("list"), usync("usync"), result("iq");
    for (const Node& asked : query.child_named("usync")->child_named("list")->children()) {
      Node user("user"), devices("devices"), ids("device-list"), device("device");
      devices.child(std::move(ids.child(std::move(device.attr("id", std::uint64_t{0})))));
      list.child(std::move(user.attr("jid", *asked.jid_attr("jid")).child(std::move(devices))));
    }
    result.attr("type", "result").attr("id", query.text_attr("id")).attr("from", wire::server_jid());
    rig.say(result.child(std::move(usync.child(std::move(list)))));
  };
  const auto parts = open("usync");
  REQUIRE(parts.size() == 2);
  answer_lists(parts[0]);
  CHECK(rig.sent("message").empty());
  SECTION("both come") { answer_lists(parts[1]); }
  SECTION("one does not") {
    rig.advance(61'000);  // the answer is late
    rig.advance(20'000);
    const auto again = open("usync");
    REQUIRE(again.size() == 1);
    answer_lists(again[0]);
  }
  const auto bundles = open("encrypt");
  REQUIRE(bundles.size() == 2);
  for (const Node& query : bundles) {
    Node result("iq");
    result.attr("type", "result").attr("id", query.text_attr("id")).attr("from", wire::server_jid());
    rig.say(result.child(Node("list")));
  }
  REQUIRE(rig.sent("message").size() == 1);  // nobody has a bundle: they ask for the key when they cannot read
  rig.ack(rig.message());
  REQUIRE(rig.count<MessageSent>() == 1);
  CHECK(rig.event<MessageSent>()->failed_devices == static_cast<int>(kPeople));
}

TEST_CASE("every kind of message to a group: the stanza, and the one for a member that asks again") {
  for (const auto& kind : test::kinds_of_messages(kOtherLid)) {
    INFO(kind.name);
    GroupRig rig;
    rig.ack(rig.first("hello"));
    REQUIRE(rig.execute(SendMessage{1, kGroup, kind.body}).ok());
    const std::string attrs = kind.attrs, enc = kind.enc, meta = kind.meta, reporting = test::reporting_of(kind);
    const Node first = rig.message();
    CHECK(test::shape(first) == "<message id='ID' to='120363000000000001@g.us' " + attrs +
                                    " addressing_mode='lid' phash='PHASH'><enc v='2' type='skmsg'" + enc +
                                    ">{}</enc>" + meta + reporting + "</message>");
    rig.ack(first);
    rig.ask_again(rig.other, first);
    const Node again = rig.message();
    CHECK(again.text_attr("id") == first.text_attr("id"));
    CHECK(test::shape(again) == "<message id='ID' to='120363000000000001@g.us' " + attrs +
                                    " t='1750000000' participant='70000000000003@lid'><enc v='2' type='pkmsg'" + enc +
                                    " count='1'>{}</enc><device-identity>{}</device-identity>" + meta + "</message>");
    // The key goes to a newcomer under the same reservation, but says nothing of media.
    rig.changed();
    REQUIRE(rig.execute(SendMessage{2, kGroup, kind.body}).ok());
    rig.answer_group({kOwnLid, kFriendLid});
    const bool hidden = enc.find("decrypt-fail") != std::string::npos;
    const Node renewed = rig.message();
    const Node* part = renewed.child_named("participants");
    REQUIRE(part);
    for (const Node& to : part->children()) {
      CHECK(test::shape(*to.child_named("enc")) ==
            std::string("<enc v='2' type='pkmsg'") + (hidden ? " decrypt-fail='hide'" : "") + ">{}</enc>");
    }
  }
}

}  // namespace groups_test
