// tested by sim/sim_test.cpp
// Pairing by QR and by code as the phone and the server play it; logout (03).
#include "adv.pb.h"
#include "base/encoding.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::uint32_t kRounds = 131'072;
constexpr std::uint8_t kAccountPrefix[] = {6, 0};
constexpr std::uint8_t kDevicePrefix[] = {6, 1};

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = text.find(by, at);
    if (end == std::string_view::npos) end = text.size();
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Connection* with_ref(Server& server, const std::string& ref) {
  for (auto& [id, connection] : server.connections) {
    if (connection.phase != Phase::open || !connection.registration) continue;
    for (const std::string& own : connection.registration->refs) {
      if (own == ref) return &connection;
    }
  }
  return nullptr;
}

std::string next_query_id(Connection& connection) { return "s-" + std::to_string(connection.next_id++); }

void send_pair_success(Server& server, Connection& connection, Account& owner, ByteView adv_secret) {
  phone(server, owner);
  Registration& registration = *connection.registration;
  PendingPair pending;
  pending.conn = connection.id;
  pending.device = ++owner.next_device;
  pending.iq_id = next_query_id(connection);
  pending.key_index = owner.next_key_index++;
  sign_identity(server, owner, pending.key_index, registration.identity, pending.inner_details, pending.account_signature);
  pb::ADVSignedDeviceIdentity identity;
  identity.set_details(to_string(pending.inner_details));
  identity.set_account_signature_key(to_string(owner.adv_key.public_key));
  identity.set_account_signature(to_string(pending.account_signature));
  const std::string details = identity.SerializeAsString();
  pb::ADVSignedDeviceIdentityHMAC wrapped;
  wrapped.set_details(details);
  wrapped.set_hmac(to_string(crypto::hmac_sha256(adv_secret, view(details))));
  Node iq("iq"), success("pair-success"), identity_node("device-identity"), device("device");
  iq.attr("type", "set").attr("from", wire::server_jid()).attr("id", pending.iq_id);
  iq.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  identity_node.bytes(view(wrapped.SerializeAsString()));
  device.attr("jid", Jid{owner.pn, wire::Server::pn, pending.device});
  device.attr("lid", Jid{owner.lid, wire::Server::lid, pending.device});
  success.child(std::move(identity_node)).child(std::move(device)).child(Node("platform").attr("name", "android"));
  success.child(bytes_node("client-props", Bytes{0x08, static_cast<std::uint8_t>(server.options.migrated)}));
  registration.pair_account = owner.pn;
  registration.pairing = std::move(pending);
  send(server, connection, iq.child(std::move(success)));
}

void finish_pairing(Server& server, Connection& connection, const Node& iq) {
  Registration& registration = *connection.registration;
  PendingPair pending = std::move(*registration.pairing);
  registration.pairing.reset();
  Account& owner = account(server, *registration.pair_account);
  const Node* sign = iq.child_named("pair-device-sign");
  const Node* node = sign ? sign->child_named("device-identity") : nullptr;
  pb::ADVSignedDeviceIdentity identity;
  if (iq.text_attr("type") != "result" || !node ||
      !identity.ParseFromString(to_string(node->content_bytes()))) {
    return server.violation("pair-success was not answered with pair-device-sign");
  }
  if (node->number_attr("key-index") != pending.key_index) server.violation("pair-device-sign has a wrong key-index");
  if (identity.has_account_signature_key()) server.violation("pair-device-sign repeats the account signature key");
  const Bytes message = concat({kDevicePrefix, pending.inner_details, registration.identity, owner.adv_key.public_key});
  if (!equal(view(identity.details()), pending.inner_details) ||
      !crypto::xeddsa_verify(registration.identity, message, view(identity.device_signature()))) {
    return server.violation("device signature is wrong");
  }
  identity.set_account_signature_key(to_string(owner.adv_key.public_key));
  Device& device = register_device(server, owner, pending.device);
  device.noise = connection.client_noise;
  device.identity = registration.identity;
  device.registration_id = registration.registration_id;
  device.key_index = pending.key_index;
  device.signed_identity = to_bytes(view(identity.SerializeAsString()));
  server.fact(DevicePaired{owner.pn, device.pn().text()});
  stream_error(server, connection, 515, {});
}

const Node* only_child(const Node& iq, std::string_view tag) { return iq.child_named(tag); }

Bytes child_bytes(const Node& node, std::string_view tag) {
  const Node* child = node.child_named(tag);
  return child ? to_bytes(child->content_bytes()) : Bytes{};
}

void on_companion_hello(Server& server, Connection& connection, const Node& iq, const Node& hello) {
  Registration& registration = *connection.registration;
  if (!registration.refs_acked) server.violation("companion_hello before pair-device was answered");
  Bytes wrapped = child_bytes(hello, "link_code_pairing_wrapped_companion_ephemeral_pub");
  std::optional<Jid> jid = hello.jid_attr("jid");
  const std::string display = to_string(child_bytes(hello, "companion_platform_display"));
  if (wrapped.size() != 80 || !jid || child_bytes(hello, "companion_server_auth_key_pub").size() != 32 ||
      child_bytes(hello, "companion_platform_id").empty() || child_bytes(hello, "link_code_pairing_nonce").empty()) {
    server.violation("companion_hello is incomplete");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  if (display.find(" (") == std::string::npos || display.back() != ')') {
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  registration.wrapped_companion = std::move(wrapped);
  registration.code_pn = jid->user;
  registration.code_ref = "code-ref-" + server.number();
  Node ref("link_code_pairing_ref");
  ref.bytes(view(registration.code_ref));
  answer(server, connection, iq, {Node("link_code_companion_reg").child(std::move(ref))});
}

void on_companion_finish(Server& server, Connection& connection, const Node& iq, const Node& finish) {
  Registration& registration = *connection.registration;
  Account& owner = account(server, registration.code_pn);
  const Bytes bundle = child_bytes(finish, "link_code_pairing_wrapped_key_bundle");
  auto identity = crypto::parse_public_key(child_bytes(finish, "companion_identity_public"));
  if (!registration.primary_ephemeral || bundle.size() != 32 + 12 + 96 + 16 || !identity ||
      *identity != registration.identity ||
      to_string(child_bytes(finish, "link_code_pairing_ref")) != registration.code_ref) {
    server.violation("companion_finish is malformed");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  auto shared = crypto::x25519(registration.primary_ephemeral->private_key, registration.companion_ephemeral);
  auto identities = crypto::x25519(phone(server, owner).actor->own.identity.private_key, *identity);
  if (!shared || !identities) return answer_error(server, connection, iq, 400, "bad-request");
  const ByteView salt = ByteView(bundle).first(32), nonce = ByteView(bundle).subspan(32, 12);
  const auto key = crypto::hkdf_sha256<32>(*shared, salt, "link_code_pairing_key_bundle_encryption_key");
  auto plain = crypto::gcm_open(key, nonce, {}, ByteView(bundle).subspan(44));
  if (!plain || plain->size() != 96 || !equal(ByteView(*plain).first(32), registration.identity) ||
      !equal(ByteView(*plain).subspan(32, 32), phone(server, owner).identity)) {
    server.violation("key bundle of companion_finish does not open");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  const Bytes secret = concat({*shared, *identities, ByteView(*plain).subspan(64)});
  const auto adv_secret = crypto::hkdf_sha256<32>(secret, {}, "adv_secret");
  answer(server, connection, iq);
  send_pair_success(server, connection, owner, adv_secret);
}

void on_logout(Server& server, Connection& connection, const Node& iq, const Node& remove) {
  Device* device = connection.device;
  auto jid = remove.jid_attr("jid");
  if (!device || !jid || !(*jid == device->pn()) || remove.text_attr("reason").empty()) {
    server.violation("remove-companion-device is malformed");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  answer(server, connection, iq);
  server.fact(DeviceRemoved{device->account->pn, device->number, true});
  Account& owner = *device->account;
  const std::uint16_t number = device->number;
  close(server, connection);
  owner.devices.erase(number);
}

}  // namespace

void sign_identity(Server& server, Account& owner, std::uint32_t key_index, ByteView identity, Bytes& inner,
                   Bytes& signature) {
  pb::ADVDeviceIdentity details;
  details.set_raw_id(owner.raw_id);
  details.set_timestamp(static_cast<std::uint64_t>(server.now.wall.seconds()));
  details.set_key_index(key_index);
  details.set_account_type(0);
  details.set_device_type(0);
  inner = to_bytes(view(details.SerializeAsString()));
  const Bytes message = concat({kAccountPrefix, inner, identity});
  signature = to_bytes(crypto::xeddsa_sign(owner.adv_key.private_key, message, server.random.array<64>()));
}

Bytes signed_identity_of(Server& server, Account& owner, std::uint32_t key_index, const crypto::KeyPair& device) {
  Bytes inner, signature;
  sign_identity(server, owner, key_index, device.public_key, inner, signature);
  const Bytes message = concat({kDevicePrefix, inner, device.public_key, owner.adv_key.public_key});
  const auto by_device = crypto::xeddsa_sign(device.private_key, message, server.random.array<64>());
  pb::ADVSignedDeviceIdentity whole;
  whole.set_details(to_string(inner));
  whole.set_account_signature_key(to_string(owner.adv_key.public_key));
  whole.set_account_signature(to_string(signature));
  whole.set_device_signature(to_string(by_device));
  return to_bytes(view(whole.SerializeAsString()));
}

void start_pairing(Server& server, Connection& connection) {
  Registration& registration = *connection.registration;
  Node iq("iq"), pair("pair-device");
  registration.refs_id = next_query_id(connection);
  for (int i = 0; i < 6; ++i) {
    registration.refs.push_back("2@" + base64(server.random.bytes(24)));
    Node ref("ref");
    ref.bytes(view(registration.refs.back()));
    pair.child(std::move(ref));
  }
  iq.attr("type", "set").attr("from", wire::server_jid()).attr("id", registration.refs_id);
  send(server, connection, iq.child(std::move(pair)));
}

void on_pairing_result(Server& server, Connection& connection, const Node& iq) {
  if (!connection.registration) return;
  Registration& registration = *connection.registration;
  const std::string id = iq.text_attr("id");
  if (id == registration.refs_id) {
    registration.refs_acked = true;
  } else if (registration.pairing && registration.pairing->iq_id == id) {
    finish_pairing(server, connection, iq);
  } else {
    server.violation("iq result nobody waits for");
  }
}

void on_md_query(Server& server, Connection& connection, const Node& iq) {
  if (const Node* remove = only_child(iq, "remove-companion-device")) return on_logout(server, connection, iq, *remove);
  const Node* code = only_child(iq, "link_code_companion_reg");
  if (!code || !connection.registration) {
    server.violation("unknown md query");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  const std::string stage = code->text_attr("stage");
  if (stage == "companion_hello") return on_companion_hello(server, connection, iq, *code);
  if (stage == "companion_finish") return on_companion_finish(server, connection, iq, *code);
  answer_error(server, connection, iq, 400, "bad-request");
}

bool scan_code(Server& server, const std::string& pn, std::string_view qr_text) {
  if (std::size_t hash = qr_text.find('#'); hash != std::string_view::npos) qr_text.remove_prefix(hash + 1);
  const std::vector<std::string> parts = split(qr_text, ',');
  if (parts.size() < 4) return false;
  Connection* connection = with_ref(server, parts[0]);
  auto noise = from_base64(parts[1]), identity = from_base64(parts[2]), secret = from_base64(parts[3]);
  if (!connection || !noise || !identity || !secret || secret->size() != 32) return false;
  if (!equal(*noise, connection->client_noise) || !equal(*identity, connection->registration->identity)) {
    server.violation("QR text does not carry the keys of its connection");
    return false;
  }
  send_pair_success(server, *connection, account(server, pn), *secret);
  return true;
}

bool enter_link_code(Server& server, const std::string& pn, std::string_view code) {
  std::string plain;
  for (char c : code) {
    if (c != '-') plain.push_back(c);
  }
  for (auto& [id, connection] : server.connections) {
    if (connection.phase != Phase::open || !connection.registration) continue;
    Registration& registration = *connection.registration;
    if (registration.code_pn != pn || registration.wrapped_companion.size() != 80) continue;
    const ByteView wrapped = registration.wrapped_companion;
    const auto key = crypto::pbkdf2_sha256(view(plain), wrapped.first(32), kRounds);
    registration.companion_ephemeral = array_of<32>(crypto::ctr_xor(key, wrapped.subspan(32, 16), wrapped.subspan(48)));
    registration.primary_ephemeral = crypto::KeyPair::generate(server.random);
    const auto salt = server.random.array<32>();
    const auto iv = server.random.array<16>();
    const auto own_key = crypto::pbkdf2_sha256(view(plain), salt, kRounds);
    const Bytes sealed = crypto::ctr_xor(own_key, iv, registration.primary_ephemeral->public_key);
    Node notification("notification"), child("link_code_companion_reg");
    Node ref("link_code_pairing_ref"), ephemeral("link_code_pairing_wrapped_primary_ephemeral_pub"),
        identity("primary_identity_pub");
    ref.bytes(view(registration.code_ref));
    ephemeral.bytes(concat({salt, iv, sealed}));
    identity.bytes(phone(server, account(server, pn)).identity);
    child.attr("stage", "primary_hello").child(std::move(ref)).child(std::move(ephemeral)).child(std::move(identity));
    notification.attr("type", "link_code_companion_reg").attr("from", wire::server_jid()).attr("id", "n-" + server.number());
    notification.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
    send(server, connection, notification.child(std::move(child)));
    return true;
  }
  return false;
}

}  // namespace wa::sim
