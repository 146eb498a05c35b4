#include <limits>

#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

NotificationKind parse_encrypt(const Notification& notification) {
  const Node& node = notification.node;
  if (const Node* count = node.child_named("count")) {
    return PrekeysLow{static_cast<std::uint32_t>(number_or_zero(*count, "value"))};
  }
  if (node.child_named("identity")) return IdentityChange{notification.from};
  if (node.child_named("digest")) return DigestWanted{};
  return OtherNotification{};
}

// A server that names no version means: look.
constexpr std::uint64_t kSomeNewerVersion = std::numeric_limits<std::uint64_t>::max();

NotificationKind parse_server_sync(const Node& node) {
  AppStateDirty dirty;
  for (const Node& child : node.children()) {
    if (child.tag != "collection") continue;
    std::string name = child.text_attr("name");
    if (!name.empty()) dirty.collections.emplace_back(std::move(name), child.number_attr("version").value_or(kSomeNewerVersion));
  }
  if (dirty.collections.empty()) return OtherNotification{};
  return dirty;
}

NotificationKind parse_privacy_token(const Notification& notification) {
  const Node* tokens = notification.node.child_named("tokens");
  if (!tokens) return OtherNotification{};
  for (const Node& token : tokens->children()) {
    if (token.tag != "token" || token.text_attr("type") != "trusted_contact" || token.content_bytes().empty()) continue;
    return PrivacyToken{notification.sender_lid.value_or(notification.from).user_jid(), to_bytes(token.content_bytes()),
                        number_or_zero(token, "t")};
  }
  return OtherNotification{};
}

// 03 section 4.2. Without the wrapped key the account demands a passkey (03 section 5): not an error.
NotificationKind parse_link_code(const Node& node) {
  const Node* child = node.child_named("link_code_companion_reg");
  if (!child) return OtherNotification{};
  const std::string stage = child->text_attr("stage");
  if (stage == "refresh_code") return LinkCodeRefresh{child->text_attr("force_manual_refresh") == "true"};
  if (stage != "primary_hello") return OtherNotification{};
  LinkCodePrimaryHello hello;
  hello.ref = to_string(bytes_of_child(*child, "link_code_pairing_ref"));
  hello.wrapped_ephemeral = to_bytes(bytes_of_child(*child, "link_code_pairing_wrapped_primary_ephemeral_pub"));
  hello.primary_identity = to_bytes(bytes_of_child(*child, "primary_identity_pub"));
  hello.passkey = hello.wrapped_ephemeral.empty();
  return hello;
}

}  // namespace

Inbound parse_notification_stanza(Node node) {
  auto ack = ack_info(node);
  if (!ack) return unknown(node);
  Notification notification;
  notification.ack = std::move(*ack);
  notification.type = notification.ack.type;
  notification.from = notification.ack.from;
  notification.participant = notification.ack.participant;
  notification.sender_lid = node.jid_attr("sender_lid");
  notification.t = number_or_zero(node, "t");
  notification.offline = has_attr(node, "offline");
  notification.node = std::move(node);
  return notification;
}

NotificationKind parse_notification(const Notification& notification) {
  const std::string& type = notification.type;
  if (type == "encrypt") return parse_encrypt(notification);
  if (type == "server_sync") return parse_server_sync(notification.node);
  if (type == "devices") return DevicesChanged{notification.from.user_jid(), notification.node.jid_attr("lid")};
  if (type == "account_sync" && notification.node.child_named("devices")) {
    return DevicesChanged{notification.from.user_jid(), notification.node.jid_attr("lid")};
  }
  if (type == "account_sync" && notification.node.child_named("privacy")) return PrivacyChanged{};
  if (type == "w:gp2") return GroupChanged{notification.from};
  if (type == "privacy_token") return parse_privacy_token(notification);
  if (type == "link_code_companion_reg") return parse_link_code(notification.node);
  if (type == "companion_reg_refresh") return PairRefresh{};
  if (type == "passkey_prologue_request" || type == "crsc_continuation") return PasskeyRequest{};
  return OtherNotification{};
}

}  // namespace wa::stanza
