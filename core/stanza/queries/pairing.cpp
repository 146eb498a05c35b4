// tested by unit/stanza/queries/result_test.cpp
#include "stanza/queries/pairing.h"

#include "stanza/inbound/parts.h"
#include "stanza/queries/parts.h"

namespace wa::stanza {
namespace {

Node link_code(const Jid& phone, std::string_view stage) {
  Node node("link_code_companion_reg");
  node.attr("jid", phone.user_jid()).attr("stage", stage);
  return node;
}

}  // namespace

Node build_pair_device_sign(std::string_view id, std::uint32_t key_index, ByteView device_identity) {
  Node iq = iq_answer(id, "result");
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
  return iq_of("md", "set", std::move(node));
}

Node build_companion_finish(const Jid& phone, ByteView wrapped_key_bundle, ByteView identity_public,
                            std::string_view ref) {
  Node node = link_code(phone, "companion_finish");
  node.child(with_bytes("link_code_pairing_wrapped_key_bundle", wrapped_key_bundle));
  node.child(with_bytes("companion_identity_public", identity_public));
  node.child(with_bytes("link_code_pairing_ref", view(ref)));
  return iq_of("md", "set", std::move(node));
}

Node build_remove_companion(const Jid& own_pn) {
  Node node("remove-companion-device");
  node.attr("jid", own_pn).attr("reason", "user_initiated");
  return iq_of("md", "set", std::move(node));
}

Result<std::string> parse_link_code_ref(const Node& iq) {
  const Node* node = iq.child_named("link_code_companion_reg");
  const ByteView ref = node ? bytes_of_child(*node, "link_code_pairing_ref") : ByteView{};
  if (ref.empty()) return {Errc::bad_input, "pairing code answer without a ref"};
  return to_string(ref);
}

}  // namespace wa::stanza
