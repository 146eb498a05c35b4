// Joins the files of the notifications: each has its rows at its end.
// tested by unit/stanza/inbound_test.cpp
#include <algorithm>

#include "stanza/inbound/parts.h"

namespace wa::stanza {

NotificationRows contact_notifications();  // contacts.cpp
NotificationRows device_notifications();   // devices.cpp
NotificationRows encrypt_notifications();  // encrypt.cpp
NotificationRows group_notifications();    // groups.cpp
NotificationRows media_notifications();    // media_retry.cpp
NotificationRows pairing_notifications();  // pairing.cpp
NotificationRows sync_notifications();     // server_sync.cpp
NotificationRows token_notifications();    // privacy_token.cpp

namespace {

constexpr NotificationRows (*kFiles[])() = {
    contact_notifications, device_notifications, encrypt_notifications, group_notifications, media_notifications,
    pairing_notifications, sync_notifications,   token_notifications,
};

const NotificationRow* row_of(std::string_view type) {
  for (const auto rows : kFiles) {
    for (const NotificationRow& row : rows()) {
      if (row.type == type) return &row;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<NotificationKind> parse_notification(const Notification& notification) {
  std::vector<NotificationKind> kinds;
  const NotificationRow* row = row_of(notification.type);
  const auto read = [&](const Notification& one) {
    NotificationKind kind = row->parse(one);
    if (!std::holds_alternative<OtherNotification>(kind)) kinds.push_back(std::move(kind));
  };
  if (!row) return kinds;
  const auto& children = notification.node.children();
  if (!row->each || children.size() < 2) {
    read(notification);
    return kinds;
  }
  Notification one = notification;
  for (std::size_t i = 0; i < std::min(children.size(), limits::kStanzaPartsMax); ++i) {
    one.node.content = Node::Children{children[i]};
    read(one);
  }
  return kinds;
}

}  // namespace wa::stanza
