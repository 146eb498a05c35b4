// POST /messages/history/request (api.md 3.7): asks the phone for older messages of a chat. Answered at once; what
// comes is told by history.sync, with the id of the request.
// tested by unit/gateway/api/send_kinds_test.cpp
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/chat_settings.h"
#include "gateway/api/endpoint.h"
#include "gateway/operations/message_states.h"
#include "gateway/operations/operation.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kCountMax = 500, kCountUsual = 50;

Answer request_history(DeviceCall& call) {
  Fields fields(call.given);
  client::RequestHistory command;
  command.chat = fields.chat("chat_jid");
  command.before.id = fields.text("last_message_id", limits::kIdCharsMax);
  command.before.from_me = fields.optional_flag("last_message_from_me").value_or(false);
  command.count = static_cast<std::uint32_t>(fields.optional_integer("count", 1, kCountMax).value_or(kCountUsual));
  const Json* given = fields.raw("last_message_timestamp");
  const auto time = given && !given->is_null() ? parse_message_time(*given, call.turn.service_time()) : std::nullopt;
  if (!given || given->is_null()) fields.missing("last_message_timestamp");
  else if (!time) fields.bad("last_message_timestamp", "must be a time from 2009 to now", given);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  command.before_time = *time;
  command.id = new_message_id(call.turn.random);
  Json body = object({{"message", "History requested: it comes by the event history.sync"},
                      {"chat_jid", command.chat.text()},
                      {"requested_count", command.count},
                      {"request_id", command.id}});
  const auto asked = perform(std::move(command), call.device.client, call.turn);
  if (!asked.ok()) return fail(call, asked.error());
  call.notes.warnings.emplace_back("the phone answers only while it runs; with nothing older it sends no messages");
  return succeed(call, std::move(body));
}

}  // namespace

Endpoints history_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/messages/history/request", .body = BodyRule::required, .start = request_history},
  };
  return kAll;
}

}  // namespace wa::gateway
