// A group is not what it was.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound.h"

namespace wa::stanza {

NotificationKind parse_group_changed(const Notification& notification) { return GroupChanged{notification.from}; }

}  // namespace wa::stanza
