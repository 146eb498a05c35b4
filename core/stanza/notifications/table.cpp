// Which file reads which type of notification.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound.h"

namespace wa::stanza {

NotificationKind parse_account_sync(const Notification&);     // devices.cpp
NotificationKind parse_devices_changed(const Notification&);  // devices.cpp
NotificationKind parse_encrypt(const Notification&);          // encrypt.cpp
NotificationKind parse_group_changed(const Notification&);    // groups.cpp
NotificationKind parse_link_code(const Notification&);        // pairing.cpp
NotificationKind parse_pair_refresh(const Notification&);     // pairing.cpp
NotificationKind parse_passkey_request(const Notification&);  // pairing.cpp
NotificationKind parse_picture(const Notification&);          // picture.cpp
NotificationKind parse_privacy_token(const Notification&);    // privacy_token.cpp
NotificationKind parse_server_sync(const Notification&);      // server_sync.cpp

namespace {

struct NotificationRow {
  std::string_view type;
  NotificationKind (*parse)(const Notification&);
};

constexpr NotificationRow kNotificationRows[] = {
    {"account_sync", parse_account_sync},
    {"companion_reg_refresh", parse_pair_refresh},
    {"crsc_continuation", parse_passkey_request},
    {"devices", parse_devices_changed},
    {"encrypt", parse_encrypt},
    {"link_code_companion_reg", parse_link_code},
    {"passkey_prologue_request", parse_passkey_request},
    {"picture", parse_picture},
    {"privacy_token", parse_privacy_token},
    {"server_sync", parse_server_sync},
    {"w:gp2", parse_group_changed},
};

}  // namespace

NotificationKind parse_notification(const Notification& notification) {
  for (const NotificationRow& row : kNotificationRows) {
    if (row.type == notification.type) return row.parse(notification);
  }
  return OtherNotification{};
}

}  // namespace wa::stanza
