// What the phone and the service say while a device is paired.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

// 03 section 4.2. Without the wrapped key the account demands a passkey (03 section 5): not an error.
NotificationKind parse_link_code(const Notification& notification) {
  const Node* child = notification.node.child_named("link_code_companion_reg");
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

NotificationKind parse_pair_refresh(const Notification&) { return PairRefresh{}; }

NotificationKind parse_passkey_request(const Notification&) { return PasskeyRequest{}; }

}  // namespace

NotificationRows pairing_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"companion_reg_refresh", parse_pair_refresh},
      {"crsc_continuation", parse_passkey_request},
      {"link_code_companion_reg", parse_link_code, true},
      {"passkey_prologue_request", parse_passkey_request},
  };
  return kAll;
}

}  // namespace wa::stanza
