// tested by unit/gateway/api/send_other_test.cpp
// Typing, presence and read receipts (api.md 3.2, 3.7). The service acknowledges none of them, so the answer adds
// outcome "unconfirmed": what went out is all that can be said.
#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "client/rows/privacy_row.h"
#include "gateway/api/chat_settings.h"
#include "gateway/operations/operation.h"
#include "gateway/operations/presence.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kWordCharsMax = 32;

Answer answer_sent(DeviceCall& call, const Result<void>& went_out, Json body) {
  if (!went_out.ok()) return fail(call, went_out.error());
  put(body, {"outcome", "unconfirmed"});
  return succeed(call, std::move(body));
}

Answer show(DeviceCall& call, client::Command command, Json body) {
  return answer_sent(call, perform(std::move(command), call.device.client, call.turn), std::move(body));
}

bool is_one_of(std::string_view word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* one) { return word == one; });
}

Answer send_typing(DeviceCall& call) {
  Fields fields(call.given);
  client::ShowTyping command;
  command.chat = fields.chat_from("jid", call.params.front());
  const std::string state = fields.text("state", kWordCharsMax);
  const std::string media = fields.optional_text("media", kWordCharsMax).value_or("text");
  const Json state_echo = state, media_echo = media;
  const bool stops = is_one_of(state, {"paused", "stop", "stopped"});
  if (!state.empty() && !stops && !is_one_of(state, {"typing", "composing", "recording"})) {
    fields.bad("state", "must be typing, composing, recording or paused", &state_echo);
  }
  if (!is_one_of(media, {"", "text", "audio"})) fields.bad("media", "must be text or audio", &media_echo);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  command.composing = !stops;
  command.audio = state == "recording" || media == "audio";
  return show(call, command, object({{"chat_jid", command.chat.text()}, {"state", stops ? "paused" : "composing"},
                                     {"media", command.audio ? "audio" : "text"}}));
}

Answer send_presence(DeviceCall& call) {
  Fields fields(call.given);
  const std::string state = fields.optional_text("state", kWordCharsMax, 1).value_or("available");
  const Json echo = state;
  client::ShowPresence command;
  command.available = is_one_of(state, {"available", "online"});
  if (!command.available && !is_one_of(state, {"unavailable", "offline"})) {
    fields.bad("state", "must be available, online, unavailable or offline", &echo);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return show(call, command, object({{"state", command.available ? "available" : "unavailable"}}));
}

Answer subscribe_presence(DeviceCall& call) {
  Fields fields(call.given);
  const wire::Jid who = fields.user("jid");
  const bool ensure_online = fields.optional_flag("ensure_online").value_or(false);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto watched = watch_presence(who, ensure_online, call.device.client, call.turn);
  return answer_sent(call, watched, object({{"subject_jid", who.text()}}));
}

Answer mark_messages_read(DeviceCall& call) {
  Fields fields(call.given);
  client::MarkMessagesRead command;
  command.chat = fields.chat_or_status("chat_jid");
  command.sender = fields.user("sender_jid");
  command.ids = fields.texts("message_ids", false, kIdsPerReceiptMax);
  if (command.ids.empty()) command.ids.push_back(call.params.front());
  for (std::size_t i = 0; i < command.ids.size(); ++i) {
    const std::string& id = command.ids[i];
    const Json echo = id;
    if (!id.empty() && id.size() <= limits::kIdCharsMax) continue;
    fields.bad(place_in("message_ids", i), "must have 1 to 128 characters", &echo);
  }
  command.time = call.turn.service_time();
  if (fields.has("timestamp")) {
    const Json& given = *member(call.body, "timestamp");
    const auto time = parse_message_time(given, call.turn.service_time());
    if (!time) fields.bad("timestamp", "must be a time from 2009 to now", &given);
    command.time = time.value_or(command.time);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const bool to_others = client::shows_what_was_read(call.turn.txn);
  Json ids = Json::array();
  for (const std::string& id : command.ids) ids.push_back(id);
  Json body = object({{"chat_jid", command.chat.text()}, {"sender_jid", command.sender.text()},
                      {"message_ids", std::move(ids)}, {"receipt_type", to_others ? "read" : "read-self"},
                      {"timestamp", rfc3339(command.time)}});
  return show(call, std::move(command), std::move(body));
}

}  // namespace

Endpoints presence_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/chats/{jid}/typing", .body = BodyRule::required, .start = send_typing},
      {.method = "POST", .pattern = "/presence", .body = BodyRule::optional, .start = send_presence},
      {.method = "POST", .pattern = "/presence/subscribe", .body = BodyRule::required, .start = subscribe_presence},
      {.method = "POST", .pattern = "/messages/{id}/read", .body = BodyRule::required, .start = mark_messages_read},
  };
  return kAll;
}

}  // namespace wa::gateway
