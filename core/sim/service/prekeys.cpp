// tested by sim/sim_test.cpp
// The prekey store of the service (04 section 6).
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

constexpr std::size_t kPrekeysMax = 5000;

std::optional<crypto::PublicKey> key_in(const Node& node, std::string_view tag) {
  const Node* child = node.child_named(tag);
  if (!child || child->content_bytes().size() != 32) return std::nullopt;
  return array_of<32>(child->content_bytes());
}

std::optional<std::uint32_t> id_in(const Node& node) {
  const Node* child = node.child_named("id");
  if (!child || child->content_bytes().size() != 3) return std::nullopt;
  return static_cast<std::uint32_t>(read_be(child->content_bytes()));
}

bool take_signed_prekey(Server& server, const Node& skey, signal::RemoteBundle& out) {
  auto id = id_in(skey);
  auto value = key_in(skey, "value");
  const Node* signature = skey.child_named("signature");
  if (!id || !value || !signature || signature->content_bytes().size() != 64) return false;
  if (!crypto::xeddsa_verify(out.identity, crypto::with_type_byte(*value), signature->content_bytes())) {
    server.violation("uploaded signed prekey has a wrong signature");
    return false;
  }
  out.signed_prekey_id = *id;
  out.signed_prekey = *value;
  out.signed_prekey_signature = array_of<64>(signature->content_bytes());
  return true;
}

bool take_prekeys(Server& server, Device& device, const Node& list, std::size_t& count) {
  std::set<std::uint32_t> known;
  for (const auto& [id, key] : device.prekeys) known.insert(id);
  for (const Node& key : list.children()) {
    auto id = id_in(key);
    auto value = key_in(key, "value");
    if (!id || !value || *id == 0) return false;
    ++count;
    if (!known.insert(*id).second) {
      // The same key again (an upload whose answer was lost) is fine; another key under a live id is not.
      for (const auto& [old_id, old_key] : device.prekeys) {
        if (old_id == *id && old_key != *value) server.violation("prekey id reused for another key");
      }
      continue;
    }
    if (device.prekeys.size() >= kPrekeysMax) return false;
    device.prekeys.emplace_back(*id, *value);
  }
  return true;
}

void on_upload(Server& server, Connection& connection, const Node& iq) {
  Device& device = *connection.device;
  const Node* registration = iq.child_named("registration");
  const Node* type = iq.child_named("type");
  const Node* skey = iq.child_named("skey");
  const Node* list = iq.child_named("list");
  auto identity = key_in(iq, "identity");
  signal::RemoteBundle bundle;
  std::size_t count = 0;
  if (!registration || registration->content_bytes().size() != 4 || !type || type->content_bytes().size() != 1 ||
      type->content_bytes()[0] != 5 || !identity || !skey || !list) {
    server.violation("prekey upload is incomplete");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  bundle.registration_id = static_cast<std::uint32_t>(read_be(registration->content_bytes()));
  bundle.identity = *identity;
  if (*identity != device.identity || bundle.registration_id != device.registration_id) {
    server.violation("prekey upload with another identity than the registration");
  }
  if (!take_signed_prekey(server, *skey, bundle) || !take_prekeys(server, device, *list, count)) {
    server.violation("prekey upload is malformed");
    return answer_error(server, connection, iq, 406, "not-acceptable");
  }
  device.signed_prekey = bundle;
  device.uploaded = true;
  device.low_told = false;
  server.fact(PrekeysUploaded{device.account->pn, static_cast<std::uint32_t>(count), device.prekeys.size()});
  answer(server, connection, iq);
  after_prekeys(server, device);
}

Node id_node(std::uint32_t id) {
  Node node("id");
  node.bytes(be_bytes(id, 3));
  return node;
}

Node skey_node(const signal::RemoteBundle& bundle) {
  Node skey("skey");
  skey.child(id_node(bundle.signed_prekey_id)).child(bytes_node("value", bundle.signed_prekey));
  return skey.child(bytes_node("signature", bundle.signed_prekey_signature));
}

void on_digest(Server& server, Connection& connection, const Node& iq) {
  Device& device = *connection.device;
  if (!device.uploaded || !device.signed_prekey) return answer_error(server, connection, iq, 404, "item-not-found");
  const signal::RemoteBundle& bundle = *device.signed_prekey;
  Node digest("digest"), list("list");
  std::vector<crypto::PublicKey> keys;
  for (const auto& [id, key] : device.prekeys) {
    keys.push_back(key);
    list.child(id_node(id));
  }
  digest.child(bytes_node("registration", be_bytes(bundle.registration_id, 4))).child(bytes_node("type", Bytes{5}));
  digest.child(bytes_node("identity", bundle.identity)).child(skey_node(bundle)).child(std::move(list));
  digest.child(bytes_node(
      "hash", signal::prekey_digest(bundle.identity, bundle.signed_prekey, bundle.signed_prekey_signature, keys)));
  answer(server, connection, iq, {std::move(digest)});
}

void on_rotate(Server& server, Connection& connection, const Node& iq, const Node& rotate) {
  Device& device = *connection.device;
  const Node* skey = rotate.child_named("skey");
  if (!device.signed_prekey || !skey || !take_signed_prekey(server, *skey, *device.signed_prekey)) {
    server.violation("signed prekey rotation is malformed");
    return answer_error(server, connection, iq, 406, "not-acceptable");
  }
  answer(server, connection, iq);
}

Node user_bundle(Server& server, const Jid& jid) {
  Node user("user");
  user.attr("jid", jid);
  Device* device = find_device(server, jid);
  std::optional<signal::RemoteBundle> bundle = device ? bundle_of(server, *device) : std::nullopt;
  if (!bundle) return user.child(Node("error").attr("code", std::uint64_t{404}).attr("text", "item-not-found"));
  user.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  user.child(bytes_node("registration", be_bytes(bundle->registration_id, 4))).child(bytes_node("type", Bytes{5}));
  user.child(bytes_node("identity", bundle->identity)).child(skey_node(*bundle));
  if (bundle->prekey) {
    Node key("key");
    key.child(id_node(bundle->prekey->first)).child(bytes_node("value", bundle->prekey->second));
    user.child(std::move(key));
  }
  if (device->number != 0) user.child(bytes_node("device-identity", device->signed_identity));
  return user;
}

void on_fetch(Server& server, Connection& connection, const Node& iq, const Node& key) {
  Node list("list");
  std::set<std::string> asked;
  for (const Node& user : key.children()) {
    std::optional<Jid> jid = user.jid_attr("jid");
    if (!jid || !jid->is_user() || !asked.insert(jid->text()).second) {
      server.violation("bundle query names a bad or repeated JID");
      continue;
    }
    list.child(user_bundle(server, *jid));
  }
  answer(server, connection, iq, {std::move(list)});
}

void tell_if_low(Server& server, Device& device) {
  if (device.actor || device.low_told || device.prekeys.size() >= server.options.prekeys_low) return;
  device.low_told = true;
  Node notification("notification");
  notification.attr("type", "encrypt").attr("from", wire::server_jid()).attr("id", "n-" + server.number());
  notification.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
  deliver(server, device, notification.child(Node("count").attr("value", std::uint64_t{device.prekeys.size()})));
}

}  // namespace

Node bytes_node(std::string_view tag, ByteView bytes) {
  Node node(tag);
  node.bytes(bytes);
  return node;
}

void on_encrypt_query(Server& server, Connection& connection, const Node& iq) {
  Device& device = *connection.device;
  if (iq.child_named("count")) {
    const std::uint64_t count = device.prekeys.size() + device.prekeys_assumed;
    return answer(server, connection, iq, {Node("count").attr("value", count)});
  }
  if (iq.child_named("digest")) return on_digest(server, connection, iq);
  if (const Node* rotate = iq.child_named("rotate")) return on_rotate(server, connection, iq, *rotate);
  if (const Node* key = iq.child_named("key")) return on_fetch(server, connection, iq, *key);
  if (iq.child_named("list")) return on_upload(server, connection, iq);
  server.violation("unknown encrypt query");
  answer_error(server, connection, iq, 400, "bad-request");
}

std::optional<signal::RemoteBundle> bundle_of(Server& server, Device& device) {
  if (device.actor) {
    Actor& actor = *device.actor;
    store::Txn txn(actor.store);
    auto signed_prekey = signal::current_signed_prekey(txn);
    if (!signed_prekey) return std::nullopt;
    const signal::Prekey prekey = signal::take_prekey(txn, server.random);
    actor.store.apply(txn.take());
    signal::RemoteBundle bundle;
    bundle.registration_id = actor.own.registration_id;
    bundle.identity = actor.own.identity.public_key;
    bundle.signed_prekey_id = signed_prekey->id;
    bundle.signed_prekey = signed_prekey->key.public_key;
    bundle.signed_prekey_signature = signed_prekey->signature;
    bundle.prekey = std::pair(prekey.id, prekey.key.public_key);
    return bundle;
  }
  if (!device.uploaded || !device.signed_prekey) return std::nullopt;
  signal::RemoteBundle bundle = *device.signed_prekey;
  if (!device.prekeys.empty()) {
    bundle.prekey = device.prekeys.front();
    device.prekeys.pop_front();
    if (device.prekeys_assumed == 0) tell_if_low(server, device);
  }
  return bundle;
}

void after_prekeys(Server& server, Device& device) {
  if (device.keys_shared) return;
  device.keys_shared = true;
  server.shares.emplace(server.now.mono + server.options.share_delay_ms, std::pair(device.account->pn, device.number));
}

}  // namespace wa::sim
