// tested by unit/gateway/api/status_test.cpp
// Statuses (api.md 3.11): sent to whoever the account's list names; the list shown and set. Their errors have a shape
// of their own, with codes in small letters (2.4). Deletion: DELETE /messages/delete with chatJid status@broadcast.
#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/sending.h"
#include "gateway/operations/chat_settings.h"
#include "gateway/operations/statuses.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kPrivacyTimeoutMs = 20'000, kSettingTimeoutMs = 60'000;

std::optional<std::uint32_t> color_in(Fields& fields, const char* name) {
  const auto text = fields.optional_text(name, 9);
  const auto color = text ? parse_color(*text) : std::nullopt;
  const Json echo = text ? Json(*text) : Json();
  if (text && !color) fields.bad(name, "must be #RRGGBB or #AARRGGBB", &echo);
  return color;
}

Answer send_text_status(DeviceCall& call) {
  Fields fields(call.given);
  TextStatus status;
  status.text = fields.visible_text("text", limits::kStatusCharsMax);
  status.text_argb = color_in(fields, "text_color");
  status.background_argb = color_in(fields, "background_color");
  const auto font = fields.optional_integer("font", 0, 10);
  const Json echo = font ? Json(*font) : Json();
  if (font && !is_status_font(*font)) fields.bad("font", "must be 0, 1, 2, 6, 7, 8, 9 or 10", &echo);
  if (font) status.font = static_cast<int>(*font);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  SendWait wait;
  wait.chat = client::status_chat().text();
  wait.extra = object({{"status_type", "text"}});
  return begin_send(call, command_for(status), std::move(wait));
}

Answer finish_status(WaitingCall& call, const client::Event& event) {
  const auto* failed = std::get_if<client::MessageFailed>(&event);
  if (failed && failed->why == client::SendFailure::no_devices) return fail(call, seen_by_nobody());
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return send_failed(call, event);
  Json body = object({{"message_id", sent->id}, {"timestamp", rfc3339(sent->time)}});
  body.update(context_of<SendWait>(call.waiter).extra);
  if (sent->failed_devices > 0) put(body, {"failed_devices", sent->failed_devices});
  return succeed(call, std::move(body));
}

Answer show_status_privacy(DeviceCall& call) { return begin(call, client::AskStatusPrivacy{}); }

Answer finish_status_privacy(WaitingCall& call, const client::Event& event) {
  const auto* told = std::get_if<client::StatusPrivacyDone>(&event);
  if (!told) return std::nullopt;
  switch (told->outcome) {
    case client::AccountOutcome::refused:
      return fail(call, upstream_rejected("the service refused", told->upstream_code));
    case client::AccountOutcome::timeout: return fail(call, upstream_timeout("no answer in time"));
    case client::AccountOutcome::link_lost:
      return fail(call, not_ready("the connection was lost before the answer", 1));
    case client::AccountOutcome::done: break;
  }
  Json lists = Json::array();
  for (const stanza::StatusList& list : told->lists) {
    Json people = Json::array();
    for (const wire::Jid& jid : list.people) people.push_back(jid.text());
    lists.push_back(object({{"type", list.type}, {"default", list.in_force}, {"list", std::move(people)}}));
  }
  return succeed(call, object({{"lists", std::move(lists)}}));
}

constexpr client::StatusAudience kSettable[] = {client::StatusAudience::contacts, client::StatusAudience::allow_list,
                                                client::StatusAudience::deny_list};

Answer set_status_privacy(DeviceCall& call) {
  Fields fields(call.given);
  StatusViewers viewers;
  const std::string type = fields.text("type", limits::kIdCharsMax);
  const auto found = std::find_if(std::begin(kSettable), std::end(kSettable), [&](client::StatusAudience one) {
    return type == client::status_list_name(one);
  });
  const Json echo = type;
  if (!type.empty() && found == std::end(kSettable)) {
    fields.bad("type", "must be contacts, whitelist or blacklist", &echo);
  }
  viewers.audience = found == std::end(kSettable) ? client::StatusAudience::contacts : *found;
  const bool named = viewers.audience != client::StatusAudience::contacts;
  const auto texts = fields.numbers("list", named, limits::kStatusAudienceMax);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const wire::Jid jid = fields.chat_from(place_in("list", i).c_str(), texts[i]);
    if (jid.server == wire::Server::group) fields.bad(place_in("list", i), "must be a user, not a group");
    viewers.people.push_back(jid);
  }
  if (found != std::end(kSettable) && !named && !texts.empty()) fields.bad("list", "must be empty for contacts");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  Json people = Json::array();
  for (const wire::Jid& jid : viewers.people) people.push_back(jid.text());
  Json done = object({{"type", type}, {"count", viewers.people.size()}, {"list", std::move(people)}});
  return begin(call, command_for(viewers), std::move(done));
}

Answer finish_status_setting(WaitingCall& call, const client::Event& event) {
  const auto* done = std::get_if<client::ChatSettingDone>(&event);
  if (!done) return std::nullopt;
  switch (result_of(*done)) {
    case SettingResult::applied:
    case SettingResult::unchanged: return succeed(call, context_of<Json>(call.waiter));
    case SettingResult::conflict: return fail(call, conflict("other devices kept changing the same data; try again"));
    case SettingResult::refused: return fail(call, upstream_rejected("the service refused", done->upstream_code));
    case SettingResult::waits_for_key:
    case SettingResult::waits_for_snapshot:
      return fail(call, not_ready("the app state of this device waits for its phone; the change is stored"));
    case SettingResult::timeout: break;
  }
  return fail(call, upstream_timeout(call.waiter.endpoint->late));
}

constexpr NestedCodes kTextCodes{"invalid_request", "status_failed", "status_timeout"};
constexpr NestedCodes kShowCodes{"invalid_request", "privacy_fetch_failed", "privacy_fetch_failed"};
constexpr NestedCodes kSetCodes{"invalid_request", "privacy_update_failed", "privacy_update_timeout"};

}  // namespace

Failure seen_by_nobody() {
  return upstream_rejected("nobody else sees statuses of this account: see GET /status/privacy, and who of the address "
                           "book (GET /contacts) is on WhatsApp", 0);
}

Endpoints status_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/status/text", .body = BodyRule::required, .sends = true, .nested = &kTextCodes,
       .start = send_text_status, .finish = finish_status, .timeout_ms = limits::kSendTimeoutMs,
       .late = "no acknowledgement in time; the status stays queued and may still be sent"},
      {.method = "GET", .pattern = "/status/privacy", .nested = &kShowCodes, .start = show_status_privacy,
       .finish = finish_status_privacy, .timeout_ms = kPrivacyTimeoutMs, .late = "no answer in time"},
      {.method = "PUT", .pattern = "/status/privacy", .body = BodyRule::required, .nested = &kSetCodes,
       .start = set_status_privacy, .finish = finish_status_setting, .timeout_ms = kSettingTimeoutMs,
       .late = "no confirmation in time; the change is stored and will still be made"},
  };
  return kAll;
}

}  // namespace wa::gateway
