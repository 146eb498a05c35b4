// tested by sim/sim_test.cpp
// The client payload: registration or login (01 sections 4, 5).
#include "base/encoding.h"
#include "crypto/hash.h"
#include "payload.pb.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

void refuse(Server& server, Connection& connection, int reason) {
  Node failure("failure");
  failure.attr("reason", static_cast<std::uint64_t>(reason)).attr("location", "sim");
  if (reason == 402) failure.attr("code", std::uint64_t{101}).attr("expire", std::uint64_t{3600});
  send(server, connection, failure);
  close(server, connection);
}

bool check_common(Server& server, const pb::ClientPayload& payload) {
  const pb::UserAgent& agent = payload.user_agent();
  bool good = agent.platform() == 14 && agent.app_version().primary() == 2 && agent.app_version().secondary() == 3000 &&
              agent.mcc() == "000" && agent.mnc() == "000" && payload.has_web_info() && payload.connect_type() == 1;
  if (!good) server.violation("client payload lacks common fields");
  return good;
}

bool parse_registration(Server& server, const pb::ClientPayload& payload, Registration& out) {
  const pb::DevicePairingData& data = payload.device_pairing_data();
  auto identity = crypto::parse_public_key(view(data.e_ident()));
  auto signed_prekey = crypto::parse_public_key(view(data.e_skey_val()));
  if (data.e_regid().size() != 4 || data.e_keytype() != std::string(1, '\x05') || !identity || !signed_prekey ||
      data.e_skey_id().size() != 3 || data.e_skey_sig().size() != 64 || data.build_hash().size() != 16 ||
      data.device_props().empty()) {
    server.violation("registration payload is incomplete");
    return false;
  }
  const pb::AppVersion& version = payload.user_agent().app_version();
  const std::string text = std::to_string(version.primary()) + "." + std::to_string(version.secondary()) + "." +
                           std::to_string(version.tertiary());
  if (!equal(crypto::md5(view(text)), view(data.build_hash()))) server.violation("build hash is not of the version");
  if (!crypto::xeddsa_verify(*identity, crypto::with_type_byte(*signed_prekey), view(data.e_skey_sig()))) {
    server.violation("signed prekey of the registration has a wrong signature");
    return false;
  }
  if (payload.passive() || payload.pull()) server.violation("registration payload is passive or pull");
  out.registration_id = static_cast<std::uint32_t>(read_be(view(data.e_regid())));
  out.signed_prekey_id = static_cast<std::uint32_t>(read_be(view(data.e_skey_id())));
  out.identity = *identity;
  out.signed_prekey = *signed_prekey;
  out.signature = array_of<64>(view(data.e_skey_sig()));
  return true;
}

void welcome(Server& server, Connection& connection, Device& device) {
  if (Connection* old = connection_of(server, device)) {
    stream_error(server, *old, 0, "replaced");
  }
  device.conn = connection.id;
  connection.device = &device;
  Node success("success");
  success.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds())).attr("lid", device.lid());
  success.attr("props", "1").attr("abprops", "1").attr("location", "sim");
  send(server, connection, success);
  if (server.options.edge_routing) send(server, connection, Node("ib").child(edge_routing(device)));
}

void on_login(Server& server, Connection& connection, const pb::ClientPayload& payload) {
  if (payload.lid_db_migrated() && !server.options.migrated) server.violation("login claims another kind of account");
  if (!payload.passive() || !payload.pull()) server.violation("login payload is not passive and pull");
  Account& owner = account(server, std::to_string(payload.username()));
  auto found = owner.devices.find(static_cast<std::uint16_t>(payload.device()));
  if (auto fault = server.take_fault(FaultKind::login_failure)) return refuse(server, connection, fault->code);
  if (found == owner.devices.end() || found->second->actor || found->second->noise != connection.client_noise) {
    return refuse(server, connection, 401);
  }
  welcome(server, connection, *found->second);
}

}  // namespace

Node edge_routing(const Device& device) {
  Bytes routing = to_bytes("edge");
  routing.push_back(static_cast<std::uint8_t>(device.number));
  Node info("routing_info"), out("edge_routing");
  info.bytes(routing);
  return std::move(out.child(std::move(info)));
}

void on_client_payload(Server& server, Connection& connection, ByteView bytes) {
  pb::ClientPayload payload;
  if (!payload.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !check_common(server, payload)) {
    return refuse(server, connection, 409);
  }
  if (payload.user_agent().app_version().tertiary() < server.options.version_min) return refuse(server, connection, 405);
  if (payload.has_username()) return on_login(server, connection, payload);
  connection.registration = std::make_unique<Registration>();
  if (!parse_registration(server, payload, *connection.registration)) return refuse(server, connection, 400);
  start_pairing(server, connection);
}

}  // namespace wa::sim
