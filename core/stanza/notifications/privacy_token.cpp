// A trusted-contact token (04 section 11).
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

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

}  // namespace

NotificationRows token_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"privacy_token", parse_privacy_token},
  };
  return kAll;
}

}  // namespace wa::stanza
