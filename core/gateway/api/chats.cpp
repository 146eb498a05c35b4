// /chats/{jid}/...: settings kept in the app state (api.md 3.2, 6.2, 6.3), and POST /appstate/sync (3.3).
#include <algorithm>

#include "base/encoding.h"
#include "gateway/api/chat_settings.h"
#include "gateway/operations/app_state.h"
#include "gateway/operations/chat_settings.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kSyncTimeoutMs = 90'000;
constexpr std::int64_t kMillisecondsFrom = 100'000'000'000;  // larger integers are milliseconds (api.md 6.3)

struct SettingWait { Json done; };  // what a success says first
struct SyncWait { std::vector<std::string> scopes; bool full = false; };

// The chat of the path and a wish for it; `member` is what an answer calls the value.
template <class Wish>
Answer set_value(DeviceCall& call, Fields& fields, Wish wish, const char* member, Json more = Json::object()) {
  wish.chat = fields.chat_from("jid", call.params.front());
  client::SetChat command = command_for(wish);
  Json done = object({{"chat_jid", command.chat.text()}, {member, command.value}});
  done.update(more);
  return set_chat(call, fields, std::move(command), std::move(done));
}

std::optional<WallTime> hint_of(DeviceCall& call, Fields& fields) {
  std::optional<WallTime> out;
  if (!fields.has("last_message_timestamp")) return out;
  const Json& hint = *member(call.body, "last_message_timestamp");
  out = parse_message_time(hint, call.turn.service_time());
  if (!out) {
    fields.bad("last_message_timestamp", "must be unix seconds, unix milliseconds or RFC 3339, from 2009 to now",
               &hint);
  }
  return out;
}

constexpr const char* kScopeNames[kSyncScopes] = {"contacts", "chats", "settings", "pins", "critical"};

Answer archive_chat(DeviceCall& call) {
  Fields fields(call.given);
  ArchiveChat wish;
  wish.archived = fields.flag("archived");
  wish.last_message = hint_of(call, fields);
  return set_value(call, fields, wish, "archived");
}

Answer mute_chat(DeviceCall& call) {
  Fields fields(call.given);
  MuteChat wish;
  wish.muted = fields.flag("muted");
  const auto duration_s = fields.optional_integer("duration_seconds", 1, kMuteMaxS);
  Json more = Json::object();
  if (duration_s) {
    wish.until = call.turn.service_time() + *duration_s * 1000;
    put(more, {"duration_seconds", *duration_s});
  }
  return set_value(call, fields, wish, "muted", std::move(more));
}

Answer pin_chat(DeviceCall& call) {
  Fields fields(call.given);
  return set_value(call, fields, PinChat{}, "pinned");
}

Answer unpin_chat(DeviceCall& call) {
  Fields fields(call.given);
  return set_value(call, fields, PinChat{{}, false}, "pinned");
}

// Ours: {"read": true|false}, default true.
Answer read_chat(DeviceCall& call) {
  Fields fields(call.given);
  MarkChatRead wish;
  wish.read = fields.optional_flag("read").value_or(true);
  return set_value(call, fields, wish, "read");
}

// Ours.
Answer clear_chat(DeviceCall& call) {
  Fields fields(call.given);
  ClearChat wish;
  wish.starred_too = fields.optional_flag("delete_starred").value_or(false);
  wish.media_too = fields.optional_flag("delete_media").value_or(false);
  wish.last_message = hint_of(call, fields);
  return set_value(call, fields, wish, "cleared");
}

// Ours.
Answer delete_chat(DeviceCall& call) {
  Fields fields(call.given);
  DeleteChat wish;
  wish.media_too = fields.optional_flag("delete_media").value_or(false);
  wish.last_message = hint_of(call, fields);
  return set_value(call, fields, wish, "deleted");
}

Answer sync_app_state(DeviceCall& call) {
  Fields fields(call.given);
  SyncWait wait;
  wait.scopes = fields.texts("scopes", false, 32);
  client::SyncAppState command;
  command.full = wait.full = fields.optional_flag("full").value_or(false);
  if (wait.scopes.empty()) {
    for (const SyncScope scope : kUsualScopes) wait.scopes.push_back(kScopeNames[static_cast<std::size_t>(scope)]);
  }
  for (std::size_t i = 0; i < wait.scopes.size(); ++i) {
    std::size_t scope = 0;
    while (scope < kSyncScopes && wait.scopes[i] != kScopeNames[scope]) ++scope;
    const Json echo = wait.scopes[i];
    if (scope < kSyncScopes) add_scope(command, static_cast<SyncScope>(scope));
    else fields.bad(place_in("scopes", i), "must be contacts, chats, settings, pins or critical", &echo);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, std::move(command), std::move(wait));
}

Answer finish_sync(WaitingCall& call, const client::Event& event) {
  const auto* done = std::get_if<client::SyncDone>(&event);
  if (!done) return std::nullopt;
  if (!done->ok) return fail(call, upstream_rejected("a collection could not be synced", 0));
  const auto& wait = context_of<SyncWait>(call.waiter);
  Json scopes = Json::array();
  for (const std::string& scope : wait.scopes) scopes.push_back(scope);
  return succeed(call, object({{"scopes", std::move(scopes)}, {"full_sync", wait.full}}));
}

}  // namespace

std::optional<WallTime> parse_message_time(const Json& value, WallTime now) {
  std::optional<WallTime> time;
  if (const auto* text = value.get_ptr<const std::string*>()) {
    time = parse_rfc3339(*text);
  } else if (value.is_number_integer()) {
    const auto number = *value.get_ptr<const std::int64_t*>();
    time = number > kMillisecondsFrom ? WallTime{number} : WallTime::from_seconds(number);
  }
  return time && is_message_time(*time, now) ? time : std::nullopt;
}

Answer set_chat(DeviceCall& call, Fields& fields, client::SetChat command, Json done) {
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, std::move(command), SettingWait{std::move(done)});
}

Answer finish_setting(WaitingCall& call, const client::Event& event) {
  const auto* done = std::get_if<client::ChatSettingDone>(&event);
  if (!done) return std::nullopt;
  const SettingResult result = result_of(*done);
  switch (result) {
    case SettingResult::applied:
    case SettingResult::unchanged: {
      Json body = std::move(context_of<SettingWait>(call.waiter).done);
      put(body, {"outcome", result == SettingResult::applied ? "applied" : "unchanged"});
      put(body, {"version", done->version});
      if (done->degraded) put(body, {"warning", "the collection is degraded: its hash differs from the phone's"});
      return succeed(call, std::move(body));
    }
    case SettingResult::conflict: return fail(call, conflict("other devices kept changing the same data; try again"));
    case SettingResult::refused:
      return fail(call, upstream_rejected("the service refused the change", done->upstream_code));
    case SettingResult::waits_for_key:
      return fail(call, not_ready("the app state waits for a key from the phone; the change is stored"));
    case SettingResult::waits_for_snapshot:
      return fail(call, not_ready("the app state does not match the phone's; the change is stored and made when a "
                                  "snapshot matches: POST /appstate/sync with full"));
    case SettingResult::timeout: break;
  }
  return fail(call, upstream_timeout(call.waiter.endpoint->late));
}

Endpoints chat_setting_endpoints() {
  static constexpr Endpoint kAll[] = {
      setting_endpoint("POST", "/chats/{jid}/archive", BodyRule::required, archive_chat),
      setting_endpoint("POST", "/chats/{jid}/mute", BodyRule::required, mute_chat),
      setting_endpoint("POST", "/chats/{jid}/pin", BodyRule::none, pin_chat),
      setting_endpoint("DELETE", "/chats/{jid}/pin", BodyRule::none, unpin_chat),
      setting_endpoint("POST", "/chats/{jid}/read", BodyRule::optional, read_chat),
      setting_endpoint("POST", "/chats/{jid}/clear", BodyRule::optional, clear_chat),
      setting_endpoint("DELETE", "/chats/{jid}", BodyRule::optional, delete_chat),
      {.method = "POST", .pattern = "/appstate/sync", .body = BodyRule::optional, .start = sync_app_state,
       .finish = finish_sync, .timeout_ms = kSyncTimeoutMs,
       .late = "the collections did not arrive in time; the sync goes on"},
  };
  return kAll;
}

}  // namespace wa::gateway
