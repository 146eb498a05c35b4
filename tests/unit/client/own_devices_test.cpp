// Who may say to be a device of the own account (04 section 13), and what the user is told about it.
#include "adv.pb.h"
#include "client/adv.h"
#include "e2e.pb.h"
#include "message_rig.h"

using namespace wa;
using namespace wa::client;
using store::Table;
using test::jid;
using test::MessageRig;
using wire::Node;

namespace {

const wire::Jid kFriend = jid("5511888888888@s.whatsapp.net"), kFriendLid = jid("70000000000002@lid");

// The account's signature over a companion, and the companion's over the account (03 section 3).
Bytes signed_by(const crypto::KeyPair& account, const crypto::KeyPair& device, Random& random) {
  pb::ADVDeviceIdentity details;
  details.set_raw_id(77);
  details.set_key_index(5);
  pb::ADVSignedDeviceIdentity out;
  out.set_details(details.SerializeAsString());
  out.set_account_signature_key(to_string(account.public_key));
  const Bytes by_account = concat({Bytes{6, 0}, view(out.details()), device.public_key});
  const Bytes by_device = concat({Bytes{6, 1}, view(out.details()), device.public_key, account.public_key});
  out.set_account_signature(to_string(crypto::xeddsa_sign(account.private_key, by_account, random.array<64>())));
  out.set_device_signature(to_string(crypto::xeddsa_sign(device.private_key, by_device, random.array<64>())));
  return to_bytes(out.SerializeAsString());
}

Bytes key_share_content() {
  pb::Message message;
  message.mutable_protocol_message()->set_type(6);
  auto* key = message.mutable_protocol_message()->mutable_app_state_sync_key_share()->add_keys();
  key->mutable_key_id()->set_key_id("key id");
  key->mutable_key_data()->set_key_data(std::string(32, 'k'));
  return to_bytes(message.SerializeAsString());
}

// The phone hands over a message we asked for.
Bytes resent_content(const std::string& chat, const std::string& id, const std::string& text) {
  pb::ResentMessage resent;
  resent.mutable_key()->set_remote_jid(chat);
  resent.mutable_key()->set_id(id);
  resent.mutable_message()->set_conversation(text);
  resent.set_message_timestamp(1'750'000'090);
  resent.set_push_name("Friend");
  pb::Message message;
  message.mutable_protocol_message()->set_type(17);
  auto* answer = message.mutable_protocol_message()->mutable_peer_data_operation_request_response_message();
  answer->add_result()->mutable_placeholder_message_resend_response()->set_web_message_info(resent.SerializeAsString());
  return to_bytes(message.SerializeAsString());
}

// Our own account, linked by the phone whose account key is `account`; and one more companion of it.
struct OwnRig : MessageRig {
  crypto::KeyPair account = crypto::KeyPair::generate(random_);
  crypto::KeyPair stranger = crypto::KeyPair::generate(random_);
  test::Device own_web{"90000000000001:9@lid", "5511999999999:9@s.whatsapp.net", 14};

  OwnRig() {
    Account row = stored();
    row.signed_device_identity = signed_by(account, row.identity, random_);
    store::Txn txn(disk);
    store_account(txn, row);
    disk.apply(txn.take());
    reopen();
    go_online();
    server.received.clear();
    events.clear();
  }
  Node peer_from_web(ByteView identity) {
    Node stanza = message_from(own_web, "PEER1");
    stanza.attr("category", "peer").child(enc_from(own_web, key_share_content()));
    if (!identity.empty()) stanza.child(std::move(Node("device-identity").bytes(identity)));
    return stanza;
  }
};

// The settings of the account have changed; the notice says nothing that we rely on.
void change_privacy(MessageRig& rig) {
  rig.server.received.clear();
  rig.say(test::from_xml("<notification id='N1' from='5511999999999@s.whatsapp.net' type='account_sync' t='5'><privacy/></notification>"));
  CHECK(rig.queries("privacy") == 1);
}

void answer_privacy(MessageRig& rig, const char* read_receipts) {
  const std::string text = std::string("<privacy><category name='last' value='none'/><category name='readreceipts' value='") +
                           read_receipts + "'/></privacy>";
  rig.answer("privacy", {test::from_xml(text)});
}

}  // namespace

TEST_CASE("which device counts as one of ours") {
  OwnRig rig;
  const Account ours = rig.stored();
  const auto& web = rig.own_web.party.own.identity;
  const Bytes good = signed_by(rig.account, web, rig.random_);
  Bytes damaged = good;
  damaged.back() ^= 1;
  const struct { const char* name; wire::Jid device; Bytes identity; crypto::PublicKey key; bool trusted; } kRows[] = {
      {"signed by the account", rig.own_web.lid, good, web.public_key, true},
      {"by its number", rig.own_web.pn, good, web.public_key, true},
      {"signed by another account", rig.own_web.lid, signed_by(rig.stranger, web, rig.random_), web.public_key, false},
      {"of another device", rig.own_web.lid, good, rig.stranger.public_key, false},
      {"damaged", rig.own_web.lid, damaged, web.public_key, false},
      {"no protobuf", rig.own_web.lid, Bytes{0xff, 0xff}, web.public_key, false},
      {"too long", rig.own_web.lid, Bytes(501, 0), web.public_key, false},
      {"absent", rig.own_web.lid, {}, web.public_key, true},
      {"the phone", rig.own_phone.lid, damaged, web.public_key, true},
      {"somebody else's", rig.friend_web.lid, damaged, web.public_key, true},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    CHECK(is_trusted_device(ours, row.device, row.identity, row.key) == row.trusted);
  }
}

TEST_CASE("a first message of an own companion counts when the account signed that companion") {
  OwnRig rig;
  SECTION("signed") {
    rig.say(rig.peer_from_web(signed_by(rig.account, rig.own_web.party.own.identity, rig.random_)));
    CHECK(rig.rows(Table::app_keys) == 1);
  }
  SECTION("forged") {
    rig.say(rig.peer_from_web(signed_by(rig.stranger, rig.own_web.party.own.identity, rig.random_)));
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.rows(Table::sessions) == 0);
    const auto receipts = rig.sent("receipt");
    REQUIRE(receipts.size() == 1);
    CHECK(receipts[0].text_attr("type") == "retry");
    CHECK(receipts[0].child_named("retry")->text_attr("error") == "12");
  }
}

TEST_CASE("a copy of what we send goes to no companion that the account did not sign") {
  OwnRig rig;
  SendText command;
  command.to = rig.friend_phone.pn;
  command.text = "private";
  REQUIRE(rig.execute(command).ok());
  rig.answer_devices({{rig.friend_phone.pn, {0}, rig.friend_phone.lid.user_jid()},
                      {jid("5511999999999@s.whatsapp.net"), {0, 7, 9}, jid("90000000000001@lid")}});
  const bool forged = GENERATE(true, false);
  Node web = MessageRig::bundle_node(rig.own_web);
  web.child(std::move(Node("device-identity").bytes(
      signed_by(forged ? rig.stranger : rig.account, rig.own_web.party.own.identity, rig.random_))));
  rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone), MessageRig::bundle_node(rig.own_phone), std::move(web)});
  REQUIRE(rig.sent("message").size() == 1);
  const Node message = rig.sent("message").front();
  CHECK(rig.open_at(rig.own_phone, message, rig.own_phone.lid).has_value());
  CHECK(rig.open_at(rig.own_web, message, rig.own_web.lid).has_value() == !forged);
}

TEST_CASE("the own account never changes its identity for the user") {
  OwnRig rig;
  {
    store::Txn txn(rig.disk);
    signal::store_identity(txn, signal::address_of(rig.own_phone.lid), rig.account.public_key);
    rig.disk.apply(txn.take());
  }
  SECTION("a message of the phone") {
    Node stanza = rig.message_from(rig.own_phone, "ID1");
    stanza.attr("category", "peer").child(rig.enc_from(rig.own_phone, key_share_content()));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 1);
  }
  SECTION("its bundle") {
    SendText command;
    command.to = rig.friend_phone.pn;
    command.text = "hello";
    REQUIRE(rig.execute(command).ok());
    rig.answer_devices({{rig.friend_phone.pn, {0}, rig.friend_phone.lid.user_jid()},
                        {jid("5511999999999@s.whatsapp.net"), {0, 7}, jid("90000000000001@lid")}});
    rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone), MessageRig::bundle_node(rig.own_phone)});
    REQUIRE(rig.sent("message").size() == 1);
  }
  CHECK(rig.count<IdentityChanged>() == 0);
}

TEST_CASE("the phone is asked for what could not be read, unless it comes in time") {
  OwnRig rig;
  const auto damaged = [&](const char* id) {
    Node stanza = rig.text_from(rig.friend_phone, id, "lost words");
    auto& bytes = std::get<Bytes>(std::get<Node::Children>(stanza.content).front().content);
    bytes[bytes.size() / 2 + 40] ^= 1;
    return stanza;
  };
  rig.say(rig.text_from(rig.friend_phone, "ID0", "hello"));
  rig.say(damaged("ID1"));
  CHECK(rig.sent("message").empty());
  SECTION("it comes") {
    rig.say(rig.text_from(rig.friend_phone, "ID1", "lost words"));
    CHECK(rig.rows(Table::outbox) == 0);
    rig.advance(10'000);
    CHECK(rig.sent("message").empty());
  }
  SECTION("it does not") {
    rig.advance(5'500);
    rig.answer_bundles({MessageRig::bundle_node(rig.own_phone)});
    REQUIRE(rig.sent("message").size() == 1);
    const Node request = rig.sent("message").front();
    CHECK(request.text_attr("category") == "peer");
    REQUIRE(rig.open_at(rig.own_phone, *request.child_named("enc")));
    rig.ack(request);
    const auto answer = [&](const char* id, const char* chat) {
      Node stanza = rig.message_from(rig.own_phone, std::string("ANSWER") + id);
      stanza.attr("category", "peer").child(rig.enc_from(rig.own_phone, resent_content(chat, id, "lost words")));
      rig.say(stanza);
    };
    const int before = rig.count<MessageReceived>();
    answer("OTHER", "5511888888888@s.whatsapp.net");  // nobody asked for that one
    CHECK(rig.count<MessageReceived>() == before);
    answer("ID1", "5511888888888@s.whatsapp.net");
    REQUIRE(rig.count<MessageReceived>() == before + 1);
    CHECK(rig.event<MessageReceived>()->id == "ID1");
    CHECK(rig.event<MessageReceived>()->text == "lost words");
    CHECK(rig.event<MessageReceived>()->chat == rig.friend_phone.pn);
    CHECK(rig.event<MessageReceived>()->push_name == "Friend");
    rig.say(rig.text_from(rig.friend_phone, "ID1", "lost words"));  // and then the sender's own, too
    CHECK(rig.count<MessageReceived>() == before + 1);
  }
}

TEST_CASE("who hides read receipts tells the own devices only") {
  MessageRig rig;
  const auto type = [&] {
    rig.server.received.clear();
    REQUIRE(rig.execute(MarkMessagesRead{1, kFriend, kFriend, {"A"}, WallTime{0}}).ok());
    return rig.server.received.back().text_attr("type");
  };
  CHECK(type() == "read-self");  // not known yet
  change_privacy(rig);
  answer_privacy(rig, "all");
  CHECK(type() == "read");
  change_privacy(rig);
  CHECK(type() == "read-self");  // until the answer is here
  change_privacy(rig);
  answer_privacy(rig, "none");
  CHECK(type() == "read-self");
  rig.closed();
  rig.reopen();
  rig.go_online();
  CHECK(rig.queries("privacy") == 0);  // known
  CHECK(type() == "read-self");
  rig.say(test::from_xml("<ib><dirty type='account_sync' timestamp='1750000000'/></ib>"));
  CHECK(rig.queries("privacy") == 1);
  rig.closed();  // lost: asked again
  rig.go_online();
  CHECK(rig.queries("privacy") == 1);
  answer_privacy(rig, "all");
  CHECK(type() == "read");
  REQUIRE(rig.execute(AskPrivacy{7}).ok());  // what a caller asks teaches us, too
  answer_privacy(rig, "none");
  CHECK(rig.event<PrivacyDone>()->command == 7);
  CHECK(rig.count<PrivacyDone>() == 1);
  CHECK(type() == "read-self");
}

// 07 sections 4 and 10.
TEST_CASE("signs of life: the whole stanza") {
  MessageRig rig;
  rig.say(rig.text_from(rig.friend_phone, "T1", "hi"));  // now the LID is known
  change_privacy(rig);
  answer_privacy(rig, "all");
  const wire::Jid group = jid("120363000000000001@g.us");
  const WallTime time = WallTime::from_seconds(1'750'000'050);
  const struct { Command command; const char* stanza; } rows[] = {
      {ShowPresence{1, true}, "<presence name='Tester' type='available'/>"},
      {ShowPresence{1, false}, "<presence name='Tester' type='unavailable'/>"},
      {ShowTyping{1, kFriend, true, false}, "<chatstate to='70000000000002@lid'><composing/></chatstate>"},
      {ShowTyping{1, kFriend, false, false}, "<chatstate to='70000000000002@lid'><paused/></chatstate>"},
      {ShowTyping{1, kFriend, true, true}, "<chatstate to='70000000000002@lid'><composing media='audio'/></chatstate>"},
      {ShowTyping{1, group, true, false}, "<chatstate to='120363000000000001@g.us'><composing/></chatstate>"},
      {ShowTyping{1, group, false, true}, "<chatstate to='120363000000000001@g.us'><paused/></chatstate>"},
      {ShowTyping{1, group, true, true}, "<chatstate to='120363000000000001@g.us'><composing media='audio'/></chatstate>"},
      {WatchPresence{1, kFriend}, "<presence type='subscribe' to='70000000000002@lid'/>"},
      {MarkMessagesRead{1, kFriend, kFriend, {"A"}, time},
       "<receipt id='A' to='70000000000002@lid' type='read' t='1750000050'/>"},
      {MarkMessagesRead{1, kFriend, kFriend, {"A", "B", "C"}, time},
       "<receipt id='A' to='70000000000002@lid' type='read' t='1750000050'><list><item id='B'/><item id='C'/></list></receipt>"},
      {MarkMessagesRead{1, group, kFriend, {"A", "B"}, time},
       "<receipt id='A' to='120363000000000001@g.us' type='read' t='1750000050' participant='70000000000002@lid'>"
       "<list><item id='B'/></list></receipt>"}};
  for (const auto& row : rows) {
    rig.server.received.clear();
    REQUIRE(rig.execute(row.command).ok());
    REQUIRE(rig.server.received.size() == 1);
    CHECK(test::xml(rig.server.received.front()) == row.stanza);
  }
  Node token("notification"), tokens("tokens");
  tokens.child(std::move(Node("token").attr("type", "trusted_contact").attr("t", std::uint64_t{1'750'000'000}).bytes(Bytes{1, 2, 3})));
  token.attr("from", kFriendLid).attr("id", "N1").attr("type", "privacy_token").attr("t", std::uint64_t{1'750'000'000});
  rig.say(token.child(std::move(tokens)));
  rig.server.received.clear();
  REQUIRE(rig.execute(WatchPresence{1, kFriend}).ok());
  CHECK(test::xml(rig.server.received.front()) ==
        "<presence type='subscribe' to='70000000000002@lid'><tctoken>{010203}</tctoken></presence>");
  rig.closed();
  CHECK_FALSE(rig.execute(ShowPresence{1, true}).ok());
}
