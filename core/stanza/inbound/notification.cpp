// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {

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

}  // namespace wa::stanza
