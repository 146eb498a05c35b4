#include "base/limits.h"
#include "client/messages/fanout.h"
#include "client/messages/kinds/kind_table.h"
#include "client/rows/chat_rows.h"
#include "store/ring.h"
#include "unit/client/messages/outbox_friends.h"

namespace outbox_test {

using namespace wa;
using namespace wa::client;
using namespace wa::test::outbox;
using test::jid;
using test::MessageRig;
using store::Table;
using wire::Node;


TEST_CASE("first contact: devices, bundles, one message for everybody, the ack") {
  MessageRig rig;
  REQUIRE(rig.execute(text("hello", 5)).ok());
  CHECK(rig.queries("usync") == 1);
  CHECK(rig.sent("message").empty());
  CHECK(rig.rows(Table::outbox) == 1);
  answer_first_contact(rig);
  const Node message = last_message(rig);
  CHECK(message.jid_attr("to") == kFriendLid);
  CHECK(message.jid_attr("peer_recipient_pn") == kFriend);
  CHECK(message.text_attr("id").substr(0, 4) == "3EB0");
  REQUIRE(message.child_named("participants")->children().size() == 3);
  for (test::Device* device : {&rig.friend_phone, &rig.friend_web}) {
    const auto content = rig.open_at(*device, message, device->lid);
    REQUIRE(content);
    CHECK(content->text == "hello");
    CHECK_FALSE(content->sent_to);
  }
  const auto copy = rig.open_at(rig.own_phone, message, rig.own_phone.lid);
  REQUIRE(copy);
  CHECK(copy->text == "hello");
  CHECK(copy->sent_to == kFriendLid);
  CHECK(rig.rows(Table::sent) > 0);
  CHECK(rig.count<MessageSent>() == 0);

  rig.ack(message);
  REQUIRE(rig.count<MessageSent>() == 1);
  CHECK(rig.event<MessageSent>()->command == 5);
  CHECK(rig.event<MessageSent>()->chat == kFriend);
  CHECK(rig.event<MessageSent>()->failed_devices == 0);
  CHECK(rig.rows(Table::outbox) == 0);
  CHECK(rig.queries("privacy") == 1);  // our token for them, once per bucket
  rig.answer("privacy");
  rig.server.received.clear();
  REQUIRE(rig.execute(text("again")).ok());
  CHECK(rig.queries("usync") == 0);
  rig.ack(last_message(rig));
  CHECK(rig.queries("privacy") == 0);
}

TEST_CASE("a message waits for the link, survives a restart, and keeps its id") {
  MessageRig rig;
  make_friends(rig);
  rig.closed();
  REQUIRE(rig.execute(text("while away", 1, "3EB0AWAY")).ok());
  rig.reopen();
  rig.go_online();
  REQUIRE(rig.sent("message").size() == 1);
  CHECK(last_message(rig).text_attr("id") == "3EB0AWAY");
  SECTION("and is sent again when the ack did not come") {
    const auto first = rig.open_at(rig.friend_phone, last_message(rig), rig.friend_phone.lid);
    rig.server.received.clear();
    rig.advance(69'000);
    CHECK(rig.sent("message").empty());
    rig.advance(2'000);
    REQUIRE(rig.sent("message").size() == 1);
    CHECK(last_message(rig).text_attr("id") == "3EB0AWAY");
    const auto second = rig.open_at(rig.friend_phone, last_message(rig), rig.friend_phone.lid);
    REQUIRE((first && second));
    CHECK(first->text == second->text);  // with another message key, or it would not have been read
    rig.ack(last_message(rig));
    CHECK(rig.rows(Table::outbox) == 0);
  }
  SECTION("and gives up after three times without an answer") {
    rig.advance(300'000);
    CHECK(rig.count<MessageFailed>() == 1);
    CHECK(rig.event<MessageFailed>()->why == SendFailure::timeout);
    CHECK(rig.rows(Table::outbox) == 0);
  }
}

TEST_CASE("what the service refuses") {
  const struct { int code; bool again; SendFailure why; } kRows[] = {
      {463, false, SendFailure::refused}, {479, false, SendFailure::refused}, {404, false, SendFailure::unknown_recipient},
      {503, true, SendFailure::refused},  {429, true, SendFailure::refused}};
  for (const auto& row : kRows) {
    INFO(row.code);
    MessageRig rig;
    make_friends(rig);
    REQUIRE(rig.execute(text("x", 9, "3EB0X")).ok());
    rig.ack(last_message(rig), row.code);
    rig.server.received.clear();
    rig.advance(20'000);
    CHECK(rig.sent("message").size() == (row.again ? 1 : 0));
    CHECK(rig.count<MessageFailed>() == (row.again ? 0 : 1));
    CHECK(rig.rows(Table::outbox) == (row.again ? 1 : 0));
    if (row.again) continue;
    CHECK(rig.event<MessageFailed>()->upstream_code == row.code);
    CHECK(rig.event<MessageFailed>()->why == row.why);
    CHECK(rig.event<MessageFailed>()->command == 9);
  }
}

TEST_CASE("another phash means other devices: the next message asks") {
  MessageRig rig;
  make_friends(rig);
  REQUIRE(rig.execute(text("one")).ok());
  SECTION("the same") {
    std::vector<wire::Jid> devices;
    const Node message = last_message(rig);
    for (const Node& to : message.child_named("participants")->children()) devices.push_back(*to.jid_attr("jid"));
    rig.ack(last_message(rig), 0, build_phash(devices));
    REQUIRE(rig.execute(text("two")).ok());
    CHECK(rig.queries("usync") == 0);
  }
  SECTION("another") {
    rig.ack(last_message(rig), 0, "2:AAAAAAAA");
    CHECK(rig.count<MessageSent>() == 1);
    REQUIRE(rig.execute(text("two")).ok());
    CHECK(rig.queries("usync") == 1);
  }
}

TEST_CASE("recipients the service does not know") {
  MessageRig rig;
  REQUIRE(rig.execute(text("x")).ok());
  SECTION("not in the answer") {
    rig.answer_devices({});
    rig.answer_devices({});
  }
  SECTION("without devices") { rig.answer_devices({{kFriend, {}, {}}, {jid("5511999999999@s.whatsapp.net"), {0, 7}, {}}}); }
  REQUIRE(rig.count<MessageFailed>() == 1);
  CHECK(rig.event<MessageFailed>()->why == SendFailure::unknown_recipient);
  CHECK(rig.rows(Table::outbox) == 0);
}

TEST_CASE("devices without a bundle are left out; the phone is asked for once more") {
  MessageRig rig;
  REQUIRE(rig.execute(text("x")).ok());
  rig.answer_devices({{kFriend, {0, 3}, kFriendLid}, {jid("5511999999999@s.whatsapp.net"), {0, 7}, {}}});
  const int before = rig.queries("encrypt");
  SECTION("the companion is gone") {
    Node gone("user");
    gone.attr("jid", rig.friend_web.lid).child(std::move(Node("error").attr("code", "404")));
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone), std::move(gone), MessageRig::bundle_node(rig.own_phone)});
    rig.ack(last_message(rig));
    CHECK(rig.queries("encrypt") == before);
    CHECK(rig.event<MessageSent>()->failed_devices == 1);
  }
  SECTION("the phone comes the second time") {
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_web), MessageRig::bundle_node(rig.own_phone)});
    CHECK(rig.sent("message").empty());
    CHECK(rig.queries("encrypt") == before + 1);
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone)});
    CHECK(rig.open_at(rig.friend_phone, last_message(rig), rig.friend_phone.lid));
  }
  SECTION("a bundle with a wrong signature is none") {
    Node forged = MessageRig::bundle_node(rig.friend_phone);
    for (Node& child : std::get<Node::Children>(forged.content)) {
      if (child.tag == "identity") child.bytes(Bytes(32, 9));
    }
    rig.answer_bundles({forged});
    rig.answer_bundles({forged});
    CHECK(rig.sent("message").empty());
    CHECK(rig.event<MessageFailed>()->why == SendFailure::no_devices);
  }
}

TEST_CASE("order, delay and limits") {
  MessageRig rig;
  SECTION("one recipient, in order, though the first one must ask") {
    REQUIRE(rig.execute(text("one", 1, "A1")).ok());
    REQUIRE(rig.execute(text("two", 2, "A2")).ok());
    CHECK(rig.queries("usync") == 1);
    answer_first_contact(rig);
    const auto sent = rig.sent("message");
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].text_attr("id") == "A1");
    CHECK(sent[1].text_attr("id") == "A2");
  }
  SECTION("not before its time") {
    make_friends(rig);
    SendText later = text("later");
    later.not_before = rig.now.wall + 3'000;
    REQUIRE(rig.execute(later).ok());
    rig.advance(2'900);
    CHECK(rig.sent("message").empty());
    rig.advance(200);
    CHECK(rig.sent("message").size() == 1);
  }
  SECTION("refused at once") {
    CHECK_FALSE(rig.execute(text("")).ok());
    CHECK_FALSE(rig.execute(text(std::string(5000, 'x'))).ok());
    SendText nowhere = text("x");
    nowhere.to = jid("status@broadcast");
    CHECK_FALSE(rig.execute(nowhere).ok());
    SendMessage timer;  // a setting of the group, no message
    timer.to = jid("120363000000000000@g.us");
    timer.body = DisappearAfter{86'400};
    CHECK_FALSE(rig.execute(timer).ok());
    CHECK(rig.rows(Table::outbox) == 0);
  }
}

TEST_CASE("what waits to be sent is bounded in bytes, over a restart too") {
  MessageRig rig;
  const std::uint64_t most = GENERATE(std::uint64_t{1} << 20, std::uint64_t{limits::kOutboxBytesMax});
  make_friends(rig);
  rig.closed();
  rig.config.outbox_bytes_max = most;
  rig.reopen();
  std::string long_text;
  for (std::size_t i = 0; i < limits::kTextCharsMax; ++i) long_text += "\xF0\x9F\x98\x80";  // four bytes each
  int taken = 0;
  while (rig.count<MessageFailed>() == 0 && taken < 1000) {
    REQUIRE(rig.execute(text(long_text)).ok());
    ++taken;
  }
  CHECK(rig.event<MessageFailed>()->why == SendFailure::queue_full);
  const auto stored = [&] {
    std::size_t bytes = 0;
    for (const auto& [key, value] : rig.disk.rows()) bytes += key.table == Table::outbox ? value.size() : 0;
    return bytes;
  };
  CHECK(stored() <= most + limits::kOutboxMax * 256);
  CHECK(stored() + 2 * long_text.size() > most);
  REQUIRE(rig.execute(text("short")).ok());  // there is still room for a small one
  CHECK(rig.count<MessageFailed>() == 1);
  rig.reopen();
  REQUIRE(rig.execute(text(long_text)).ok());
  CHECK(rig.count<MessageFailed>() == 2);
}

TEST_CASE("privacy tokens travel with texts, not with peer messages") {
  MessageRig rig;
  make_friends(rig);
  Node token("notification"), tokens("tokens"), one("token");
  one.attr("type", "trusted_contact").attr("t", static_cast<std::uint64_t>(rig.now.wall.seconds())).bytes(Bytes{1, 2, 3});
  tokens.child(std::move(one));
  token.attr("from", kFriendLid).attr("id", "N1").attr("type", "privacy_token").attr("t", std::uint64_t{1'750'000'000});
  token.child(std::move(tokens));
  rig.say(token);
  REQUIRE(rig.execute(text("x")).ok());
  const Node message = last_message(rig);
  const Node* sent = message.child_named("tctoken");
  REQUIRE(sent);
  CHECK(equal(sent->content_bytes(), Bytes{1, 2, 3}));
  rig.ack(last_message(rig));
  rig.server.received.clear();
  rig.now.wall = rig.now.wall + 29LL * 86'400'000;
  REQUIRE(rig.execute(text("a month later")).ok());
  rig.answer_devices({{kFriendLid, {0, 3}, {}}, {jid("90000000000001@lid"), {0, 7}, {}}});
  CHECK_FALSE(last_message(rig).child_named("tctoken"));
}

TEST_CASE("every kind of message to a person: the stanza, and the one for a device that asks again") {
  for (const auto& kind : test::kinds_of_messages({})) {
    INFO(kind.name);
    MessageRig rig;
    make_friends(rig);
    REQUIRE(rig.execute(SendMessage{1, kFriend, kind.body}).ok());
    const std::string attrs = kind.attrs, enc = kind.enc, meta = kind.meta, reporting = test::reporting_of(kind);
    const auto to = [&](const char* device, const char* type) {
      return std::string("<to jid='") + device + "'><enc v='2' type='" + type + "'" + enc + ">{}</enc></to>";
    };
    const Node first = last_message(rig);  // the other two devices have not answered yet: they get a prekey message again
    CHECK(test::shape(first) ==
          "<message id='ID' to='70000000000002@lid' " + attrs + " peer_recipient_pn='5511888888888@s.whatsapp.net'><participants>" +
              to("70000000000002@lid", "msg") + to("70000000000002:3@lid", "pkmsg") + to("90000000000001@lid", "pkmsg") +
              "</participants><device-identity>{}</device-identity>" + meta + reporting + "</message>");
    rig.ack(first);
    Node receipt("receipt"), retry("retry");
    retry.attr("count", std::uint64_t{1}).attr("id", first.text_attr("id")).attr("t", std::uint64_t{1}).attr("v", "1");
    receipt.attr("from", rig.friend_phone.lid).attr("id", first.text_attr("id")).attr("type", "retry");
    rig.say(receipt.child(std::move(retry)));
    const Node again = last_message(rig);
    CHECK(again.text_attr("id") == first.text_attr("id"));
    CHECK(test::shape(again) == "<message id='ID' to='70000000000002@lid' " + attrs + " t='1750000000' device_fanout='false'>" +
                                    "<enc v='2' type='msg'" + enc + " count='1'>{}</enc>" + meta + "</message>");
  }
}

TEST_CASE("what is no message of the chat does not become its last one") {
  const MessageRef of_ours{"3EB0LAST", true, {}};
  const struct { const char* name; MessageBody body; bool moves; } rows[] = {
      {"poll", Poll{"Lunch?", {"a", "b"}, false}, true}, {"location", Location{-23.5, -46.6, "", "", "", ""}, true},
      {"reaction", EmojiReaction{of_ours, "x"}, false},  {"edit", Edit{of_ours, "better"}, false},
      {"revoke", Revoke{of_ours}, false},                {"timer", DisappearAfter{86'400}, false}};
  for (const bool by_receipt : {false, true}) {
    for (const auto& row : rows) {
      INFO(row.name << ' ' << by_receipt);
      MessageRig rig;
      make_friends(rig);
      REQUIRE(rig.execute(text("last", 1, "3EB0LAST")).ok());
      rig.ack(last_message(rig));
      REQUIRE(rig.execute(SendMessage{2, kFriend, row.body}).ok());
      const std::string id = last_message(rig).text_attr("id");
      if (by_receipt) {
        Node node("receipt");
        rig.say(std::move(node.attr("from", kFriendLid).attr("id", id).attr("t", std::uint64_t{1'750'000'300})));
      } else {
        rig.ack(last_message(rig));
      }
      CHECK(rig.count<MessageSent>() == 2);
      CHECK(rig.rows(Table::outbox) == 0);
      store::Txn txn(rig.disk);
      const auto chat = load_chat(txn, kFriendLid);
      REQUIRE((chat && chat->last));
      CHECK(chat->last->id == (row.moves ? id : "3EB0LAST"));
    }
  }
}

TEST_CASE("a reaction to us is told, but is not the last message of the chat") {
  MessageRig rig;
  make_friends(rig);
  Node node("message");
  node.attr("from", rig.friend_phone.lid).attr("id", "3EB0RE").attr("t", std::uint64_t{1'750'000'300}).attr("type", "reaction");
  const Bytes content = build_body_content(EmojiReaction{{"FIRST", true, {}}, "x"}, kFriendLid, {0}, rig.random_);
  rig.say(std::move(node.child(rig.enc_from(rig.friend_phone, content))));
  REQUIRE(rig.count<MessageReceived>() == 1);
  CHECK(rig.event<MessageReceived>()->type == "reaction");
  store::Txn txn(rig.disk);
  CHECK(load_chat(txn, kFriendLid)->last->id == "FIRST");
}

TEST_CASE("receipts are told and acknowledged") {
  MessageRig rig;
  const struct { const char* type; bool own; int events; ReceiptKind kind; } kRows[] = {
      {"", false, 1, ReceiptKind::delivered},  {"inactive", false, 1, ReceiptKind::delivered}, {"read", false, 1, ReceiptKind::read},
      {"played", false, 1, ReceiptKind::played}, {"sender", true, 0, ReceiptKind::delivered},  {"read-self", true, 0, ReceiptKind::read}};
  for (const auto& row : kRows) {
    INFO("type " << row.type);
    rig.events.clear();
    rig.server.received.clear();
    Node node("receipt");
    node.attr("from", row.own ? rig.own_phone.lid : rig.friend_phone.lid).attr("id", "R1").attr("t", std::uint64_t{1'750'000'000});
    if (*row.type) node.attr("type", row.type);
    rig.say(node);
    CHECK(rig.count<MessageReceipt>() == row.events);
    CHECK(rig.sent("ack").size() == 1);
    if (row.events) CHECK(rig.event<MessageReceipt>()->kind == row.kind);
  }
}

TEST_CASE("a user who installed anew is met anew") {
  MessageRig rig;
  make_friends(rig);
  Node notification("notification");
  notification.attr("from", kFriendLid).attr("id", "N2").attr("type", "encrypt").attr("t", std::uint64_t{1'750'000'000});
  notification.child(Node("identity"));
  rig.say(notification);
  CHECK(rig.count<IdentityChanged>() == 1);
  store::Txn txn(rig.disk);
  CHECK_FALSE(signal::has_session(txn, signal::address_of(rig.friend_phone.lid)));
  REQUIRE(rig.execute(text("welcome back")).ok());
  CHECK(rig.queries("usync") == 1);
}

TEST_CASE("answers of other messages' queries do not fail a message") {
  MessageRig rig;
  REQUIRE(rig.execute(text("one", 1, "A1")).ok());
  const wire::Jid other = jid("5511777777777@s.whatsapp.net");
  for (const char* id : {"B1", "B2", "B3"}) {
    SendText command = text("two", 2, id);
    command.to = other;
    command.to.user += id[1];
    REQUIRE(rig.execute(command).ok());
  }
  // Every answer names the own devices and one more recipient; that of A1 comes last.
  const auto queries = rig.sent("iq");
  for (auto query = queries.rbegin(); query != queries.rend(); ++query) {
    if (query->text_attr("xmlns") != "usync") continue;
    Node result("iq"), usync("usync");
    usync.child(Node("list"));
    result.attr("type", "result").attr("id", query->text_attr("id")).attr("from", wire::server_jid()).child(std::move(usync));
    if (query + 1 != queries.rend()) rig.say(result);
  }
  for (const auto& event : rig.events) {
    if (const auto* failed = std::get_if<MessageFailed>(&event)) CHECK(failed->id != "A1");
  }
}

TEST_CASE("a receipt before the ack: sent is told first, once, and the message is done") {
  MessageRig rig;
  make_friends(rig);
  REQUIRE(rig.execute(text("quick", 4, "3EB0QUICK")).ok());
  const Node message = last_message(rig);
  const auto receipt_from = [&](const wire::Jid& from, std::string_view type) {
    Node receipt("receipt");
    receipt.attr("id", "3EB0QUICK").attr("from", from).attr("t", std::uint64_t{1'750'000'150});
    if (!type.empty()) receipt.attr("type", type);
    rig.say(receipt);
  };
  SECTION("not of somebody else, and not a retry") {
    receipt_from(jid("70000000000009@lid"), "");
    receipt_from(kFriendLid, "retry");
    CHECK(rig.count<MessageSent>() == 0);
    CHECK(rig.rows(Table::outbox) == 1);
  }
  SECTION("of the recipient") {
    receipt_from(rig.friend_phone.lid, "read");
    REQUIRE(rig.count<MessageSent>() == 1);
    CHECK(rig.event<MessageSent>()->command == 4);
    std::vector<std::size_t> order;
    for (const Event& event : rig.events) {
      if (std::holds_alternative<MessageSent>(event) || std::holds_alternative<MessageReceipt>(event)) order.push_back(event.index());
    }
    CHECK(order == std::vector<std::size_t>{Event(MessageSent{}).index(), Event(MessageReceipt{}).index()});
    CHECK(rig.rows(Table::outbox) == 0);
    rig.ack(message);
    CHECK(rig.count<MessageSent>() == 1);
    rig.closed();
    rig.server.received.clear();
    rig.go_online();
    CHECK(rig.sent("message").empty());
  }
}

TEST_CASE("a text with an end is dropped when it could not be sent by then") {
  MessageRig rig;
  make_friends(rig);
  SendText late = text("we cannot take calls", 3, "3EB0LATE");
  late.not_before = rig.now.wall + 2'000;
  late.not_after = rig.now.wall + 180'000;
  SECTION("the link is down all the time") {
    rig.answer_connects = false;
    rig.closed();
    REQUIRE(rig.execute(late).ok());
    rig.advance(179'000);
    CHECK(rig.count<MessageFailed>() == 0);
    rig.advance(1'500);
  }
  SECTION("the process is down") {
    rig.closed();
    REQUIRE(rig.execute(late).ok());
    rig.move(200'000);
    rig.reopen();
    rig.go_online();
  }
  REQUIRE(rig.count<MessageFailed>() == 1);
  CHECK(rig.event<MessageFailed>()->why == SendFailure::expired);
  CHECK(rig.event<MessageFailed>()->command == (rig.event<MessageFailed>()->command ? 3 : 0));
  CHECK(rig.sent("message").empty());
  CHECK(rig.rows(Table::outbox) == 0);
}

TEST_CASE("a text with an end that is sent in time is an ordinary one") {
  MessageRig rig;
  make_friends(rig);
  SendText late = text("in time", 3, "3EB0TIME");
  late.not_after = rig.now.wall + 180'000;
  REQUIRE(rig.execute(late).ok());
  rig.ack(last_message(rig));
  rig.advance(200'000);
  CHECK(rig.count<MessageSent>() == 1);
  CHECK(rig.count<MessageFailed>() == 0);
}

TEST_CASE("a full outbox does not hold up what goes to the own phone") {
  MessageRig rig;
  std::string long_text;
  for (std::size_t i = 0; i < limits::kTextCharsMax; ++i) long_text += "\xF0\x9F\x98\x80";
  for (int i = 0; i < 1000 && rig.count<MessageFailed>() == 0; ++i) REQUIRE(rig.execute(text(long_text)).ok());
  while (rig.count<MessageFailed>() == 1) REQUIRE(rig.execute(text("x")).ok());  // to the last byte, or message
  const std::size_t waiting = rig.rows(Table::outbox);
  const auto lose_one = [&](const std::string& id) {
    Node stanza = rig.text_from(rig.friend_phone, id, "hello");
    std::get<Bytes>(std::get<Node::Children>(stanza.content).front().content).back() ^= 1;
    rig.say(stanza);
  };
  lose_one("LOST");
  CHECK(rig.rows(Table::outbox) == waiting + 1);  // the phone will be asked for it
  // Many of them are bounded, and beside the others.
  for (std::size_t i = 0; i <= limits::kPeerMessagesMax; ++i) {
    lose_one("LOST" + std::to_string(i));
    rig.move(1'000);
  }
  CHECK(rig.rows(Table::outbox) == waiting + limits::kPeerMessagesMax);
  rig.reopen();
  CHECK(rig.execute(text("x")).ok());
  CHECK(rig.count<MessageFailed>() == 3);
  CHECK(rig.rows(Table::outbox) == waiting + limits::kPeerMessagesMax);
}

TEST_CASE("the longest text may name a whole group") {
  MessageRig rig;
  SendText command;
  command.command = 1;
  command.to = jid("120363000000000000@g.us");
  for (std::size_t i = 0; i < limits::kTextCharsMax; ++i) command.text += "\xF0\x9F\x98\x80";
  for (std::size_t i = 0; i < limits::kGroupMembersMax; ++i)
    command.mentioned.push_back({std::to_string(551'199'999'000'000 + i), wire::Server::pn});
  REQUIRE(rig.execute(command).ok());
  CHECK(rig.rows(Table::outbox) == 1);
  for (wire::Jid& name : command.mentioned) name.user.insert(0, 30, '1');
  const auto refused = rig.execute(command);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(std::string(refused.error().detail).find("too large") != std::string::npos);
}

}  // namespace outbox_test
