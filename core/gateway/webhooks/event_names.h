// The names of webhook events: the 58 published ones (api.md 4.5) in their order, then our own. The position of a name is
// stored (a bit of a configuration's mask, a byte of a delivery): append only.
// An EventName is always one of them; a name in the code that is none of them does not compile.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace wa::gateway {

inline constexpr std::size_t kPublishedEvents = 58;

inline constexpr std::string_view kEventNames[] = {
    "message.received", "message.sent", "message.delivered", "message.read", "message.undecryptable",
    "message.delete_for_me", "mention.sent", "media.retry",
    "device.connected", "device.disconnected", "device.logged_out",
    "connection.pair_error", "connection.stream_replaced", "connection.failure", "connection.temporary_ban",
    "connection.manual_reconnect", "connection.keepalive_timeout", "connection.keepalive_restored",
    "contact.presence", "contact.changed", "contact.pushname", "contact.about", "contact.picture",
    "chat.presence", "chat.mark_as_read", "chat.pin", "chat.mute", "chat.archive", "chat.delete", "chat.clear",
    "group.info", "group.joined",
    "call.offer", "call.accept", "call.pre_accept", "call.reject", "call.terminate", "call.relay_latency",
    "call.transport", "call.unknown",
    "qr.generated", "pair.success", "identity.change",
    "privacy.blocklist", "privacy.settings",
    "settings.unarchive_chats", "settings.user_status_mute",
    "label.edit", "label.association_chat", "label.association_message",
    "newsletter.join", "newsletter.leave", "newsletter.live_update", "newsletter.mute_change",
    "history.sync", "offline.sync_preview", "offline.sync_completed", "app_state.sync_complete",
    // ours (api.md 6.4, 6.6)
    "call.auto_reply", "chat.lock",
    "message.edited", "message.revoked", "message.pinned", "message.kept", "poll.vote", "chat.timer", "status.received",
};
static_assert(kEventNames[kPublishedEvents] == "call.auto_reply");

class EventName {
 public:
  static constexpr std::optional<EventName> at(std::size_t position) {
    if (position >= std::size(kEventNames)) return std::nullopt;
    return EventName(static_cast<std::uint8_t>(position));
  }
  constexpr std::string_view text() const { return kEventNames[position_]; }
  constexpr std::uint8_t position() const { return position_; }
  friend constexpr bool operator==(EventName a, EventName b) { return a.position_ == b.position_; }

 private:
  constexpr explicit EventName(std::uint8_t position) : position_(position) {}
  std::uint8_t position_;
};
using MaybeEventName = std::optional<EventName>;

constexpr MaybeEventName webhook_event(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kEventNames); ++i) {
    if (kEventNames[i] == name) return EventName::at(i);
  }
  return std::nullopt;
}

void this_is_no_event_name();  // nowhere defined
// A name that is written in the code.
consteval EventName event_named(std::string_view name) {
  const MaybeEventName found = webhook_event(name);
  if (!found) this_is_no_event_name();
  return *found;
}

// Some of the events. Stored as its two words: bit n of the first is the event at position n, of the second at 64 + n.
class EventMask {
 public:
  constexpr EventMask() = default;
  constexpr EventMask(std::uint64_t low, std::uint64_t high) : words_{low, high} {}
  static constexpr EventMask all() { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }

  constexpr void add(EventName event) { words_[event.position() / 64] |= bit(event); }
  constexpr bool has(EventName event) const { return (words_[event.position() / 64] & bit(event)) != 0; }
  constexpr std::uint64_t low() const { return words_[0]; }
  constexpr std::uint64_t high() const { return words_[1]; }

 private:
  static constexpr std::uint64_t bit(EventName event) { return std::uint64_t{1} << event.position() % 64; }
  std::uint64_t words_[2] = {0, 0};
};
static_assert(std::size(kEventNames) <= 128, "a mask has 128 bits");

}  // namespace wa::gateway
