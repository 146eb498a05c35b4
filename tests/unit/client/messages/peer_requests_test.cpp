// What is asked of own devices, and told to them: it stays until the service took it.
#include "client/messages/peer_requests.h"

#include "appstate/key_ring.h"
#include "client/messages/outbox.h"
#include "unit/client/message_rig.h"
#include "unit/client/scripted_turn.h"

namespace peer_requests_test {

using namespace wa;
using namespace wa::client;
using store::Table;
using test::MessageRig;
using wire::Node;

namespace {

Node damaged_copy(Node stanza) {
  Bytes& sealed = std::get<Bytes>(std::get<Node::Children>(stanza.content).front().content);
  sealed[sealed.size() / 2] ^= 1;
  return stanza;
}

// Questions for bundles; of our own prekeys the service is asked in the same namespace.
std::vector<Node> bundle_questions(const MessageRig& rig) {
  std::vector<Node> out;
  for (const Node& iq : rig.sent("iq")) {
    if (iq.child_named("key")) out.push_back(iq);
  }
  return out;
}

void answer_bundle_question(MessageRig& rig, std::vector<Node> users) {
  const auto asked = bundle_questions(rig);
  REQUIRE_FALSE(asked.empty());
  Node result("iq"), list("list");
  for (Node& user : users) list.child(std::move(user));
  result.attr("type", "result").attr("id", asked.back().text_attr("id")).attr("from", wire::server_jid());
  rig.say(result.child(std::move(list)));
}

// Opens what the phone is asked for; nothing while its bundle does not come.
std::optional<Content> asked_of_phone(MessageRig& rig) {
  const auto sent = rig.sent("message");
  if (sent.empty()) return std::nullopt;
  CHECK(sent.back().text_attr("category") == "peer");
  return rig.open_at(rig.own_phone, *sent.back().child_named("enc"));
}

}  // namespace

TEST_CASE("what the own phone is to be asked for stays until the service took it") {
  MessageRig rig;
  rig.say(damaged_copy(rig.text_from(rig.friend_phone, "LOST", "hello")));
  rig.advance(6'000);
  for (int i = 0; i < 2; ++i) answer_bundle_question(rig, {});  // the phone is not there
  CHECK(rig.rows(Table::outbox) == 1);
  CHECK(bundle_questions(rig).size() == 2);
  rig.advance(1'800'000);
  CHECK(bundle_questions(rig).size() == 2);
  SECTION("an hour later") { rig.advance(1'800'000); }
  SECTION("on the next connection") {
    rig.closed();
    rig.advance(60'000);
    rig.success();
  }
  answer_bundle_question(rig, {MessageRig::bundle_node(rig.own_phone)});
  REQUIRE(asked_of_phone(rig));
  CHECK(rig.rows(Table::outbox) == 1);
  rig.ack(rig.sent("message").back());
  CHECK(rig.rows(Table::outbox) == 0);
}

TEST_CASE("a message that the phone was not asked for is asked for when it comes again") {
  MessageRig rig;
  const Node first = rig.text_from(rig.friend_phone, "LOST0", "hello");
  rig.say(damaged_copy(first));
  for (std::size_t i = 1; i < limits::kPeerMessagesMax; ++i) {
    rig.say(damaged_copy(rig.text_from(rig.friend_phone, "LOST" + std::to_string(i), "x")));
    rig.move(1'000);
  }
  const Node late = damaged_copy(rig.text_from(rig.friend_phone, "LATE", "x"));
  rig.say(late);  // no room
  CHECK(rig.rows(Table::outbox) == limits::kPeerMessagesMax);
  rig.move(5'000);
  rig.say(first);  // this one needs no phone any more
  CHECK(rig.rows(Table::outbox) == limits::kPeerMessagesMax - 1);
  rig.say(late);
  CHECK(rig.rows(Table::outbox) == limits::kPeerMessagesMax);
  rig.say(late);
  CHECK(rig.rows(Table::outbox) == limits::kPeerMessagesMax);
}

TEST_CASE("keys that are missing are asked of the phone and of all companions, under ids of their own") {
  const Config config;
  for (const std::size_t keys : {1u, 2u, 64u}) {
    INFO(keys);
    test::ScriptedTurn world;
    test::WayOut way;
    way.account.paired = true;
    way.account.pn = test::jid("5511999999999:7@s.whatsapp.net");
    Outbox outbox(config);
    KeysMissing missing;
    for (std::size_t at = 0; at < keys; ++at) missing.key_ids.push_back(Bytes{0, 0, 0, 0, 0, static_cast<std::uint8_t>(at)});
    outbox.on(missing, way.out, world.turn());
    std::vector<OutboxRow> rows;
    for (const store::Row& row : world.turn().txn.scan(Table::outbox, {}, 10)) rows.push_back(*decode_outbox_row(row.value));
    REQUIRE(rows.size() == 2);
    CHECK((rows[0].to.device == 0 && rows[1].to.device == kCompanions));
    CHECK(rows[0].id != rows[1].id);
    for (const OutboxRow& row : rows) {
      CHECK((row.peer && row.to.user == way.account.pn.user));
      CHECK(keys_asked_for(row.content) == missing.key_ids);
    }
  }
}

TEST_CASE("an own device that asks for keys gets those we have, and hears of the others") {
  MessageRig rig;
  rig.input([](client::Turn& turn) {
    REQUIRE(appstate::store_key(turn.txn, Bytes{0, 0, 0, 0, 0, 1}, Bytes(32, 5), 77).ok());
  });
  const Bytes request = build_key_request({Bytes{0, 0, 0, 0, 0, 1}, Bytes{0, 0, 0, 0, 0, 2}});
  CHECK(keys_asked_for(request).size() == 2);
  CHECK_FALSE(message_asked_for(request));
  SECTION("the phone") {
    Node stanza = rig.message_from(rig.own_phone, "ASK");
    rig.say(stanza.attr("category", "peer").child(rig.enc_from(rig.own_phone, request)));
    const auto answer = asked_of_phone(rig);
    REQUIRE(answer);
    CHECK(answer->protocol == ProtocolKind::key_share);
    REQUIRE(answer->keys.size() == 2);
    CHECK(answer->keys[0].key_data == Bytes(32, 5));
    CHECK(answer->keys[0].timestamp_ms == 77);
    CHECK(answer->keys[1].key_id == Bytes{0, 0, 0, 0, 0, 2});
    CHECK(answer->keys[1].key_data.empty());
  }
  SECTION("a stranger") {
    Node stanza = rig.message_from(rig.friend_phone, "ASK");
    rig.say(stanza.attr("category", "peer").child(rig.enc_from(rig.friend_phone, request)));
    CHECK(rig.sent("message").empty());
  }
  SECTION("a companion without proof") {
    test::Device web("90000000000001:9@lid", "5511999999999:9@s.whatsapp.net", 21);
    Node stanza = rig.message_from(web, "ASK");
    rig.say(stanza.attr("category", "peer").child(rig.enc_from(web, request)));
    CHECK(rig.sent("message").empty());
  }
}

}  // namespace peer_requests_test
