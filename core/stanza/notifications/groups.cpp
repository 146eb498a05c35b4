// A group is not what it was.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound.h"

namespace wa::stanza {
namespace {

NotificationKind parse_group_changed(const Notification& notification) { return GroupChanged{notification.from}; }

}  // namespace

NotificationRows group_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"w:gp2", parse_group_changed},
  };
  return kAll;
}

}  // namespace wa::stanza
