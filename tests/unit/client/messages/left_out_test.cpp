// Devices that a message did not reach, and what the service says of them: members without devices, lists without the
// phone, acks that name other devices or another LID, retry receipts for what is no longer stored.
#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "unit/client/message_rig.h"

namespace left_out_test {

using namespace wa;
using namespace wa::client;
using store::Table;
using test::Device;
using test::jid;
using test::MessageRig;
using wire::Node;

namespace {

const wire::Jid kGroup = jid("120363000000000001@g.us");
const wire::Jid kOwn = jid("5511999999999@s.whatsapp.net"), kOwnLid = jid("90000000000001@lid");
const wire::Jid kFriend = jid("5511888888888@s.whatsapp.net"), kFriendLid = jid("70000000000002@lid");
const wire::Jid kOther = jid("5511777777777@s.whatsapp.net"), kOtherLid = jid("70000000000003@lid");

struct Rig : MessageRig {
  Device other{"70000000000003@lid", "5511777777777@s.whatsapp.net", 14};
  Device friend_new{"70000000000002:5@lid", "5511888888888:5@s.whatsapp.net", 15};
  Device own_web{"90000000000001:9@lid", "5511999999999:9@s.whatsapp.net", 16};

  void send(const wire::Jid& to, std::string id = {}, const std::string& text = "hello") {
    SendText out;
    out.command = 1;
    out.id = std::move(id);
    out.to = to;
    out.text = text;
    REQUIRE(execute(out).ok());
  }
  // Everybody has a session with us, so that nobody is asked for bundles.
  void meet_all() {
    for (Device* device : {&friend_phone, &friend_web, &own_phone, &other}) {
      say(text_from(*device, "M" + device->lid.text(), "hi"));
    }
    server.received.clear();
    events.clear();
  }
  void answer_group(const std::vector<wire::Jid>& members) {
    Node group("group");
    group.attr("id", kGroup.user).attr("addressing_mode", "lid");
    for (const wire::Jid& member : members) group.child(std::move(Node("participant").attr("jid", member)));
    answer("w:g2", {std::move(group)});
  }
  void start_group(const std::vector<wire::Jid>& members) {
    send(kGroup);
    answer_group(members);
  }
  std::vector<wire::Jid> asked() const {
    std::vector<wire::Jid> out;
    const Node* query = last_query("usync");
    REQUIRE(query);
    const Node& list = *query->child_named("usync")->child_named("list");
    for (const Node& user : list.children()) out.push_back(*user.jid_attr("jid"));
    return out;
  }
  Node message() const {
    const auto all = sent("message");
    REQUIRE_FALSE(all.empty());
    return all.back();
  }
  static std::vector<wire::Jid> devices_in(const Node& message) {
    std::vector<wire::Jid> out;
    const Node* participants = message.child_named("participants");
    if (!participants) return out;
    for (const Node& to : participants->children()) out.push_back(*to.jid_attr("jid"));
    return out;
  }
  // A text to the friend that reached the devices known so far.
  Node text_to_friend(const std::string& id) {
    send(kFriend, id);
    answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    return message();
  }
};

using Jids = std::vector<wire::Jid>;

}  // namespace

// --- groups and lists

TEST_CASE("members without devices are not reached, and counted") {
  Rig rig;
  rig.meet_all();
  SECTION("one is never named") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0, 3}, {}}});
    CHECK(rig.asked() == Jids{kOther});                      // the other id, before giving up
    rig.answer_devices({});
    CHECK(rig.devices_in(rig.message()).size() == 3);
    rig.ack(rig.message());
    REQUIRE(rig.count<MessageSent>() == 1);
    CHECK(rig.event<MessageSent>()->failed_devices == 1);
    rig.server.received.clear();
    rig.send(kGroup);                                        // not asked for with every message
    CHECK(rig.queries("usync") == 0);
    rig.ack(rig.message());
    CHECK(rig.event<MessageSent>()->failed_devices == 1);
    rig.server.received.clear();
    rig.now.wall = rig.now.wall + limits::kNoDevicesTtlMs + 1;
    rig.send(kGroup);
    CHECK(rig.asked() == Jids{kOtherLid});
    rig.answer_devices({{kOtherLid, {0}, {}}});
    CHECK(rig.devices_in(rig.message()) == Jids{kOtherLid});
    rig.ack(rig.message());
    CHECK(rig.event<MessageSent>()->failed_devices == 0);
  }
  SECTION("lists are empty, by the other id they are not") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0}, {}}, {kOtherLid, {}, {}}});
    CHECK(rig.asked() == Jids{kOther});
    rig.answer_devices({{kOther, {0}, {}}});
    CHECK(rig.devices_in(rig.message()).size() == 3);
    rig.ack(rig.message());
    CHECK(rig.event<MessageSent>()->failed_devices == 0);
  }
}

TEST_CASE("nobody who has a device") {
  Rig rig;
  rig.meet_all();
  SECTION("nobody is named") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({});
    rig.answer_devices({});
    CHECK(rig.sent("message").empty());
    REQUIRE(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::no_devices);
  }
  SECTION("all lists are empty") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {}, {}}, {kOtherLid, {}, {}}});
    if (rig.count<MessageFailed>() == 0) rig.answer_devices({{kFriend, {}, {}}, {kOther, {}, {}}});
    CHECK(rig.sent("message").empty());
    REQUIRE(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::no_devices);
  }
  SECTION("nobody else is in the group") {
    rig.start_group({kOwnLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}});
    rig.ack(rig.message());
    CHECK(rig.event<MessageSent>()->failed_devices == 0);
  }
}

TEST_CASE("whoever has devices has the phone") {
  Rig rig;
  rig.meet_all();
  SECTION("of a recipient") {
    rig.send(kFriend);
    rig.answer_devices({{kFriendLid, {3}, {}}, {kOwnLid, {7}, {}}});
    CHECK(rig.devices_in(rig.message()) == Jids{kFriendLid, jid("70000000000002:3@lid"), kOwnLid});
  }
  SECTION("of a member") {
    rig.start_group({kOwnLid, kFriendLid});
    rig.answer_devices({{kOwnLid, {7}, {}}, {kFriendLid, {3}, {}}});
    CHECK(rig.devices_in(rig.message()) == Jids{kOwnLid, kFriendLid, jid("70000000000002:3@lid")});
  }
  SECTION("our own, though nothing is told of us") {
    rig.send(kFriend);
    rig.answer_devices({{kFriendLid, {0}, {}}});
    rig.answer_devices({{kFriendLid, {0}, {}}});
    CHECK(rig.devices_in(rig.message()) == Jids{kFriendLid, kOwnLid});
  }
}

TEST_CASE("a person without devices by one id is asked for by the other") {
  Rig rig;
  rig.meet_all();
  rig.send(kFriend);
  CHECK(rig.asked().front() == kFriendLid);
  const bool named = GENERATE(false, true);
  if (named) rig.answer_devices({{kFriendLid, {}, {}}, {kOwnLid, {0, 7}, {}}});
  else rig.answer_devices({{kOwnLid, {0, 7}, {}}});
  CHECK(rig.asked() == Jids{kFriend});
  SECTION("known there") {
    rig.answer_devices({{kFriend, {0, 3}, {}}});
    CHECK(rig.message().jid_attr("to") == kFriendLid);
    CHECK(rig.devices_in(rig.message()).size() == 3);
  }
  SECTION("nor there") {
    rig.answer_devices({});
    REQUIRE(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::unknown_recipient);
  }
}

// --- what an ack says

TEST_CASE("an ack that names other devices: those left out get the same message, once") {
  Rig rig;
  rig.meet_all();
  const Node first = rig.text_to_friend("3EB0LEFT");
  REQUIRE(rig.devices_in(first).size() == 3);
  rig.server.received.clear();
  rig.ack(first, 0, "2:AAAAAAAA");
  REQUIRE(rig.count<MessageSent>() == 1);
  CHECK(rig.rows(Table::outbox) == 0);
  REQUIRE(rig.queries("usync") == 1);
  const auto bundles = [&](Device& of) { rig.answer_bundles({MessageRig::bundle_node(of)}); };
  SECTION("a device of the recipient") {
    rig.answer_devices({{kFriendLid, {0, 3, 5}, {}}, {kOwnLid, {0, 7}, {}}});
    bundles(rig.friend_new);
    const Node more = rig.message();
    CHECK(more.text_attr("id") == "3EB0LEFT");
    CHECK(more.jid_attr("to") == kFriendLid);
    CHECK(rig.devices_in(more) == Jids{rig.friend_new.lid});
    CHECK(rig.open_at(rig.friend_new, more, rig.friend_new.lid)->text == "hello");
    rig.server.received.clear();
    rig.ack(more, 0, "2:BBBBBBBB");   // no more than once
    CHECK(rig.queries("usync") == 0);
  }
  SECTION("one of our own") {
    rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7, 9}, {}}});
    Node user = MessageRig::bundle_node(rig.own_web);
    Node identity("device-identity");
    identity.bytes(test::signed_by(rig.phone_key, rig.own_web.party.own.identity, rig.random_));
    rig.answer_bundles({std::move(user.child(std::move(identity)))});
    CHECK(rig.devices_in(rig.message()) == Jids{rig.own_web.lid});
    CHECK(rig.open_at(rig.own_web, rig.message(), rig.own_web.lid)->sent_to == kFriendLid);
    rig.ack(rig.message());
  }
  SECTION("without a bundle it stays out") {
    rig.answer_devices({{kFriendLid, {0, 3, 5}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.answer_bundles({});
    CHECK(rig.sent("message").empty());
  }
  SECTION("nobody was left out") {
    rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    CHECK(rig.sent("message").empty());
  }
  SECTION("a receipt in between does not") {
    Node receipt("receipt");
    receipt.attr("from", kFriendLid).attr("id", "3EB0LEFT").attr("t", rig.service_s());
    rig.say(receipt);
    rig.answer_devices({{kFriendLid, {0, 3, 5}, {}}, {kOwnLid, {0, 7}, {}}});
    bundles(rig.friend_new);
    CHECK(rig.devices_in(rig.message()) == Jids{rig.friend_new.lid});
    rig.ack(rig.message());
  }
  CHECK(rig.count<MessageSent>() == 1);
  CHECK(rig.count<MessageFailed>() == 0);
  rig.server.received.clear();
  rig.send(kFriend, "3EB0NEXT");   // nothing holds up the next one
  if (rig.last_query("encrypt")) rig.answer_bundles({});
  if (rig.last_query("usync")) rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
  CHECK(rig.message().text_attr("id") == "3EB0NEXT");
}

TEST_CASE("an ack that names other devices, and then no answer") {
  Rig rig;
  rig.meet_all();
  const Node first = rig.text_to_friend("3EB0LEFT");
  rig.server.received.clear();
  rig.ack(first, 0, "2:AAAAAAAA");
  SECTION("no answer ends it") {
    rig.advance(600'000);
    CHECK(rig.sent("message").empty());
  }
  SECTION("a lost link ends it") {
    rig.closed();
    rig.go_online();
    CHECK(rig.sent("message").empty());
  }
  CHECK(rig.count<MessageSent>() == 1);
  CHECK(rig.count<MessageFailed>() == 0);
  rig.server.received.clear();
  rig.send(kFriend, "3EB0NEXT");
  rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
  CHECK(rig.message().text_attr("id") == "3EB0NEXT");
}

TEST_CASE("an ack after the first receipt is still read") {
  Rig rig;
  rig.meet_all();
  const Node first = rig.text_to_friend("3EB0LATE");
  Node receipt("receipt");
  receipt.attr("from", kFriendLid).attr("id", "3EB0LATE").attr("t", rig.service_s());
  rig.say(receipt);
  CHECK(rig.count<MessageSent>() == 1);
  CHECK(rig.rows(Table::outbox) == 0);
  rig.server.received.clear();
  SECTION("other devices") {
    rig.ack(first, 0, "2:AAAAAAAA");
    rig.answer_devices({{kFriendLid, {0, 3, 5}, {}}, {kOwnLid, {0, 7}, {}}});
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_new)});
    CHECK(rig.devices_in(rig.message()) == Jids{rig.friend_new.lid});
  }
  SECTION("another LID") {
    rig.ack(first, 0, {}, true);
    CHECK(rig.asked() == Jids{kFriend});
  }
  SECTION("none that comes: it is not sent again") {
    rig.advance(300'000);
    CHECK(rig.sent("message").empty());
  }
  CHECK(rig.count<MessageSent>() == 1);
}

TEST_CASE("a phash over the same devices is no other, with this one or without") {
  Rig rig;
  rig.meet_all();
  const Node first = rig.text_to_friend("3EB0SAME");
  Jids devices = rig.devices_in(first);
  const bool with_us = GENERATE(false, true);
  if (with_us) devices.push_back(jid("90000000000001:7@lid"));
  rig.server.received.clear();
  rig.ack(first, 0, build_phash(devices));
  CHECK(rig.queries("usync") == 0);
  CHECK(rig.count<MessageSent>() == 1);
}

TEST_CASE("an ack that says the LID is another one: the number is looked up before the next text") {
  Rig rig;
  rig.meet_all();
  const wire::Jid fresh = jid("70000000000077@lid");
  Device phone{"70000000000077@lid", "5511888888888@s.whatsapp.net", 77};
  const Node first = rig.text_to_friend("3EB0A");
  rig.server.received.clear();
  const bool refused = GENERATE(false, true);
  rig.ack(first, refused ? 463 : 0, {}, true);
  CHECK(rig.count<MessageSent>() == (refused ? 0 : 1));
  if (!refused) CHECK(rig.asked() == Jids{kFriend});
  SECTION("it waits for the answer") { rig.send(kFriend, "3EB0B"); }
  SECTION("over a restart, too") {
    rig.closed();
    rig.reopen();
    rig.go_online();
    rig.server.received.clear();
    rig.send(kFriend, "3EB0B");
  }
  CHECK(rig.sent("message").empty());
  CHECK(rig.asked().front() == kFriend);
  rig.answer_devices({{kFriend, {0}, fresh}, {kOwnLid, {0, 7}, {}}});
  rig.answer_bundles({MessageRig::bundle_node(phone)});
  const Node next = rig.message();
  CHECK(next.text_attr("id") == "3EB0B");
  CHECK(next.jid_attr("to") == fresh);
  CHECK(next.jid_attr("peer_recipient_pn") == kFriend);
  CHECK(rig.open_at(phone, next, fresh)->text == "hello");
  store::Txn txn(rig.disk);
  CHECK(lid_of(txn, kFriend) == fresh);
  CHECK(pn_of(txn, fresh) == kFriend);
  CHECK_FALSE(pn_of(txn, kFriendLid));
  CHECK_FALSE(lid_is_outdated(txn, kFriend));
}

TEST_CASE("a LID that the service cannot tell anew stays") {
  Rig rig;
  rig.meet_all();
  rig.ack(rig.text_to_friend("3EB0A"), 0, {}, true);
  rig.answer_devices({});
  rig.server.received.clear();
  rig.send(kFriend, "3EB0B");
  rig.answer_devices({});
  rig.answer_devices({});
  CHECK(rig.message().jid_attr("to") == kFriendLid);
}

// --- retry receipts for what is no longer stored

TEST_CASE("a device that cannot read what is long forgotten is mended all the same") {
  Rig rig;
  rig.meet_all();
  SECTION("a person, with keys") {
    rig.ack(rig.text_to_friend("3EB0A"));
    rig.forget_us(rig.friend_phone);
    rig.server.received.clear();
    rig.ask_again(rig.friend_phone, "3EB0OLD", {}, true);
    CHECK(rig.sent("message").empty());
    CHECK(rig.sent("ack").size() == 1);
    rig.send(kFriend, "3EB0B");
    CHECK(rig.open_at(rig.friend_phone, rig.message(), kFriendLid)->text == "hello");
  }
  SECTION("a person, without keys, again: its bundle") {
    rig.ack(rig.text_to_friend("3EB0A"));
    rig.forget_us(rig.friend_phone);
    rig.server.received.clear();
    rig.ask_again(rig.friend_phone, "3EB0OLD", {}, false, 2);
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone)});
    CHECK(rig.sent("message").empty());
    rig.send(kFriend, "3EB0B");
    CHECK(rig.open_at(rig.friend_phone, rig.message(), kFriendLid)->text == "hello");
  }
  SECTION("a person who was written to, without a session any more") {
    rig.ack(rig.text_to_friend("3EB0A"));
    {
      store::Txn txn(rig.disk);
      signal::erase_session(txn, signal::address_of(kFriendLid));
      rig.disk.apply(txn.take());
    }
    rig.forget_us(rig.friend_phone);
    rig.ask_again(rig.friend_phone, "3EB0OLD", {}, true);
    rig.server.received.clear();
    rig.send(kFriend, "3EB0B");
    CHECK(rig.queries("encrypt") == 0);
    CHECK(rig.open_at(rig.friend_phone, rig.message(), kFriendLid)->text == "hello");
  }
  SECTION("what is too old to be sent again") {
    rig.ack(rig.text_to_friend("3EB0A"));
    rig.forget_us(rig.friend_phone);
    rig.now.wall = rig.now.wall + limits::kRetryAnswerAgeMs + 1000;
    rig.server.received.clear();
    rig.ask_again(rig.friend_phone, "3EB0A", {}, true);
    CHECK(rig.sent("message").empty());
    rig.send(kFriend, "3EB0B");
    if (rig.sent("message").empty()) rig.answer_devices({{kFriendLid, {0, 3}, {}}, {kOwnLid, {0, 7}, {}}});
    CHECK(rig.open_at(rig.friend_phone, rig.message(), kFriendLid)->text == "hello");
  }
}

TEST_CASE("a member that cannot read what is long forgotten gets the key anew") {
  Rig rig;
  rig.meet_all();
  SECTION("a member: session and key") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0}, {}}, {kOtherLid, {0}, {}}});
    rig.ack(rig.message());
    rig.forget_us(rig.other);
    rig.server.received.clear();
    rig.ask_again(rig.other, "3EB0OLD", kGroup, true);
    CHECK(rig.sent("message").empty());
    rig.send(kGroup);
    CHECK(rig.devices_in(rig.message()) == Jids{kOtherLid});
    CHECK(rig.open_at(rig.other, rig.message(), kOtherLid)->distribution);
  }
  SECTION("a member without keys still gets ours again") {
    rig.start_group({kOwnLid, kFriendLid, kOtherLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0}, {}}, {kOtherLid, {0}, {}}});
    rig.ack(rig.message());
    rig.ask_again(rig.other, "3EB0OLD", kGroup, false);
    rig.server.received.clear();
    rig.send(kGroup);
    CHECK(rig.devices_in(rig.message()) == Jids{kOtherLid});
  }
  SECTION("whoever is no member, or a stranger, changes nothing") {
    rig.start_group({kOwnLid, kFriendLid});
    rig.answer_devices({{kOwnLid, {0, 7}, {}}, {kFriendLid, {0}, {}}});
    rig.ack(rig.message());
    rig.server.received.clear();
    Device stranger{"70000000000042@lid", "5511333333333@s.whatsapp.net", 42};
    const std::size_t before = rig.rows(Table::sessions);
    rig.ask_again(stranger, "3EB0OLD", {}, true);
    rig.ask_again(stranger, "3EB0OLD", kGroup, true);
    rig.ask_again(rig.other, "3EB0OLD", kGroup, true);
    CHECK(rig.rows(Table::sessions) == before);
    CHECK(rig.queries("encrypt") == 0);
    CHECK(rig.sent("ack").size() == 3);
    rig.send(kGroup);
    CHECK(rig.devices_in(rig.message()).empty());
  }
}

}  // namespace left_out_test
