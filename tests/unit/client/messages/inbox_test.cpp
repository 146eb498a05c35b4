#include <set>

#include "base/limits.h"
#include "client/rows/chat_rows.h"
#include "e2e.pb.h"
#include "unit/client/message_rig.h"

using namespace wa;
using namespace wa::client;
using test::jid;
using test::Device;
using test::MessageRig;
using store::Table;
using wire::Node;

namespace {

Bytes key_share(std::uint8_t id) {
  pb::Message message;
  message.mutable_protocol_message()->set_type(6);
  auto* key = message.mutable_protocol_message()->mutable_app_state_sync_key_share()->add_keys();
  key->mutable_key_id()->set_key_id(std::string(6, static_cast<char>(id)));
  key->mutable_key_data()->set_key_data(std::string(32, 'k'));
  key->mutable_key_data()->set_timestamp(1);
  return to_bytes(message.SerializeAsString());
}

Bytes with_distribution(Bytes base, const std::string& group, ByteView distribution) {
  pb::Message message;
  message.ParseFromArray(base.data(), static_cast<int>(base.size()));
  message.mutable_sender_key_distribution_message()->set_group_id(group);
  message.mutable_sender_key_distribution_message()->set_axolotl_sender_key_distribution_message(to_string(distribution));
  return to_bytes(message.SerializeAsString());
}

Node damaged(Node message) {
  auto& enc = std::get<Node::Children>(message.content).front();
  auto& bytes = std::get<Bytes>(enc.content);
  bytes[bytes.size() / 2 + 40] ^= 1;  // inside the inner message
  return message;
}

}  // namespace

TEST_CASE("a first text: one event, one receipt, once") {
  MessageRig rig;
  const Node stanza = rig.text_from(rig.friend_phone, "ID1", "hello");
  const std::size_t prekeys = rig.rows(Table::prekeys);
  rig.say(stanza);
  REQUIRE(rig.count<MessageReceived>() == 1);
  const auto& event = *rig.event<MessageReceived>();
  CHECK(event.text == "hello");
  CHECK(event.type == "text");
  CHECK(event.chat == jid("5511888888888@s.whatsapp.net"));
  CHECK(event.sender_lid == jid("70000000000002@lid"));
  CHECK_FALSE(event.from_me);
  CHECK(rig.rows(Table::prekeys) == prekeys - 1);
  REQUIRE(rig.sent("receipt").size() == 1);
  const Node receipt = rig.sent("receipt").front();
  CHECK(receipt.text_attr("type") == "inactive");
  CHECK(receipt.jid_attr("to") == rig.friend_phone.lid);
  CHECK(rig.sent("ack").empty());

  SECTION("again, also after a restart: answered, not read") {
    rig.say(stanza);
    rig.reopen();
    rig.go_online();
    rig.say(stanza);
    CHECK(rig.count<MessageReceived>() == 1);
    CHECK(rig.sent("receipt").size() == 1);  // of this connection
    CHECK(rig.count<MessageUndecryptable>() == 0);
  }
}

TEST_CASE("a copy from the own phone") {
  MessageRig rig;
  const Bytes text = build_text_content("I said this", {}, {});
  Node stanza = rig.message_from(rig.own_phone, "ID2");
  stanza.attr("recipient", jid("70000000000002@lid"));
  stanza.child(rig.enc_from(rig.own_phone, build_device_sent(jid("70000000000002@lid"), text)));
  rig.say(stanza);
  REQUIRE(rig.count<MessageReceived>() == 1);
  CHECK(rig.event<MessageReceived>()->from_me);
  CHECK(rig.event<MessageReceived>()->chat == jid("70000000000002@lid"));
  REQUIRE(rig.sent("receipt").size() == 1);
  CHECK(rig.sent("receipt").front().text_attr("type") == "sender");
  CHECK(rig.sent("receipt").front().jid_attr("recipient") == jid("70000000000002@lid"));
}

TEST_CASE("peer data counts only from the own account") {
  MessageRig rig;
  SECTION("from the own phone") {
    Node stanza = rig.message_from(rig.own_phone, "ID3");
    stanza.attr("category", "peer").child(rig.enc_from(rig.own_phone, key_share(1)));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 1);
    REQUIRE(rig.sent("receipt").size() == 1);
    CHECK(rig.sent("receipt").front().text_attr("type") == "peer_msg");
    CHECK(rig.sent("receipt").front().jid_attr("to") == jid("5511999999999@s.whatsapp.net"));
  }
  SECTION("a stranger calls it peer") {
    Node stanza = rig.message_from(rig.friend_phone, "ID3");
    stanza.attr("category", "peer").child(rig.enc_from(rig.friend_phone, key_share(1)));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.sent("receipt").empty());
    CHECK(rig.sent("ack").size() == 1);
  }
  SECTION("a stranger sends it as an ordinary message") {
    Node stanza = rig.message_from(rig.friend_phone, "ID3");
    stanza.child(rig.enc_from(rig.friend_phone, key_share(1)));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.sent("receipt").size() == 1);
  }
  SECTION("a stranger sends a deviceSentMessage") {
    Node stanza = rig.message_from(rig.friend_phone, "ID3");
    stanza.child(rig.enc_from(rig.friend_phone, build_device_sent(jid("5511777777777@s.whatsapp.net"), build_text_content("x", {}, {}))));
    rig.say(stanza);
    CHECK(rig.sent("receipt").size() == 1);
  }
  CHECK(rig.count<MessageReceived>() == 0);
}

TEST_CASE("what cannot be read is asked for again, five times, and told once") {
  MessageRig rig;
  rig.say(rig.text_from(rig.friend_phone, "ID4", "fine"));
  const Node good = rig.text_from(rig.friend_phone, "ID5", "read at last");
  rig.server.received.clear();
  for (int i = 1; i <= 6; ++i) rig.say(damaged(good));
  const auto receipts = rig.sent("receipt");
  REQUIRE(receipts.size() == 5);
  CHECK(rig.sent("ack").size() == 6);
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const Node* retry = receipts[i].child_named("retry");
    REQUIRE(retry);
    CHECK(receipts[i].text_attr("type") == "retry");
    CHECK(retry->text_attr("count") == std::to_string(i + 1));
    CHECK(retry->text_attr("error") == "7");
    CHECK((receipts[i].child_named("keys") != nullptr) == (i > 0));
  }
  REQUIRE(rig.count<MessageUndecryptable>() == 1);
  CHECK(rig.event<MessageUndecryptable>()->reason == 7);
  rig.say(good);
  CHECK(rig.event<MessageReceived>()->text == "read at last");
}

TEST_CASE("without a session the keys travel at once, and they work") {
  MessageRig rig;
  rig.say(rig.text_from(rig.friend_phone, "ID6", "one"));
  rig.input([&](Turn& turn) { signal::erase_session(turn.txn, signal::address_of(rig.friend_phone.lid)); });
  // Their session is established as far as they know once they read something from us: force the ordinary form.
  Node stanza = rig.message_from(rig.friend_phone, "ID7");
  Node enc = rig.enc_from(rig.friend_phone, build_text_content("two", {}, {}));
  const auto inner = signal::parse_prekey_message(enc.content_bytes());
  REQUIRE(inner.ok());
  Node plain("enc");
  plain.attr("v", "2").attr("type", "msg").bytes(inner->message.raw);
  stanza.child(std::move(plain));
  rig.say(stanza);
  const Node receipt = rig.sent("receipt").back();
  REQUIRE(receipt.child_named("keys"));
  CHECK(receipt.child_named("retry")->text_attr("error") == "1");
  const Node* key = receipt.child_named("keys")->child_named("key");
  store::Txn txn(rig.disk);
  const auto prekey = signal::load_prekey(txn, static_cast<std::uint32_t>(read_be(key->child_named("id")->content_bytes())));
  REQUIRE(prekey);
  CHECK(equal(prekey->key.public_key, key->child_named("value")->content_bytes()));
}

TEST_CASE("groups: the key before the message, or asked for") {
  MessageRig rig;
  const std::string group = "120363000000000000@g.us";
  const signal::Address author = signal::address_of(rig.friend_phone.lid);
  store::Txn txn(rig.friend_phone.party.rows);
  const Bytes distribution = signal::create_distribution(txn, group, author, rig.friend_phone.party.random);
  const auto group_enc = [&](const std::string& text) {
    const Bytes padded = pad(build_text_content(text, {}, {}), rig.friend_phone.party.random);
    const auto body = signal::encrypt_sender_key(txn, group, author, padded, rig.friend_phone.party.random);
    return std::move(Node("enc").attr("v", "2").attr("type", "skmsg").bytes(*body));
  };
  const auto stanza = [&](std::string_view id) {
    Node node("message");
    node.attr("from", jid(group)).attr("participant", rig.friend_phone.lid).attr("id", id).attr("type", "text");
    return std::move(node.attr("t", std::uint64_t{1'750'000'100}).attr("participant_pn", rig.friend_phone.pn));
  };
  const Node body = group_enc("to all");
  rig.friend_phone.party.commit(txn);
  Node early = stanza("G1");
  early.child(body);
  rig.say(early);
  CHECK(rig.count<MessageReceived>() == 0);
  REQUIRE(rig.sent("receipt").size() == 1);
  CHECK(rig.sent("receipt").front().child_named("keys"));
  CHECK(rig.sent("receipt").front().jid_attr("participant") == rig.friend_phone.lid);

  // Whatever the order of the parts in the stanza.
  Node complete = stanza("G1");
  complete.child(body).child(rig.enc_from(rig.friend_phone, with_distribution({}, group, distribution)));
  rig.say(complete);
  REQUIRE(rig.count<MessageReceived>() == 1);
  CHECK(rig.event<MessageReceived>()->text == "to all");
  CHECK(rig.event<MessageReceived>()->chat == jid(group));
  CHECK(rig.event<MessageReceived>()->is_group);
  CHECK(rig.event<MessageReceived>()->sender == rig.friend_phone.pn);
  CHECK(rig.sent("receipt").back().text_attr("type") == "inactive");
}

TEST_CASE("sessions follow the user from PN to LID") {
  MessageRig rig;
  rig.say(rig.text_from(rig.friend_phone, "ID8", "by number", false));
  CHECK(rig.event<MessageReceived>()->text == "by number");
  Node stanza = rig.text_from(rig.friend_phone, "ID9", "by LID");
  rig.say(stanza);
  CHECK(rig.event<MessageReceived>()->text == "by LID");
  CHECK(rig.count<MessageUndecryptable>() == 0);
  store::Txn txn(rig.disk);
  CHECK(signal::has_session(txn, signal::address_of(rig.friend_phone.lid)));
  CHECK_FALSE(signal::has_session(txn, signal::address_of(rig.friend_phone.pn)));
}

TEST_CASE("what was handled, or asked for, by number is the same message by LID") {
  MessageRig rig;
  rig.say(rig.text_from(rig.friend_phone, "ID8", "hello", false));
  REQUIRE(rig.count<MessageReceived>() == 1);
  rig.say(rig.text_from(rig.friend_phone, "ID8", "hello"));  // the service brings it again, and names the LID
  CHECK(rig.count<MessageReceived>() == 1);
  CHECK(rig.sent("receipt").size() == 2);

  MessageRig other;
  const Node by_number = damaged(other.text_from(other.friend_phone, "ID9", "hello", false));
  const Node by_lid = damaged(other.text_from(other.friend_phone, "ID9", "hello"));
  other.say(by_number);
  CHECK(other.count<MessageUndecryptable>() == 1);
  CHECK(other.sent("receipt").back().child_named("retry")->text_attr("count") == "1");
  other.say(by_lid);
  CHECK(other.count<MessageUndecryptable>() == 1);
  CHECK(other.sent("receipt").back().child_named("retry")->text_attr("count") == "2");
  CHECK(other.rows(Table::outbox) == 1);  // the phone will be asked once
  other.say(other.text_from(other.friend_phone, "ID9", "hello"));
  CHECK(other.count<MessageReceived>() == 1);
  CHECK(other.rows(Table::outbox) == 0);
}

TEST_CASE("stanzas without anything to decrypt are acknowledged") {
  const struct { const char* name; const char* child; } kRows[] = {{"plaintext", "plaintext"}, {"nothing", "meta"}};
  for (const auto& row : kRows) {
    INFO(row.name);
    MessageRig rig;
    Node stanza = rig.message_from(rig.friend_phone, "ID10");
    stanza.child(std::move(Node(row.child).attr("type", "msmsg").bytes(Bytes{1, 2, 3})));
    rig.say(stanza);
    CHECK(rig.sent("ack").size() == 1);
    CHECK(rig.sent("receipt").empty());
    CHECK(rig.events.empty());
  }
}

TEST_CASE("a message without its content is told once, acknowledged, and asked for where the phone has it") {
  const struct { const char* name; const char* tag; const char* type; const char* told; bool asked; } kRows[] = {
      {"plain", "unavailable", "", "unavailable", true},
      {"view once", "unavailable", "view_once", "view_once", false},
      {"view once, another name", "unavailable", "view_once_unavailable_fanout", "view_once_unavailable_fanout", false},
      {"of a bot", "unavailable", "bot_unavailable_fanout", "bot_unavailable_fanout", false},
      {"of a hosted device", "unavailable", "hosted_unavailable_fanout", "hosted_unavailable_fanout", false},
      {"a reason newer than this program", "unavailable", "other", "other", true},
      {"encrypted for a bot", "enc", "msmsg", "bot", false},
      {"encrypted in another way", "enc", "newer", "unknown_encryption", true}};
  for (const auto& row : kRows) {
    INFO(row.name);
    MessageRig rig;
    rig.say(rig.text_from(rig.own_phone, "OP", "a session with the phone"));
    rig.server.received.clear();
    rig.events.clear();
    Node stanza = rig.message_from(rig.friend_phone, "U1");
    Node child(row.tag);
    if (*row.type) child.attr("type", row.type);
    if (child.tag == "enc") child.bytes(Bytes{1, 2, 3});
    rig.say(stanza.child(std::move(child)));
    rig.say(stanza);
    CHECK(rig.sent("ack").size() == 2);
    CHECK(rig.sent("receipt").empty());
    REQUIRE(rig.count<MessageUndecryptable>() == 1);
    const auto& told = *rig.event<MessageUndecryptable>();
    CHECK(told.unavailable == row.told);
    CHECK(told.chat == rig.friend_phone.pn);
    CHECK_FALSE(told.hidden);
    CHECK(rig.count<MessageReceived>() == 0);
    rig.advance(limits::kAskPhoneAfterMs + 1'000);
    CHECK(rig.sent("message").size() == (row.asked ? 1u : 0u));
    // The sender sends it again, with its content.
    rig.say(rig.text_from(rig.friend_phone, "U1", "here it is"));
    REQUIRE(rig.count<MessageReceived>() == 1);
    CHECK(rig.event<MessageReceived>()->text == "here it is");
  }
}

TEST_CASE("a message of a group, or of ours, that came without its content") {
  MessageRig rig;
  rig.say(rig.text_from(rig.own_phone, "OP", "a session with the phone"));
  rig.events.clear();
  rig.server.received.clear();
  Node in_group("message");
  in_group.attr("from", jid("120363000000000001@g.us")).attr("participant", rig.friend_phone.lid).attr("id", "U2");
  in_group.attr("type", "text").attr("t", std::uint64_t{1'750'000'100}).attr("participant_pn", rig.friend_phone.pn);
  rig.say(in_group.child(Node("unavailable")));
  REQUIRE(rig.count<MessageUndecryptable>() == 1);
  CHECK(rig.event<MessageUndecryptable>()->chat == jid("120363000000000001@g.us"));
  CHECK(rig.event<MessageUndecryptable>()->sender == rig.friend_phone.pn);
  CHECK(rig.sent("ack").back().jid_attr("participant") == rig.friend_phone.lid);
  Node ours = rig.message_from(rig.own_phone, "U3");
  ours.attr("recipient", rig.friend_phone.lid);
  rig.say(ours.child(Node("unavailable")));
  REQUIRE(rig.count<MessageUndecryptable>() == 2);
  CHECK(rig.event<MessageUndecryptable>()->chat == rig.friend_phone.pn);
  rig.advance(limits::kAskPhoneAfterMs + 1'000);
  REQUIRE(rig.sent("message").size() == 2);
  std::vector<std::string> asked;   // of the phone, as it finds them
  for (const Node& message : rig.sent("message")) {
    store::Txn txn(rig.own_phone.party.rows);
    const Node& enc = *message.child_named("enc");
    auto opened = signal::decrypt_message(txn, rig.us, enc.content_bytes(), rig.own_phone.party.random);
    REQUIRE(opened.ok());
    rig.own_phone.party.commit(txn);
    pb::Message request;
    const Bytes plain = *unpad(std::move(opened->plaintext));
    REQUIRE(request.ParseFromArray(plain.data(), static_cast<int>(plain.size())));
    const auto& key = request.protocol_message()
                          .peer_data_operation_request_message()
                          .placeholder_message_resend_request(0)
                          .message_key();
    asked.push_back(key.remote_jid() + '|' + key.id() + '|' + key.participant() + (key.from_me() ? "|ours" : ""));
  }
  std::sort(asked.begin(), asked.end());
  const std::vector<std::string> expected = {"120363000000000001@g.us|U2|70000000000002@lid",
                                             "70000000000002@lid|U3||ours"};
  CHECK(asked == expected);
}

TEST_CASE("a status without its content is acknowledged only; nobody's message is told twice") {
  MessageRig rig;
  Node stanza("message");
  stanza.attr("from", jid("status@broadcast"))
      .attr("participant", rig.friend_phone.lid)
      .attr("id", "S1")
      .attr("type", "text");
  rig.say(stanza.attr("t", std::uint64_t{1'750'000'100}).child(Node("unavailable")));
  CHECK(rig.sent("ack").size() == 1);
  CHECK(rig.events.empty());
  rig.say(rig.text_from(rig.friend_phone, "ID1", "read"));
  Node late = rig.message_from(rig.friend_phone, "ID1");
  rig.say(late.child(Node("unavailable")));
  CHECK(rig.count<MessageUndecryptable>() == 0);
  CHECK(rig.sent("ack").size() == 2);
}

TEST_CASE("a message to a list of people is in the chat with its author") {
  MessageRig rig;
  const auto stanza_of = [&](Device& by, std::string_view id, const Bytes& content) {
    Node stanza("message");
    stanza.attr("from", jid("1767225600@broadcast")).attr("participant", by.lid).attr("id", id).attr("type", "text");
    stanza.attr("t", std::uint64_t{1'750'000'100}).attr("participant_pn", by.pn);
    return std::move(stanza.child(rig.enc_from(by, content)));
  };
  rig.say(stanza_of(rig.friend_phone, "B1", build_text_content("to all customers", {}, {})));
  REQUIRE(rig.count<MessageReceived>() == 1);
  CHECK(rig.event<MessageReceived>()->chat == rig.friend_phone.pn);
  CHECK(rig.event<MessageReceived>()->broadcast);
  CHECK_FALSE(rig.event<MessageReceived>()->is_group);
  const Node receipt = rig.sent("receipt").back();
  CHECK(receipt.jid_attr("to") == jid("1767225600@broadcast"));
  CHECK(receipt.jid_attr("participant") == rig.friend_phone.lid);
  store::Txn txn(rig.disk);
  const ChatRow chat = find_chat(txn, rig.friend_phone.lid).row;
  REQUIRE(chat.last);
  CHECK(chat.last->id == "B1");

  SECTION("one that cannot be read is in that chat, too, and is asked for where it came from") {
    rig.say(damaged(stanza_of(rig.friend_phone, "B2", build_text_content(std::string(200, 'x'), {}, {}))));
    REQUIRE(rig.count<MessageUndecryptable>() == 1);
    CHECK(rig.event<MessageUndecryptable>()->chat == rig.friend_phone.pn);
    CHECK(rig.sent("receipt").back().text_attr("type") == "retry");
    CHECK(rig.sent("receipt").back().jid_attr("to") == jid("1767225600@broadcast"));
    CHECK(rig.sent("ack").back().jid_attr("to") == jid("1767225600@broadcast"));
  }
  SECTION("a reaction, a revocation") {
    const MessageRef theirs{"B1", true, {}};
    test::ScriptedRandom random;
    rig.say(stanza_of(rig.friend_phone, "B3",
                      build_body_content(Revoke{theirs}, rig.friend_phone.lid, rig.now.wall, random)));
    CHECK(rig.event<MessageReceived>()->change == Change::revoked);
    CHECK(rig.event<MessageReceived>()->chat == rig.friend_phone.pn);
  }
  SECTION("our own list: the list, and no last message of any chat") {
    rig.say(stanza_of(rig.own_phone, "B4",
                      build_device_sent(jid("1767225600@broadcast"), build_text_content("news", {}, {}))));
    CHECK(rig.event<MessageReceived>()->from_me);
    CHECK(rig.event<MessageReceived>()->chat == jid("1767225600@broadcast"));
    store::Txn after(rig.disk);
    CHECK(find_chat(after, rig.friend_phone.lid).row.last->id == "B1");
  }
  SECTION("receipts of a list") {
    Node read("receipt");
    read.attr("from", jid("1767225600@broadcast")).attr("participant", rig.friend_web.lid).attr("id", "3EB0AA");
    rig.say(read.attr("type", "read").attr("t", std::uint64_t{1'750'000'200}));
    REQUIRE(rig.count<MessageReceipt>() == 1);
    CHECK(rig.event<MessageReceipt>()->chat == rig.friend_phone.pn);
    CHECK(rig.event<MessageReceipt>()->device == 3);
    CHECK(rig.sent("ack").back().jid_attr("to") == jid("1767225600@broadcast"));
  }
}

TEST_CASE("hosted devices: whose they are says the ordinary server, what is encrypted and routed keeps theirs") {
  MessageRig rig;
  Device hosted("70000000000002:99@hosted.lid", "5511888888888:99@hosted", 21);
  const auto text_by_number = [&] {
    Node node("message");
    node.attr("from", hosted.pn).attr("id", "H2").attr("t", std::uint64_t{1'750'000'100}).attr("type", "text");
    return std::move(node.child(rig.enc_from(hosted, build_text_content("by number", {}, {}))));
  };
  Node stanza = rig.message_from(hosted, "H1");
  rig.say(stanza.child(rig.enc_from(hosted, build_text_content("from the cloud", {}, {}))));
  REQUIRE(rig.count<MessageReceived>() == 1);
  const MessageReceived event = *rig.event<MessageReceived>();
  CHECK(event.chat == jid("5511888888888@s.whatsapp.net"));
  CHECK(event.sender == jid("5511888888888@s.whatsapp.net"));
  CHECK(event.sender_lid == jid("70000000000002@lid"));
  CHECK(event.text == "from the cloud");
  CHECK(rig.sent("receipt").back().jid_attr("to") == hosted.lid);
  store::Txn txn(rig.disk);
  CHECK(signal::has_session(txn, signal::address_of(hosted.lid)));
  CHECK_FALSE(signal::has_session(txn, signal::address_of(jid("70000000000002:99@lid"))));
  rig.say(text_by_number());
  CHECK(rig.event<MessageReceived>()->chat == jid("5511888888888@s.whatsapp.net"));

  SECTION("their receipts are the person's") {
    Node receipt("receipt");
    receipt.attr("from", hosted.pn).attr("id", "3EB0AA").attr("t", std::uint64_t{1'750'000'200}).attr("type", "read");
    rig.say(receipt);
    REQUIRE(rig.count<MessageReceipt>() == 1);
    CHECK(rig.event<MessageReceipt>()->chat == jid("5511888888888@s.whatsapp.net"));
    CHECK(rig.event<MessageReceipt>()->by == jid("5511888888888@s.whatsapp.net"));
  }
  SECTION("one of ours tells what we said, and its receipts are nobody's") {
    Device ours("90000000000001:99@hosted.lid", "5511999999999:99@hosted", 22);
    Node own = rig.message_from(ours, "H3");
    own.attr("recipient", rig.friend_phone.lid);
    rig.say(own.child(
        rig.enc_from(ours, build_device_sent(rig.friend_phone.lid, build_text_content("said there", {}, {})))));
    CHECK(rig.event<MessageReceived>()->text == "said there");
    CHECK(rig.event<MessageReceived>()->from_me);
    CHECK(rig.event<MessageReceived>()->chat == rig.friend_phone.pn);
    CHECK(rig.sent("receipt").back().text_attr("type") == "sender");
    for (const wire::Jid& from : {ours.lid, ours.pn}) {
      Node receipt("receipt");
      receipt.attr("from", from).attr("id", "3EB0AA").attr("t", std::uint64_t{1'750'000'200});
      rig.say(receipt);
    }
    CHECK(rig.count<MessageReceipt>() == 0);
  }
}

TEST_CASE("a hosted device that could not read us gets the message again, where it is; that of another gets nothing") {
  MessageRig rig;
  Device hosted("70000000000002:99@hosted.lid", "5511888888888:99@hosted", 31);
  rig.say(rig.text_from(rig.friend_phone, "F1", "hello"));
  rig.say(rig.text_from(rig.own_phone, "OP", "a session with the phone"));
  SendText send;
  send.to = rig.friend_phone.lid;
  send.text = "say it again";
  REQUIRE(rig.execute(send).ok());
  rig.answer_devices({{rig.friend_phone.lid, {0}, {}}, {jid("90000000000001@lid"), {0, 7}, {}}});
  const Node sent = *rig.last("message");
  rig.ack(sent);
  rig.server.received.clear();
  const auto ask = [&](const wire::Jid& from) {
    Node receipt("receipt"), retry("retry");
    retry.attr("count", std::uint64_t{1}).attr("id", sent.text_attr("id")).attr("t", std::uint64_t{1}).attr("v", "1");
    receipt.attr("from", from).attr("id", sent.text_attr("id")).attr("type", "retry");
    rig.say(receipt.attr("t", std::uint64_t{1'750'000'000}).child(std::move(retry)));
  };
  ask(jid("70000000000099:99@hosted.lid"));
  CHECK(rig.queries("encrypt") == 0);
  ask(hosted.lid);
  REQUIRE(rig.queries("encrypt") == 1);
  rig.answer_bundles({MessageRig::bundle_node(hosted)});
  REQUIRE(rig.sent("message").size() == 1);
  CHECK(rig.sent("message").front().jid_attr("to") == hosted.lid);
  CHECK(rig.open_at(hosted, *rig.sent("message").front().child_named("enc"))->text == "say it again");
}

TEST_CASE("a message that decrypts to nonsense is taken, not asked for") {
  MessageRig rig;
  Node stanza = rig.message_from(rig.friend_phone, "ID11");
  stanza.child(rig.enc_from(rig.friend_phone, Bytes{0xff, 0xff, 0xff}, false));
  rig.say(stanza);
  CHECK(rig.count<MessageReceived>() == 0);
  REQUIRE(rig.sent("receipt").size() == 1);
  CHECK(rig.sent("receipt").front().text_attr("type") == "inactive");
}

TEST_CASE("a sender whose work is spent is asked again all the same, without keys, until there is room") {
  MessageRig rig;
  for (int i = 0; i < 80; ++i) rig.say(damaged(rig.text_from(rig.friend_phone, "W" + std::to_string(i), "x")));
  const Node good = rig.text_from(rig.friend_phone, "ID12", "at last");
  rig.server.received.clear();
  rig.events.clear();
  for (int i = 0; i < 8; ++i) rig.say(damaged(good));
  CHECK(rig.sent("ack").size() == 8);
  const auto receipts = rig.sent("receipt");
  REQUIRE(receipts.size() == 8);
  for (const Node& receipt : receipts) {
    CHECK(receipt.text_attr("type") == "retry");
    CHECK(receipt.text_attr("id") == "ID12");
    CHECK(receipt.child_named("retry")->text_attr("count") == "1");  // the others do not count
    CHECK_FALSE(receipt.child_named("keys"));
  }
  CHECK(rig.count<MessageUndecryptable>() == 1);
  rig.advance(3'000);
  rig.say(damaged(good));
  CHECK(rig.sent("receipt").back().child_named("keys"));
  rig.say(good);
  REQUIRE(rig.count<MessageReceived>() == 1);
  CHECK(rig.event<MessageReceived>()->text == "at last");
}

TEST_CASE("strangers whom nobody can read leave a bounded number of prekeys") {
  MessageRig rig;
  const std::size_t before = rig.rows(Table::prekeys);
  // A message of a session that we do not have.
  const Node first = rig.enc_from(rig.friend_phone, build_text_content("x", {}, {}));
  const auto inner = signal::parse_prekey_message(first.content_bytes());
  REQUIRE(inner.ok());
  Node enc("enc");
  enc.attr("v", "2").attr("type", "msg").bytes(inner->message.raw);
  const std::size_t strangers = limits::kGivenPrekeysMax + 300;
  for (std::size_t i = 0; i < strangers; ++i) {
    Node odd("message");
    odd.attr("from", jid(std::to_string(80'000'000'000'000 + i) + "@lid")).attr("id", "S" + std::to_string(i));
    odd.attr("t", std::uint64_t{1'750'000'100}).attr("type", "text");
    rig.say(odd.child(enc));
    rig.server.received.clear();
    rig.events.clear();
    rig.move(10);
  }
  CHECK(rig.rows(Table::prekeys) <= before + limits::kGivenPrekeysMax + 2);  // and the one of enc_from
  CHECK(rig.rows(Table::prekeys) >= before + limits::kGivenPrekeysMax);
  // One of them again and again: the same key each time.
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) {
    Node odd("message");
    odd.attr("from", jid("80000000000001@lid")).attr("id", "R" + std::to_string(i));
    odd.attr("t", std::uint64_t{1'750'000'100}).attr("type", "text");
    rig.say(odd.child(enc));
    rig.move(2'000);
    const Node* keys = rig.last("receipt")->child_named("keys");
    if (keys) ids.insert(to_string(keys->child_named("key")->child_named("id")->content_bytes()));
  }
  CHECK(ids.size() == 1);
}

TEST_CASE("the own phone may be in more groups with us than anybody else") {
  MessageRig rig;
  std::size_t groups = 0;
  for (; groups <= limits::kSenderKeysPerDeviceMax; ++groups) {
    const std::string group = std::to_string(120'363'000'000'000'000 + groups) + "@g.us";
    store::Txn txn(rig.own_phone.party.rows);
    const signal::Address author = signal::address_of(rig.own_phone.lid);
    const Bytes key = signal::create_distribution(txn, group, author, rig.own_phone.party.random);
    Node stanza("message");
    stanza.attr("from", jid(group)).attr("participant", rig.own_phone.lid).attr("id", "G" + std::to_string(groups));
    stanza.attr("t", std::uint64_t{1'750'000'100}).attr("type", "text").attr("participant_pn", rig.own_phone.pn);
    rig.say(stanza.child(rig.enc_from(rig.own_phone, with_distribution({}, group, key))));
    rig.move(1'000);
  }
  CHECK(rig.rows(Table::sender_keys) == groups);
}
