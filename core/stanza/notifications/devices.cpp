// Devices of a user, and what the other devices of the own account changed.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound.h"

namespace wa::stanza {
namespace {

NotificationKind parse_devices_changed(const Notification& notification) {
  return DevicesChanged{notification.from.user_jid(), notification.node.jid_attr("lid")};
}

NotificationKind parse_account_sync(const Notification& notification) {
  if (notification.node.child_named("devices")) return parse_devices_changed(notification);
  if (notification.node.child_named("privacy")) return PrivacyChanged{};
  return OtherNotification{};
}

}  // namespace

NotificationRows device_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"account_sync", parse_account_sync, true},
      {"devices", parse_devices_changed},
  };
  return kAll;
}

}  // namespace wa::stanza
