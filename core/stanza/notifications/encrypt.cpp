// Own prekeys, and identities of others.
// tested by unit/stanza/inbound_test.cpp
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

}  // namespace

NotificationRows encrypt_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"encrypt", parse_encrypt, true},
  };
  return kAll;
}

}  // namespace wa::stanza
