// The names of webhook events: the 58 published ones (api.md 4.5) in their order, then our own. The position of a name is
// stored (a bit of a configuration's mask): append only.
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
    "call.auto_reply",  // ours (api.md 6.4)
};
static_assert(std::size(kEventNames) <= 64, "the mask of a configuration has 64 bits");
static_assert(kEventNames[kPublishedEvents] == "call.auto_reply");

constexpr std::optional<std::size_t> webhook_event(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kEventNames); ++i) {
    if (kEventNames[i] == name) return i;
  }
  return std::nullopt;
}

constexpr std::uint64_t event_bit(std::size_t event) { return std::uint64_t{1} << event; }

}  // namespace wa::gateway
