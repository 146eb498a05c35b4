// Joins the files of the notifications: each has its rows at its end.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound.h"

namespace wa::stanza {

NotificationRows contact_notifications();  // contacts.cpp
NotificationRows device_notifications();   // devices.cpp
NotificationRows encrypt_notifications();  // encrypt.cpp
NotificationRows group_notifications();    // groups.cpp
NotificationRows pairing_notifications();  // pairing.cpp
NotificationRows sync_notifications();     // server_sync.cpp
NotificationRows token_notifications();    // privacy_token.cpp

namespace {

constexpr NotificationRows (*kFiles[])() = {
    contact_notifications, device_notifications, encrypt_notifications, group_notifications, pairing_notifications,
    sync_notifications,    token_notifications,
};

}  // namespace

NotificationKind parse_notification(const Notification& notification) {
  for (const auto rows : kFiles) {
    for (const NotificationRow& row : rows()) {
      if (row.type == notification.type) return row.parse(notification);
    }
  }
  return OtherNotification{};
}

}  // namespace wa::stanza
