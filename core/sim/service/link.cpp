// tested by sim/sim_test.cpp
// Connections: intro bytes, frames, the responder's side of Noise XX, sealed stanzas (01 sections 2, 3, 5).
#include "handshake.pb.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::uint8_t kRoutingMark[] = {0x45, 0x44, 0x00, 0x01};

void fail(Server& server, Connection& connection, const char* why) {
  server.violation(why);
  connection.phase = Phase::dead;
  close(server, connection);
}

// True when the intro is complete; what follows it goes to the frame buffer.
bool take_intro(Server& server, Connection& connection, ByteView bytes) {
  append(connection.intro, bytes);
  std::size_t skip = 0;
  const Bytes& intro = connection.intro;
  if (!intro.empty() && intro[0] == kRoutingMark[0]) {
    if (intro.size() < 7) return false;
    if (!equal(ByteView(intro).first(4), kRoutingMark)) {
      fail(server, connection, "routing prefix is malformed");
      return false;
    }
    skip = 7 + static_cast<std::size_t>(read_be(ByteView(intro).subspan(4, 3)));
  }
  if (intro.size() < skip + wire::kIntro.size()) return false;
  if (!equal(ByteView(intro).subspan(skip, wire::kIntro.size()), wire::kIntro)) {
    fail(server, connection, "connection does not start with WA 6 3");
    return false;
  }
  connection.intro_done = true;
  connection.frames.push(ByteView(intro).subspan(skip + wire::kIntro.size()));
  connection.intro = {};
  return true;
}

Bytes certificate(Server& server, std::uint32_t serial, std::uint32_t issuer, const crypto::PublicKey& key,
                  const crypto::PrivateKey& signer, pb::CertChain::NoiseCertificate* out) {
  pb::CertChain::NoiseCertificate::Details details;
  details.set_serial(serial);
  details.set_issuer_serial(issuer);
  details.set_key(to_string(key));
  details.set_not_before(static_cast<std::uint64_t>(server.now.wall.seconds() - 86'400));
  details.set_not_after(static_cast<std::uint64_t>(server.now.wall.seconds() + 30 * 86'400));
  const std::string raw = details.SerializeAsString();
  out->set_details(raw);
  out->set_signature(to_string(crypto::xeddsa_sign(signer, view(raw), server.random.array<64>())));
  return to_bytes(raw);
}

Bytes certificate_chain(Server& server) {
  pb::CertChain chain;
  certificate(server, 1, 0, server.intermediate.public_key, server.root.private_key, chain.mutable_intermediate());
  certificate(server, 2, 1, server.noise_static.public_key, server.intermediate.private_key, chain.mutable_leaf());
  std::string bytes = chain.SerializeAsString();
  if (server.take_fault(FaultKind::bad_certificate)) {
    (*chain.mutable_leaf()->mutable_signature())[5] ^= 1;
    bytes = chain.SerializeAsString();
  }
  return to_bytes(bytes);
}

void send_frame(Server& server, Connection& connection, ByteView payload) {
  server.out.push_back({connection.id, wire::encode_frame(payload), false});
}

void on_client_hello(Server& server, Connection& connection, ByteView frame) {
  pb::HandshakeMessage hello;
  if (!hello.ParseFromArray(frame.data(), static_cast<int>(frame.size())) || !hello.has_client_hello() ||
      hello.client_hello().ephemeral().size() != 32) {
    return fail(server, connection, "client hello is malformed");
  }
  if (server.take_fault(FaultKind::no_handshake)) {
    connection.phase = Phase::dead;
    return;
  }
  const auto client_ephemeral = array_of<32>(view(hello.client_hello().ephemeral()));
  connection.ephemeral = crypto::KeyPair::generate(server.random);
  connection.noise.emplace(noise::kXxName, wire::kIntro);
  noise::SymmetricState& state = *connection.noise;
  state.mix_hash(client_ephemeral);
  state.mix_hash(connection.ephemeral.public_key);
  auto first = crypto::x25519(connection.ephemeral.private_key, client_ephemeral);
  auto second = crypto::x25519(server.noise_static.private_key, client_ephemeral);
  if (!first || !second) return fail(server, connection, "client ephemeral key is of low order");
  state.mix_key(*first);
  pb::HandshakeMessage reply;
  reply.mutable_server_hello()->set_ephemeral(to_string(connection.ephemeral.public_key));
  reply.mutable_server_hello()->set_static_(to_string(state.encrypt(server.noise_static.public_key)));
  state.mix_key(*second);
  reply.mutable_server_hello()->set_payload(to_string(state.encrypt(certificate_chain(server))));
  connection.phase = Phase::finish;
  send_frame(server, connection, view(reply.SerializeAsString()));
}

void on_client_finish(Server& server, Connection& connection, ByteView frame) {
  pb::HandshakeMessage finish;
  if (!finish.ParseFromArray(frame.data(), static_cast<int>(frame.size())) || !finish.has_client_finish()) {
    return fail(server, connection, "client finish is malformed");
  }
  noise::SymmetricState& state = *connection.noise;
  auto client_static = state.decrypt(view(finish.client_finish().static_()));
  if (!client_static || client_static->size() != 32) return fail(server, connection, "client static key does not decrypt");
  connection.client_noise = array_of<32>(*client_static);
  auto shared = crypto::x25519(connection.ephemeral.private_key, connection.client_noise);
  if (!shared) return fail(server, connection, "client static key is of low order");
  state.mix_key(*shared);
  auto payload = state.decrypt(view(finish.client_finish().payload()));
  if (!payload) return fail(server, connection, "client payload does not decrypt");
  const noise::SymmetricState::Keys keys = state.split();
  connection.transport.emplace(keys.server_to_client, keys.client_to_server);
  connection.noise.reset();
  connection.phase = Phase::open;
  on_client_payload(server, connection, *payload);
}

void on_sealed(Server& server, Connection& connection, ByteView frame) {
  auto plain = connection.transport->open(frame);
  if (!plain) return fail(server, connection, "frame does not authenticate");
  auto node = wire::decode_stanza(*plain);
  if (!node) return fail(server, connection, "stanza does not decode");
  on_stanza(server, connection, *node);
}

}  // namespace

void on_frames(Server& server, Connection& connection, ByteView bytes) {
  if (connection.phase == Phase::dead) return;
  if (!connection.intro_done) {
    if (!take_intro(server, connection, bytes)) return;
  } else {
    connection.frames.push(bytes);
  }
  while (connection.phase != Phase::dead) {
    std::optional<Bytes> frame = connection.frames.next();
    if (!frame) return;
    if (connection.phase == Phase::hello) {
      on_client_hello(server, connection, *frame);
    } else if (connection.phase == Phase::finish) {
      on_client_finish(server, connection, *frame);
    } else {
      on_sealed(server, connection, *frame);
    }
  }
}

void send(Server& server, Connection& connection, const Node& node) {
  if (connection.phase != Phase::open || connection.silent || !connection.transport) return;
  auto sealed = connection.transport->seal(wire::encode_stanza(node));
  if (sealed) send_frame(server, connection, *sealed);
}

void close(Server& server, Connection& connection) {
  connection.phase = Phase::dead;
  server.out.push_back({connection.id, {}, true});
  server.closed.push_back(connection.id);
  if (Device* device = connection.device; device && device->conn == connection.id) {
    device->conn = 0;
    for (Pending& item : device->queue) item.sent = false;
    if (connection.active) server.fact(DeviceOffline{device->account->pn, device->number});
  }
  connection.device = nullptr;
  connection.active = false;
}

void stream_error(Server& server, Connection& connection, int code, std::string_view conflict) {
  Node error("stream:error");
  if (code) error.attr("code", static_cast<std::uint64_t>(code));
  if (!conflict.empty()) error.child(Node("conflict").attr("type", conflict));
  send(server, connection, error);
  close(server, connection);
}

void forget_connection(Server& server, Conn id) {
  auto found = server.connections.find(id);
  if (found == server.connections.end()) return;
  close(server, found->second);
  server.out.pop_back();  // the other side closed: nothing to say
  server.closed.pop_back();
  server.connections.erase(found);
}

Connection* connection_of(Server& server, const Device& device) {
  if (!device.conn) return nullptr;
  auto found = server.connections.find(device.conn);
  return found == server.connections.end() ? nullptr : &found->second;
}

}  // namespace wa::sim
