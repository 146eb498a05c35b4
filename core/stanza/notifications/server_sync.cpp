// App-state collections that have newer versions.
// tested by unit/stanza/inbound_test.cpp
#include <limits>

#include "stanza/inbound.h"

namespace wa::stanza {
namespace {

// A server that names no version means: look.
constexpr std::uint64_t kSomeNewerVersion = std::numeric_limits<std::uint64_t>::max();

NotificationKind parse_server_sync(const Notification& notification) {
  AppStateDirty dirty;
  for (const Node& child : notification.node.children()) {
    if (child.tag != "collection") continue;
    std::string name = child.text_attr("name");
    if (name.empty()) continue;
    dirty.collections.emplace_back(std::move(name), child.number_attr("version").value_or(kSomeNewerVersion));
  }
  if (dirty.collections.empty()) return OtherNotification{};
  return dirty;
}

}  // namespace

NotificationRows sync_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"server_sync", parse_server_sync},
  };
  return kAll;
}

}  // namespace wa::stanza
