// Who may say to be a device of the own account (04 section 13), and what the user is told about it.
#include "client/messages/sender_work.h"
#include "client/rows/lid_map.h"
#include "client/rows/own_devices.h"
#include "e2e.pb.h"
#include "unit/client/message_rig.h"

namespace own_devices_test {

using namespace wa;
using namespace wa::client;
using store::Table;
using test::jid;
using test::MessageRig;
using wire::Node;

namespace {

const wire::Jid kFriend = jid("5511888888888@s.whatsapp.net"), kFriendLid = jid("70000000000002@lid");

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

Bytes own_text(const std::string& text) { return build_device_sent(kFriendLid, build_text_content(text, {}, {})); }

// Our own account and one more companion of it.
struct OwnRig : MessageRig {
  const crypto::KeyPair& account = phone_key;
  crypto::KeyPair stranger = crypto::KeyPair::generate(random_);
  test::Device own_web{"90000000000001:9@lid", "5511999999999:9@s.whatsapp.net", 14};
  test::Device false_web{"90000000000001:9@lid", "5511999999999:9@s.whatsapp.net", 15};
  test::Device false_phone{"90000000000001@lid", "5511999999999@s.whatsapp.net", 16};

  Bytes proof(test::Device& of) { return test::signed_by(account, of.party.own.identity, random_); }
  // `peer`: the share of a key; else a text to the friend.
  Node from_own(test::Device& by, std::string_view id, bool peer, ByteView identity = {}, bool by_lid = true) {
    Node stanza = message_from(by, id, by_lid);
    if (peer) stanza.attr("category", "peer");
    else stanza.attr("recipient", kFriendLid);
    stanza.child(enc_from(by, peer ? key_share_content() : own_text(std::string(id))));
    if (!identity.empty()) stanza.child(std::move(Node("device-identity").bytes(identity)));
    return stanza;
  }
  Node peer_from_web(ByteView identity) { return from_own(own_web, "PEER1", true, identity); }
  // The last receipt asks for the message again, with new keys, for want of a proof.
  bool refused() const {
    const auto receipts = sent("receipt");
    return !receipts.empty() && receipts.back().text_attr("type") == "retry" && receipts.back().child_named("keys") &&
           receipts.back().child_named("retry")->text_attr("error") == "12";
  }
  bool told(std::string_view id) const {
    const auto* last = event<MessageReceived>();
    return last && last->id == id;
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
  const auto& phone = rig.own_phone.party.own.identity.public_key;
  const Bytes good = rig.proof(rig.own_web);
  Bytes damaged = good;
  damaged.back() ^= 1;
  const wire::Jid hosted = jid("5511999999999:99@hosted"), hosted_lid = jid("90000000000001:99@hosted.lid");
  const struct { const char* name; wire::Jid device; Bytes identity; crypto::PublicKey key; Standing standing; } kRows[] = {
      {"signed by the account", rig.own_web.lid, good, web.public_key, Standing::proven},
      {"by its number", rig.own_web.pn, good, web.public_key, Standing::proven},
      {"signed by another account", rig.own_web.lid, test::signed_by(rig.stranger, web, rig.random_), web.public_key, Standing::forged},
      {"of another device", rig.own_web.lid, good, rig.stranger.public_key, Standing::forged},
      {"damaged", rig.own_web.lid, damaged, web.public_key, Standing::forged},
      {"no protobuf", rig.own_web.lid, Bytes{0xff, 0xff}, web.public_key, Standing::forged},
      {"too long", rig.own_web.lid, Bytes(501, 0), web.public_key, Standing::forged},
      {"absent", rig.own_web.lid, {}, web.public_key, Standing::unproven},
      {"the phone", rig.own_phone.lid, {}, phone, Standing::proven},
      {"the phone by its number", rig.own_phone.pn, {}, phone, Standing::proven},
      {"the phone with another key", rig.own_phone.lid, {}, rig.stranger.public_key, Standing::forged},
      {"the phone with the papers of a companion", rig.own_phone.lid, good, web.public_key, Standing::forged},
      {"hosted, absent", hosted, {}, web.public_key, Standing::unproven},
      {"hosted, damaged", hosted_lid, damaged, web.public_key, Standing::forged},
  };
  for (const auto& row : kRows) {
    INFO(row.name);
    store::Txn txn(rig.disk);
    CHECK(ours.is_own_user(row.device));
    CHECK(standing_of(txn, ours, row.device, row.identity, row.key) == row.standing);
  }
  CHECK_FALSE(ours.is_own_user(rig.friend_web.lid));
  CHECK_FALSE(ours.is_own_user(jid("5511999999999@lid")));  // digits of the other namespace
  Account without = ours;
  without.signed_device_identity.clear();
  store::Txn txn(rig.disk);
  CHECK(standing_of(txn, without, rig.own_phone.lid, {}, phone) == Standing::forged);
}

TEST_CASE("peer messages of an own companion count when the account signed that companion") {
  OwnRig rig;
  SECTION("signed; what follows without the papers counts, too") {
    rig.say(rig.peer_from_web(rig.proof(rig.own_web)));
    CHECK(rig.rows(Table::app_keys) == 1);
    rig.say(rig.from_own(rig.own_web, "T1", false));
    REQUIRE(rig.told("T1"));
    CHECK_FALSE(rig.event<MessageReceived>()->unverified);
  }
  SECTION("forged: nothing of it stays") {
    rig.say(rig.peer_from_web(test::signed_by(rig.stranger, rig.own_web.party.own.identity, rig.random_)));
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.rows(Table::sessions) == 0);
    CHECK(rig.refused());
    CHECK(rig.event<MessageUndecryptable>()->reason == 12);
  }
  SECTION("without papers: refused, and taken when they come") {
    rig.say(rig.peer_from_web({}));
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.refused());
    CHECK(rig.count<MessageUndecryptable>() == 1);
    rig.say(rig.peer_from_web(rig.proof(rig.own_web)));
    CHECK(rig.rows(Table::app_keys) == 1);
  }
  SECTION("without papers and not called peer") {
    Node stanza = rig.message_from(rig.own_web, "K1");
    stanza.child(rig.enc_from(rig.own_web, key_share_content()));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.refused());
  }
}

TEST_CASE("texts of an own companion without papers are told as unverified, until it proves itself") {
  OwnRig rig;
  rig.say(rig.from_own(rig.own_web, "T1", false));
  REQUIRE(rig.told("T1"));
  CHECK(rig.event<MessageReceived>()->from_me);
  CHECK(rig.event<MessageReceived>()->unverified);
  rig.say(rig.from_own(rig.own_web, "T2", false, rig.proof(rig.own_web)));
  REQUIRE(rig.told("T2"));
  CHECK_FALSE(rig.event<MessageReceived>()->unverified);
  // From now on nobody else is that companion.
  const std::size_t sessions = rig.rows(Table::sessions);
  rig.say(rig.from_own(rig.false_web, "T3", false));
  CHECK(rig.told("T2"));
  CHECK(rig.refused());
  CHECK(rig.rows(Table::sessions) == sessions);
  rig.say(rig.from_own(rig.own_web, "T4", false));
  REQUIRE(rig.told("T4"));
  CHECK_FALSE(rig.event<MessageReceived>()->unverified);
}

TEST_CASE("the phone is who linked us") {
  OwnRig rig;
  const bool peer = GENERATE(true, false), by_lid = GENERATE(true, false);
  INFO(peer << by_lid);
  rig.say(rig.from_own(rig.false_phone, "F1", peer, {}, by_lid));
  CHECK(rig.rows(Table::app_keys) == 0);
  CHECK(rig.rows(Table::sessions) == 0);
  CHECK(rig.count<MessageReceived>() == 0);
  CHECK(rig.count<MessageUndecryptable>() == 1);
  CHECK(rig.refused());
  rig.say(rig.from_own(rig.own_phone, "F2", peer, {}, by_lid));
  CHECK(rig.rows(Table::app_keys) == (peer ? 1 : 0));
  CHECK(rig.told("F2") == !peer);
  if (!peer) CHECK_FALSE(rig.event<MessageReceived>()->unverified);
}

TEST_CASE("sessions with a false phone from former times are not used") {
  OwnRig rig;
  const signal::Address address = signal::address_of(rig.own_phone.lid);
  const auto opened_before = [&](Node first) {  // as a program would have that trusted the first identity it saw
    const auto message = first.child_named("enc")->content_bytes();
    store::Txn txn(rig.disk);
    REQUIRE(signal::decrypt_prekey_message(txn, rig.stored().own_identity(), address, message, rig.random_).ok());
    rig.disk.apply(txn.take());
  };
  opened_before(rig.from_own(rig.false_phone, "F0", true));
  CHECK(signal::session_identity(store::Txn(rig.disk), address) == rig.false_phone.party.own.identity.public_key);
  SECTION("at the next login") {
    rig.closed();
    rig.reopen();
    rig.go_online();
    CHECK(rig.rows(Table::sessions) == 0);
    CHECK(signal::identity_of(store::Txn(rig.disk), address) == rig.account.public_key);
  }
  SECTION("not even in the same connection") {
    Node stanza = rig.from_own(rig.false_phone, "F1", true);
    const auto inner = signal::parse_prekey_message(stanza.child_named("enc")->content_bytes())->message.raw;
    std::get<Node::Children>(stanza.content).clear();
    stanza.child(std::move(Node("enc").attr("v", "2").attr("type", "msg").bytes(inner)));
    rig.say(stanza);
    CHECK(rig.rows(Table::app_keys) == 0);
    CHECK(rig.rows(Table::sessions) == 0);
    CHECK(rig.refused());
  }
}

TEST_CASE("what we said is told again only to own devices that are ours beyond doubt") {
  OwnRig rig;
  SendText command;
  command.to = rig.friend_phone.pn;
  command.text = "private";
  REQUIRE(rig.execute(command).ok());
  rig.answer_devices({{rig.friend_phone.pn, {0}, rig.friend_phone.lid.user_jid()},
                      {jid("5511999999999@s.whatsapp.net"), {0, 7}, jid("90000000000001@lid")}});
  rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone), MessageRig::bundle_node(rig.own_phone)});
  const std::string id = rig.sent("message").front().text_attr("id");
  const auto retry = [&](test::Device& by, ByteView identity) {
    Node user = MessageRig::bundle_node(by), keys("keys"), receipt("receipt"), retry("retry");
    for (const char* part : {"type", "identity", "key", "skey"}) keys.child(*user.child_named(part));
    if (!identity.empty()) keys.child(std::move(Node("device-identity").bytes(identity)));
    receipt.attr("from", by.lid).attr("id", id).attr("type", "retry").attr("t", std::uint64_t{1'750'000'100});
    receipt.child(std::move(retry.attr("count", "1").attr("id", id).attr("v", "1").attr("t", std::uint64_t{1'750'000'100})));
    receipt.child(std::move(Node("registration").bytes(be_bytes(by.party.own.registration_id, 4)))).child(std::move(keys));
    rig.server.received.clear();
    rig.say(receipt);
    CHECK(rig.sent("ack").size() == 1);
    return rig.sent("message").size();
  };
  CHECK(retry(rig.own_web, rig.proof(rig.own_web)) == 1);
  CHECK(retry(rig.false_web, {}) == 0);
  CHECK(retry(rig.false_web, test::signed_by(rig.stranger, rig.false_web.party.own.identity, rig.random_)) == 0);
  CHECK(retry(rig.false_phone, {}) == 0);
  test::Device unknown{"90000000000001:12@lid", "5511999999999:12@s.whatsapp.net", 17};
  CHECK(retry(unknown, {}) == 0);
  CHECK(rig.queries("encrypt") == 1);  // its bundle may bring the papers
  rig.answer_bundles({MessageRig::bundle_node(unknown)});
  CHECK(rig.sent("message").empty());
}

TEST_CASE("nobody parts the own number from the own LID") {
  OwnRig rig;
  Node stanza = rig.text_from(rig.friend_phone, "M1", "hi", false);
  stanza.attr("sender_lid", jid("90000000000001@lid"));
  rig.say(stanza);
  store::Txn txn(rig.disk);
  CHECK(lid_of(txn, jid("5511999999999@s.whatsapp.net")) == jid("90000000000001@lid"));
  CHECK(pn_of(txn, jid("90000000000001@lid")) == jid("5511999999999@s.whatsapp.net"));
  CHECK_FALSE(lid_of(txn, rig.friend_phone.pn));
}

TEST_CASE("a sender who only wastes our time is answered, and costs nothing after that") {
  SenderWork work;
  CHECK(work.of("friend", {1'000}).left == signal::kWorkMax);
  CHECK(work.charge("friend", signal::kWorkMax, {1'000}));
  CHECK_FALSE(work.charge("friend", 1, {1'001}));
  CHECK(work.charge("other", 1, {1'001}));
  CHECK(work.of("friend", {2'001}).left == SenderWork::kWorkPerSecond);
  CHECK(work.of("friend", {1'000'000}).left == signal::kWorkMax);
  CHECK_FALSE(work.failed_before(Bytes{1}));
  for (std::uint8_t i = 0; i <= SenderWork::kFailuresMax; ++i) work.note_failure(Bytes{i});
  CHECK_FALSE(work.failed_before(Bytes{0}));
  CHECK(work.failed_before(Bytes{1}));
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
      test::signed_by(forged ? rig.stranger : rig.account, rig.own_web.party.own.identity, rig.random_))));
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

}  // namespace own_devices_test
