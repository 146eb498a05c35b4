// Which of the events that a webhook names it is told: by the kind of chat, by chat, by who wrote. What is of no chat
// passes the choice of chats; what nobody wrote passes `from_me`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/webhooks/event_names.h"
#include "store/store.h"

namespace wa::gateway {

// Stored as bits of a mask: append only.
inline constexpr std::string_view kChatKinds[] = {"direct", "group", "status", "newsletter"};

struct WebhookFilter {
  std::uint8_t kinds = 0;                      // bit n: kChatKinds[n]; 0: all
  std::vector<std::string> include, exclude;   // JIDs without device; nothing included: all
  std::optional<bool> from_me;

  bool empty() const { return kinds == 0 && include.empty() && exclude.empty() && !from_me; }
  // `lane`: the chat or person an event is about, empty for the device; `data`: what it says, compact JSON.
  bool passes(EventName event, std::string_view lane, std::string_view data, const store::Txn&) const;
  friend bool operator==(const WebhookFilter&, const WebhookFilter&) = default;
};

}  // namespace wa::gateway
