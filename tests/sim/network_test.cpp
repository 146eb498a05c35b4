// The simulated network by itself, driven by a client of a few lines (not the product's): the handshake, refusal of wrong
// keys, and what login and prekey queries answer.
#include <catch2/catch.hpp>

#include "noise/handshake.h"
#include "payload.pb.h"
#include "sim/service/network.h"
#include "sim/world/seeded_random.h"
#include "wire/frame.h"
#include "wire/node.h"

using namespace wa;
using wire::Node;

namespace {

struct TinyClient {
  sim::SimNetwork& network;
  sim::SeededRandom random{99};
  Now now{MonoTime{1000}, WallTime{1'780'000'000'000}};
  sim::Conn conn = 0;
  std::optional<noise::Transport> transport;
  wire::FrameBuffer frames;
  std::vector<Node> received;
  bool closed = false;

  explicit TinyClient(sim::SimNetwork& target) : network(target) {}

  void take(const std::vector<sim::Out>& outs) {
    for (const sim::Out& out : outs) {
      if (out.conn != conn) continue;
      frames.push(out.bytes);
      closed = closed || out.close;
    }
    while (transport) {
      auto frame = frames.next();
      if (!frame) return;
      auto plain = transport->open(*frame);
      REQUIRE(plain.ok());
      auto node = wire::decode_stanza(*plain);
      REQUIRE(node.ok());
      received.push_back(*node);
    }
  }

  bool connect(sim::Conn id, const crypto::KeyPair& noise_key, const Bytes& payload) {
    conn = id;
    transport.reset();
    received.clear();
    closed = false;
    take(network.on_open(conn, now));
    noise::Handshake handshake(noise_key, crypto::KeyPair::generate(random));
    Bytes first = wire::build_intro({});
    append(first, wire::encode_frame(handshake.client_hello()));
    for (std::uint8_t byte : first) take(network.on_bytes(conn, Bytes{byte}, now));  // split at every byte
    auto hello = frames.next();
    if (!hello) return false;
    noise::CertificatePolicy policy;
    policy.root_key = network.root_key();
    auto finished = handshake.on_server_hello(*hello, payload, policy, now.wall);
    if (!finished) return false;
    transport = finished->transport;
    take(network.on_bytes(conn, wire::encode_frame(finished->client_finish), now));
    return true;
  }

  void send(const Node& node) {
    auto sealed = transport->seal(wire::encode_stanza(node));
    REQUIRE(sealed.ok());
    take(network.on_bytes(conn, wire::encode_frame(*sealed), now));
  }

  const Node* got(std::string_view tag) const {
    for (const Node& node : received) {
      if (node.tag == tag) return &node;
    }
    return nullptr;
  }
};

Bytes login_payload(const sim::PairedDevice& device) {
  pb::ClientPayload payload;
  payload.set_username(std::stoull(device.pn));
  payload.set_device(device.device);
  payload.set_passive(true);
  payload.set_pull(true);
  payload.set_connect_type(1);
  payload.mutable_web_info()->set_web_sub_platform(0);
  payload.mutable_user_agent()->set_platform(14);
  payload.mutable_user_agent()->set_mcc("000");
  payload.mutable_user_agent()->set_mnc("000");
  payload.mutable_user_agent()->mutable_app_version()->set_primary(2);
  payload.mutable_user_agent()->mutable_app_version()->set_secondary(3000);
  return to_bytes(view(payload.SerializeAsString()));
}

Node query(const char* id, const char* xmlns, const char* type, Node child) {
  Node iq("iq");
  iq.attr("id", id).attr("xmlns", xmlns).attr("type", type).attr("to", wire::server_jid());
  return iq.child(std::move(child));
}

struct Fixture {
  sim::SeededRandom random{7};
  sim::SimNetwork network{sim::Options{}, random, Now{MonoTime{1000}, WallTime{1'780'000'000'000}}};
};

}  // namespace

TEST_CASE("a paired device logs in, becomes active and is served") {
  Fixture fixture;
  const sim::PairedDevice device = fixture.network.pair_directly("5511999999999");
  TinyClient client(fixture.network);
  REQUIRE(client.connect(1, device.noise, login_payload(device)));
  REQUIRE(client.got("success"));
  REQUIRE(client.got("success")->jid_attr("lid")->user == device.lid);
  REQUIRE_FALSE(fixture.network.online("5511999999999"));
  client.send(query("1", "passive", "set", Node("active")));
  REQUIRE(fixture.network.online("5511999999999"));
  client.received.clear();
  client.send(query("2", "encrypt", "get", Node("count")));
  REQUIRE(client.got("iq")->child_named("count")->text_attr("value") == "812");
  client.received.clear();
  fixture.network.ring("5511999999999", "5511988888888", sim::CallType::lid);
  client.take(fixture.network.on_tick(client.now));
  REQUIRE(client.got("call"));
  REQUIRE(client.got("call")->child_named("offer")->jid_attr("caller_pn")->user == "5511988888888");
  REQUIRE(fixture.network.violations().empty());
}

TEST_CASE("wrong keys, a second connection and bad stanzas are noticed") {
  Fixture fixture;
  const sim::PairedDevice device = fixture.network.pair_directly("5511999999999");
  TinyClient stranger(fixture.network);
  REQUIRE(stranger.connect(1, crypto::KeyPair::generate(fixture.random), login_payload(device)));
  REQUIRE(stranger.got("failure")->text_attr("reason") == "401");
  REQUIRE(stranger.closed);

  TinyClient first(fixture.network), second(fixture.network);
  REQUIRE(first.connect(2, device.noise, login_payload(device)));
  REQUIRE(second.connect(3, device.noise, login_payload(device)));
  first.take(fixture.network.on_tick(first.now));
  REQUIRE(second.got("success"));
  REQUIRE(fixture.network.violations().empty());

  second.send(query("1", "passive", "set", Node("active")));
  second.send(query("1", "w:p", "get", Node("ping")));
  REQUIRE(fixture.network.violations().back() == "iq id used twice on one connection");
  Node reject("reject"), call("call");
  reject.attr("call-id", "00").attr("call-creator", wire::Jid{"1", wire::Server::lid}).attr("count", "0").child(Node("tctoken"));
  call.attr("id", "c1").attr("to", wire::Jid{"1", wire::Server::lid});
  second.send(call.child(std::move(reject)));
  REQUIRE(fixture.network.violations().back() == "reject has children");
}

TEST_CASE("an unacknowledged stanza ends in a stream error and comes again") {
  Fixture fixture;
  const sim::PairedDevice device = fixture.network.pair_directly("5511999999999");
  TinyClient client(fixture.network);
  REQUIRE(client.connect(1, device.noise, login_payload(device)));
  client.send(query("1", "passive", "set", Node("active")));
  fixture.network.ring("5511999999999", "5511988888888");
  client.take(fixture.network.on_tick(client.now));
  client.now.mono = client.now.mono + 61'000;
  client.take(fixture.network.on_tick(client.now));
  REQUIRE(client.got("stream:error")->child_named("ack")->text_attr("class") == "call");
  REQUIRE(client.closed);
  REQUIRE(fixture.network.violations().size() == 1);
  REQUIRE(client.connect(2, device.noise, login_payload(device)));
  client.send(query("1", "passive", "set", Node("active")));
  REQUIRE(client.got("ib"));
  REQUIRE(client.got("call")->text_attr("offline") == "0");
  Node ack("ack");
  ack.attr("class", "call").attr("id", client.got("call")->text_attr("id")).attr("to", *client.got("call")->jid_attr("from"));
  client.send(ack.attr("type", "offer"));
  REQUIRE(fixture.network.waiting("5511999999999") == 0);
}
