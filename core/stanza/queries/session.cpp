#include "stanza/queries/session.h"

#include "base/limits.h"
#include "stanza/keys.h"

namespace wa::stanza {
namespace {

Node query(std::string_view xmlns, std::string_view type, Node child) {
  Node iq("iq");
  iq.attr("to", wire::server_jid()).attr("type", type).attr("xmlns", xmlns).child(std::move(child));
  return iq;
}

Node answer(std::string_view id, std::string_view type) {
  Node iq("iq");
  iq.attr("id", id).attr("to", wire::server_jid()).attr("type", type);
  return iq;
}

Node with_bytes(std::string_view tag, ByteView bytes) { return std::move(Node(tag).bytes(bytes)); }

Node signed_key_node(const SignedPrekeyPublic& key) {
  Node node = key_node("skey", key.id, key.key);
  node.child(with_bytes("signature", key.signature));
  return node;
}

Node link_code(const Jid& phone, std::string_view stage) {
  Node node("link_code_companion_reg");
  node.attr("jid", phone.user_jid()).attr("stage", stage);
  return node;
}

Node collection_node(const CollectionRequest& request) {
  Node node("collection");
  node.attr("name", request.name);
  if (!request.snapshot) node.attr("version", request.version);
  node.attr("return_snapshot", request.snapshot ? "true" : "false");
  if (request.patch) node.child(with_bytes("patch", *request.patch));
  return node;
}

}  // namespace

Node build_ping() {
  Node iq("iq");
  iq.attr("to", wire::server_jid()).attr("type", "get").attr("xmlns", "w:p");
  return iq;
}

Node build_active() { return query("passive", "set", Node("active")); }

Node build_clean(const Dirty& dirty) {
  Node clean("clean");
  clean.attr("type", dirty.type);
  if (!dirty.timestamp.empty()) clean.attr("timestamp", dirty.timestamp);
  return query("urn:xmpp:whatsapp:dirty", "set", std::move(clean));
}

Node build_media_conn_query() { return query("w:m", "set", Node("media_conn")); }

Node build_privacy_query() { return query("privacy", "get", Node("privacy")); }

Node build_own_picture(ByteView jpeg) {
  Node picture("picture");
  picture.attr("type", "image").bytes(jpeg);
  return query("w:profile:picture", "set", std::move(picture));
}

Node build_iq_result(std::string_view id) { return answer(id, "result"); }

Node build_iq_error(std::string_view id, int code, std::string_view text) {
  Node iq = answer(id, "error");
  iq.child(std::move(Node("error").attr("code", static_cast<std::uint64_t>(code)).attr("text", text)));
  return iq;
}

Node build_pair_device_sign(std::string_view id, std::uint32_t key_index, ByteView device_identity) {
  Node iq = answer(id, "result");
  Node identity("device-identity");
  identity.attr("key-index", std::uint64_t{key_index}).bytes(device_identity);
  iq.child(std::move(Node("pair-device-sign").child(std::move(identity))));
  return iq;
}

Node build_companion_hello(const CompanionHello& hello) {
  Node node = link_code(hello.phone, "companion_hello");
  node.attr("should_show_push_notification", hello.show_notification ? "true" : "false");
  node.child(with_bytes("link_code_pairing_wrapped_companion_ephemeral_pub", hello.wrapped_ephemeral));
  node.child(with_bytes("companion_server_auth_key_pub", hello.noise_public));
  node.child(with_bytes("companion_platform_id", view(hello.platform_id)));
  node.child(with_bytes("companion_platform_display", view(hello.platform_display)));
  node.child(with_bytes("link_code_pairing_nonce", ByteArray<1>{0}));
  return query("md", "set", std::move(node));
}

Node build_companion_finish(const Jid& phone, ByteView wrapped_key_bundle, ByteView identity_public,
                            std::string_view ref) {
  Node node = link_code(phone, "companion_finish");
  node.child(with_bytes("link_code_pairing_wrapped_key_bundle", wrapped_key_bundle));
  node.child(with_bytes("companion_identity_public", identity_public));
  node.child(with_bytes("link_code_pairing_ref", view(ref)));
  return query("md", "set", std::move(node));
}

Node build_remove_companion(const Jid& own_pn) {
  Node node("remove-companion-device");
  node.attr("jid", own_pn).attr("reason", "user_initiated");
  return query("md", "set", std::move(node));
}

Node build_prekey_count_query() { return query("encrypt", "get", Node("count")); }

Node build_prekey_upload(std::uint32_t registration_id, const ByteArray<32>& identity,
                         std::span<const PrekeyPublic> prekeys, const SignedPrekeyPublic& signed_prekey) {
  Node list("list");
  auto& keys = list.content.emplace<Node::Children>();
  keys.reserve(prekeys.size());
  for (const PrekeyPublic& prekey : prekeys) keys.push_back(key_node("key", prekey.id, prekey.key));
  Node iq = query("encrypt", "set", registration_node(registration_id));
  iq.child(key_type_node()).child(with_bytes("identity", identity)).child(std::move(list));
  iq.child(signed_key_node(signed_prekey));
  return iq;
}

Node build_digest_query() { return query("encrypt", "get", Node("digest")); }

Node build_signed_prekey_rotation(const SignedPrekeyPublic& signed_prekey) {
  return query("encrypt", "set", std::move(Node("rotate").child(signed_key_node(signed_prekey))));
}

Node build_bundle_query(std::span<const Jid> devices, bool identity_changed) {
  WA_ASSERT(devices.size() <= limits::kBundlesPerQueryMax);
  Node key("key");
  for (const Jid& device : devices) {
    Node user("user");
    user.attr("jid", device);
    if (identity_changed) user.attr("reason", "identity");
    key.child(std::move(user));
  }
  return query("encrypt", "get", std::move(key));
}

Node build_devices_query(std::span<const Jid> users, std::string_view sid) {
  Node list("list");
  for (const Jid& user : users) list.child(std::move(Node("user").attr("jid", user.user_jid())));
  Node usync("usync");
  usync.attr("sid", sid).attr("mode", "query").attr("last", "true").attr("index", "0").attr("context", "message");
  usync.child(std::move(Node("query").child(std::move(Node("devices").attr("version", "2"))).child(Node("lid"))));
  usync.child(std::move(list));
  return query("usync", "get", std::move(usync));
}

Node build_group_query(const Jid& group) {
  Node iq("iq");
  iq.attr("to", group).attr("type", "get").attr("xmlns", "w:g2");
  return iq.child(std::move(Node("query").attr("request", "interactive")));
}

Node build_privacy_token_issue(const Jid& user, std::int64_t t) {
  Node token("token");
  token.attr("jid", user.user_jid()).attr("t", static_cast<std::uint64_t>(t)).attr("type", "trusted_contact");
  return query("privacy", "set", std::move(Node("tokens").child(std::move(token))));
}

Node build_app_state_query(std::span<const CollectionRequest> collections) {
  Node sync("sync");
  for (const CollectionRequest& request : collections) sync.child(collection_node(request));
  return query("w:sync:app:state", "set", std::move(sync));
}

}  // namespace wa::stanza
