// A trusted-contact token (04 section 11): of several the newest.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

NotificationKind parse_privacy_token(const Notification& notification) {
  const Node* tokens = notification.node.child_named("tokens");
  if (!tokens) return OtherNotification{};
  std::optional<PrivacyToken> newest;
  for (const Node& token : tokens->children()) {
    if (token.tag != "token" || token.text_attr("type") != "trusted_contact" || token.content_bytes().empty()) continue;
    const std::int64_t t = number_or_zero(token, "t");
    if (t <= 0 || (newest && newest->t >= t)) continue;
    const wire::Jid user = notification.sender_lid.value_or(notification.from).user_jid();
    newest = PrivacyToken{user, to_bytes(token.content_bytes()), t};
  }
  if (!newest) return OtherNotification{};
  return *std::move(newest);
}

}  // namespace

NotificationRows token_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"privacy_token", parse_privacy_token, true},
  };
  return kAll;
}

}  // namespace wa::stanza
