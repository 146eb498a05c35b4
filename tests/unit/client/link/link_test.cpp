#include "payload.pb.h"
#include "unit/client/client_rig.h"

namespace link_test {

using namespace wa;
using client::LinkState;
using test::ClientRig;

namespace {

pb::ClientPayload payload_of(const ClientRig& rig) {
  pb::ClientPayload payload;
  REQUIRE(payload.ParseFromArray(rig.server.payload.data(), static_cast<int>(rig.server.payload.size())));
  return payload;
}

wire::Node ping(std::string_view id) {
  return std::move(wire::Node("iq").attr("type", "get").attr("xmlns", "urn:xmpp:ping").attr("id", id).attr("from", wire::server_jid()));
}

}  // namespace

TEST_CASE("a device without account registers, with one logs in") {
  ClientRig fresh(false);
  fresh.start();
  REQUIRE(fresh.link_up());
  CHECK(fresh.server.intro == to_bytes(wire::kIntro));
  CHECK(payload_of(fresh).has_device_pairing_data());
  CHECK_FALSE(payload_of(fresh).has_username());

  ClientRig paired(true);
  paired.start();
  REQUIRE(paired.link_up());
  CHECK(payload_of(paired).username() == 5511999999999ULL);
  CHECK(payload_of(paired).device() == 7);
  CHECK(payload_of(paired).passive());
  CHECK_FALSE(payload_of(paired).has_device_pairing_data());
}

TEST_CASE("a trace gives every stanza of both directions as it was inside its frame, in order; only when asked") {
  ClientRig rig(true);
  rig.config.trace = GENERATE(false, true);
  rig.reopen();
  rig.start();
  rig.success();
  rig.bytes(rig.server.seal(ping("a1")));
  if (!rig.config.trace) {
    CHECK(rig.traces.empty());
    return;
  }
  std::vector<wire::Node> sent;
  bool pinged = false;
  for (const Trace& trace : rig.traces) {
    const auto node = wire::decode_stanza(trace.node);
    REQUIRE(node.ok());
    if (trace.sent) {
      sent.push_back(*node);
      CHECK(pinged == (node->text_attr("id") == "a1"));
    } else {
      CHECK(trace.node == wire::encode_stanza(*node));
      pinged = pinged || node->text_attr("id") == "a1";
    }
  }
  CHECK(sent == rig.server.received);
  CHECK(rig.traces.front().sent == false);  // <success>
  CHECK(pinged);
}

TEST_CASE("bytes may be split anywhere") {
  for (std::size_t piece = 1; piece <= 40; ++piece) {
    ClientRig rig(true);
    rig.go_online();
    Bytes all = rig.server.seal(ping("a1"));
    append(all, rig.server.seal(ping("a2")));
    const std::size_t before = rig.server.received.size();
    for (std::size_t at = 0; at < all.size(); at += piece) rig.bytes(ByteView(all).subspan(at, std::min(piece, all.size() - at)));
    REQUIRE(rig.server.received.size() == before + 2);
    CHECK(rig.server.received.back().text_attr("id") == "a2");
    CHECK(rig.server.received.back().text_attr("type") == "result");
  }
}

TEST_CASE("a server that cannot prove itself gets nothing of the account") {
  ClientRig rig(true);
  SECTION("wrong signature") { rig.server.damage_certificate = true; }
  SECTION("not valid yet") { rig.server.not_before_s = 3'000'000'000; }
  SECTION("expired") { rig.server.not_after_s = 1'000'000'000; }
  SECTION("another root") { rig.config.certificates.root_key[3] ^= 1; }
  const bool dates = rig.server.not_before_s != 0 || rig.server.not_after_s != 4'000'000'000;
  rig.start();
  CHECK_FALSE(rig.link_up());
  CHECK(rig.server.payload.empty());
  CHECK(rig.disconnects == 1);
  CHECK(rig.client->status().link == LinkState::waiting);
  CHECK((rig.count<client::ConnectFailure>() == 1) == dates);
}

TEST_CASE("a socket that does not open, a server that does not answer") {
  ClientRig rig(true);
  SECTION("no socket") { rig.answer_connects = false; }
  SECTION("no success") {}
  rig.start();
  CHECK(rig.client->status().link == LinkState::connecting);
  rig.advance(70'000);
  CHECK(rig.disconnects >= 1);
  CHECK(rig.connects >= 2);
  rig.answer_connects = true;
  for (int i = 0; i < 100 && !rig.link_up(); ++i) rig.advance(10'000);
  rig.success();
  CHECK(rig.client->status().link == LinkState::online);
}

TEST_CASE("what an earlier connection says is ignored") {
  ClientRig rig(true);
  rig.go_online();
  const ConnectionId old = rig.connection;
  rig.closed();
  rig.advance(5'000);
  REQUIRE(rig.connection != old);
  rig.success();
  const Bytes garbage(50, 1);
  rig.input([&](client::Turn& turn) { rig.client->on_bytes(old, garbage, turn); });
  rig.input([&](client::Turn& turn) { rig.client->on_closed(old, turn); });
  rig.input([&](client::Turn& turn) { rig.client->on_opened(old, turn); });
  CHECK(rig.client->status().link == LinkState::online);
}

TEST_CASE("frames that do not decrypt end the link, stanzas that do not decode only in a row") {
  ClientRig rig(true);
  rig.go_online();
  const Bytes bad = {0, 0xFF, 0xFF, 0xFF};
  SECTION("undecryptable") {
    rig.bytes(wire::encode_frame(Bytes(40, 9)));
    CHECK(rig.client->status().link == LinkState::waiting);
    CHECK(rig.count<client::Disconnected>() == 1);
  }
  SECTION("an empty frame cannot be authentic") {
    rig.bytes(wire::encode_frame({}));
    CHECK(rig.client->status().link == LinkState::waiting);
  }
  SECTION("seven bad ones, a good one, seven bad ones") {
    for (int i = 0; i < 7; ++i) rig.bytes(rig.server.seal_bytes(bad));
    rig.say(ping("x"));
    for (int i = 0; i < 7; ++i) rig.bytes(rig.server.seal_bytes(bad));
    CHECK(rig.client->status().link == LinkState::online);
  }
  SECTION("eight in a row") {
    for (int i = 0; i < 8; ++i) rig.bytes(rig.server.seal_bytes(bad));
    CHECK(rig.client->status().link == LinkState::waiting);
  }
}

TEST_CASE("routing info leads the next connection, and is left out after a failed one") {
  ClientRig rig(true);
  rig.go_online();
  const Bytes info = {9, 8, 7};
  rig.say(wire::Node("ib").child(wire::Node("edge_routing").child(std::move(wire::Node("routing_info").bytes(info)))));
  CHECK(rig.stored().routing_info == info);
  rig.answer_connects = false;
  rig.closed();
  rig.advance(3'000);
  REQUIRE(rig.connects == 2);
  rig.input([&](client::Turn& turn) { rig.client->on_opened(rig.connection, turn); });
  CHECK(rig.server.intro == concat({Bytes{0x45, 0x44, 0, 1, 0, 0, 3}, info, wire::kIntro}));
  rig.success();
  rig.closed();
  rig.advance(3'000);          // with routing info again; this one never opens
  REQUIRE(rig.connects == 3);
  rig.advance(20'000);
  rig.advance(5'000);
  REQUIRE(rig.connects == 4);
  rig.input([&](client::Turn& turn) { rig.client->on_opened(rig.connection, turn); });
  CHECK(rig.server.intro == to_bytes(wire::kIntro));
}

}  // namespace link_test
