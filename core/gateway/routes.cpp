#include "gateway/routes.h"

#include <algorithm>

#include "gateway/api/functions.h"
#include "gateway/directory/directory_call.h"

namespace wa::gateway {
namespace {

constexpr BodyRule kNone = BodyRule::none;
constexpr BodyRule kOptional = BodyRule::optional;
constexpr BodyRule kRequired = BodyRule::required;

constexpr Route at_device(const char* method, const char* pattern, BodyRule body, DeviceFunction function,
                          bool device_in_body = false) {
  return {.method = method, .pattern = pattern, .device = function, .body = body, .device_in_body = device_in_body};
}
constexpr Route connecting(Route route) {
  route.connects = true;
  return route;
}
constexpr Route at_directory(const char* method, const char* pattern, BodyRule body, DirectoryFunction function,
                             DeviceFunction then = nullptr) {
  return {.method = method, .pattern = pattern, .directory = function, .device = then, .body = body};
}
constexpr Route from(Role least, Route route) {
  route.least = least;
  return route;
}
constexpr Route for_master(const char* method, const char* pattern, BodyRule body, DirectoryFunction function) {
  return {.method = method, .pattern = pattern, .directory = function, .body = body, .access = Access::master};
}
constexpr Route not_offered(const char* method, const char* pattern, const char* family) {
  return {.method = method, .pattern = pattern, .family = family};
}

// Literal patterns stand before those with parameters of the same shape: the first match counts.
constexpr Route kRoutes[] = {
    // calls
    at_device("POST", "/calls/reject", kRequired, reject_call),
    at_device("GET", "/calls/settings", kNone, show_settings),
    at_device("PUT", "/calls/settings", kRequired, change_settings),
    at_device("GET", "/calls", kNone, list_calls),
    // chats
    at_device("GET", "/chats", kNone, list_chats),
    at_device("POST", "/chats/{jid}/archive", kRequired, archive_chat),
    at_device("POST", "/chats/{jid}/mute", kRequired, mute_chat),
    at_device("POST", "/chats/{jid}/pin", kNone, pin_chat),
    at_device("DELETE", "/chats/{jid}/pin", kNone, unpin_chat),
    at_device("POST", "/chats/{jid}/read", kOptional, read_chat),
    at_device("POST", "/chats/{jid}/clear", kOptional, clear_chat),
    at_device("DELETE", "/chats/{jid}", kOptional, delete_chat),
    at_device("POST", "/chats/{jid}/typing", kRequired, send_typing),
    at_device("PUT", "/chats/{jid}/disappearing", kRequired, set_disappearing),
    at_device("POST", "/presence", kOptional, send_presence),
    at_device("POST", "/presence/subscribe", kRequired, subscribe_presence),
    // contacts
    at_device("POST", "/appstate/sync", kOptional, sync_app_state),
    at_device("GET", "/appstate", kNone, show_app_state),
    at_device("POST", "/contacts/block", kOptional, block_contact),
    at_device("POST", "/contacts/unblock", kOptional, unblock_contact),
    at_device("POST", "/contact/check", kRequired, check_contacts),
    at_device("GET", "/contacts/blocklist", kNone, show_blocklist),
    at_device("GET", "/contacts/profile", kNone, show_profile),
    at_device("GET", "/contacts/profile-picture", kNone, show_profile_picture),
    at_device("GET", "/contacts", kNone, list_contacts),
    at_device("POST", "/contacts/resolve", kRequired, resolve_contacts),
    // messages
    at_device("POST", "/send/text", kRequired, send_text),
    at_device("POST", "/send/text/mentions", kRequired, send_mentions),
    not_offered("POST", "/send/image", "messages"),
    not_offered("POST", "/send/video", "messages"),
    not_offered("POST", "/send/audio", "messages"),
    not_offered("POST", "/send/document", "messages"),
    not_offered("POST", "/send/sticker", "messages"),
    at_device("POST", "/send/location", kRequired, send_location),
    not_offered("POST", "/send/live-location", "messages"),
    at_device("POST", "/send/contact", kRequired, send_contact),
    at_device("POST", "/send/contacts", kRequired, send_contacts),
    at_device("POST", "/send/poll", kRequired, send_poll),
    at_device("POST", "/send/reaction", kRequired, send_reaction),
    not_offered("POST", "/send/buttons", "messages"),
    not_offered("POST", "/send/buttons-response", "messages"),
    not_offered("POST", "/send/interactive", "messages"),
    not_offered("POST", "/send/list-response", "messages"),
    not_offered("POST", "/send/template", "messages"),
    not_offered("POST", "/send/product", "messages"),
    not_offered("POST", "/send/catalog", "messages"),
    at_device("DELETE", "/messages/delete", kRequired, delete_message),
    not_offered("POST", "/messages/history/request", "messages"),
    at_device("PUT", "/messages/{id}", kRequired, edit_message),
    at_device("POST", "/messages/{id}/read", kRequired, mark_messages_read),
    at_device("POST", "/messages/{id}/star", kRequired, star_message),
    not_offered("GET", "/messages/{id}/media", "messages"),
    // instances
    at_directory("POST", "/devices", kRequired, create_device),
    at_directory("GET", "/devices", kNone, list_devices),
    at_directory("DELETE", "/devices/{id}", kNone, delete_device, remove_device),
    at_directory("GET", "/user/devices", kNone, list_own_devices),
    at_device("GET", "/status", kNone, show_status),
    connecting(at_device("GET", "/qr", kNone, show_qr)),
    at_device("GET", "/qr/status", kNone, show_qr_status),
    connecting(at_device("POST", "/paircode", kRequired, request_pair_code, true)),
    connecting(at_device("POST", "/connect", kOptional, connect_device, true)),
    at_device("POST", "/disconnect", kOptional, disconnect_device, true),
    at_device("POST", "/logout", kOptional, logout_device, true),
    at_device("GET", "/privacy", kNone, show_privacy),
    at_device("POST", "/profile/picture", kRequired, set_profile_picture),
    // webhooks
    at_device("POST", "/webhook", kRequired, configure_webhook),
    at_device("GET", "/webhook", kNone, show_webhook_settings),
    at_device("DELETE", "/webhook", kNone, delete_webhook),
    at_device("POST", "/webhook/secret/rotate", kOptional, rotate_webhook_secret),
    at_device("GET", "/webhook/failed", kNone, list_failed_deliveries),
    at_device("POST", "/webhook/failed/replay", kOptional, replay_failed_deliveries),
    at_device("POST", "/webhook/failed/{id}/replay", kNone, replay_failed_delivery),
    at_device("GET", "/events", kNone, list_events),
    at_directory("GET", "/webhook/events", kNone, list_webhook_events),
    at_directory("POST", "/user/webhook", kRequired, set_user_webhook),
    // users and admin
    for_master("POST", "/register", kRequired, register_tenant),
    for_master("GET", "/tenants", kNone, list_tenants),
    for_master("GET", "/global/tenants/{id}", kNone, show_tenant),
    for_master("DELETE", "/global/tenants/{id}", kNone, delete_tenant),
    from(Role::admin, at_directory("POST", "/users", kRequired, create_user)),
    from(Role::admin, at_directory("GET", "/users", kNone, list_users)),
    at_directory("GET", "/users/{id}", kNone, show_user),
    from(Role::manager, at_directory("PUT", "/users/{id}", kRequired, update_user)),
    from(Role::manager, at_directory("DELETE", "/users/{id}", kNone, delete_user)),
    from(Role::manager, at_directory("POST", "/users/{id}/promote", kRequired, promote_user)),
    at_directory("POST", "/users/{id}/token", kNone, renew_token),
    // labels
    at_device("PUT", "/labels/{id}", kRequired, edit_label),
    at_device("POST", "/chats/{jid}/labels", kRequired, label_chat),
    at_device("DELETE", "/chats/{jid}/labels/{id}", kNone, unlabel_chat),
    at_device("POST", "/messages/{id}/labels", kRequired, label_message),
    at_device("DELETE", "/messages/{id}/labels/{label}", kNone, unlabel_message),
    // groups
    not_offered("GET", "/groups", "groups"),
    not_offered("POST", "/groups", "groups"),
    not_offered("POST", "/groups/join", "groups"),
    not_offered("GET", "/groups/{jid}", "groups"),
    not_offered("PATCH", "/groups/{jid}", "groups"),
    not_offered("POST", "/groups/{jid}/participants", "groups"),
    not_offered("DELETE", "/groups/{jid}/participants", "groups"),
    not_offered("GET", "/groups/{jid}/invite", "groups"),
    not_offered("POST", "/groups/{jid}/invite/reset", "groups"),
    not_offered("DELETE", "/groups/{jid}/leave", "groups"),
    not_offered("PUT", "/groups/{jid}/ephemeral", "groups"),
    not_offered("POST", "/groups/{jid}/picture", "groups"),
    not_offered("POST", "/communities", "groups"),
    not_offered("POST", "/communities/{jid}/participants", "groups"),
    not_offered("DELETE", "/communities/{jid}/participants", "groups"),
    not_offered("POST", "/communities/{jid}/groups", "groups"),
    not_offered("DELETE", "/communities/{jid}/groups", "groups"),
    // newsletters
    not_offered("GET", "/newsletters", "newsletters"),
    not_offered("POST", "/newsletters", "newsletters"),
    not_offered("GET", "/newsletters/{jid}", "newsletters"),
    not_offered("GET", "/newsletters/{jid}/invite", "newsletters"),
    not_offered("POST", "/newsletters/{jid}/subscribe", "newsletters"),
    not_offered("POST", "/newsletters/{jid}/messages", "newsletters"),
    not_offered("POST", "/newsletters/{jid}/media", "newsletters"),
    not_offered("POST", "/newsletters/{jid}/read", "newsletters"),
    // payments, proxy, status
    not_offered("POST", "/payment/request", "payments"),
    not_offered("POST", "/payment/send", "payments"),
    not_offered("POST", "/payment/decline", "payments"),
    not_offered("POST", "/payment/cancel", "payments"),
    not_offered("GET", "/proxy", "proxy"),
    not_offered("PUT", "/proxy", "proxy"),
    not_offered("DELETE", "/proxy", "proxy"),
    not_offered("GET", "/devices/{id}/proxy", "proxy"),
    not_offered("PUT", "/devices/{id}/proxy", "proxy"),
    not_offered("DELETE", "/devices/{id}/proxy", "proxy"),
    not_offered("POST", "/status/text", "status"),
    not_offered("POST", "/status/media", "status"),
    not_offered("GET", "/status/privacy", "status"),
    not_offered("PUT", "/status/privacy", "status"),
};

// Segment by segment; a {parameter} takes one segment that is not empty.
bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>* params) {
  std::size_t used = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(part.size());
    if (used == segments.size()) return false;
    const std::string& segment = segments[used++];
    if (part.front() != '{') {
      if (part != segment) return false;
    } else {
      if (segment.empty()) return false;
      if (params) params->push_back(segment);
    }
  }
  return used == segments.size();
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch find_route(std::string_view method, const Target& target) {
  RouteMatch out;
  for (const Route& route : kRoutes) {
    if (method != route.method || !matches(route.pattern, target.segments, nullptr)) continue;
    out.route = &route;
    matches(route.pattern, target.segments, &out.params);
    return out;
  }
  for (const Route& route : kRoutes) {
    if (!matches(route.pattern, target.segments, nullptr)) continue;
    if (out.allow.find(route.method) != std::string::npos) continue;
    if (!out.allow.empty()) out.allow += ", ";
    out.allow += route.method;
  }
  return out;
}

}  // namespace wa::gateway
