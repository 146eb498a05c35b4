// Event names that may be asked for and do not occur yet: said by GET /webhook/events, and in the answer of whoever
// asks for them. A test compares the list with what the code tells
// (tests/unit/gateway/webhooks/silent_events_test.cpp).
#pragma once

#include "gateway/webhooks/event_names.h"

namespace wa::gateway {

inline constexpr std::string_view kSilentEvents[] = {
    "group.info", "group.joined", "privacy.blocklist", "privacy.settings",
    "newsletter.join", "newsletter.leave", "newsletter.live_update", "newsletter.mute_change",
};

constexpr bool is_silent(std::string_view name) {
  for (const std::string_view one : kSilentEvents) {
    if (one == name) return true;
  }
  return false;
}

}  // namespace wa::gateway
