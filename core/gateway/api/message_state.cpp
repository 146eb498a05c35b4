// GET /messages/{id} (ours): what became of a message that was sent from here, by the API or as an automatic reply.
// GET /messages/{id}/poll (ours): how a poll was voted.
#include "base/encoding.h"
#include "gateway/api/idempotency.h"
#include "gateway/api/sending.h"
#include "gateway/operations/polls.h"

namespace wa::gateway {
namespace {

Answer show_message(DeviceCall& call) {
  const std::string& id = call.params.front();
  const auto state = find_state(call.turn.txn, id, call.turn.now.wall);
  if (state) return message_answer(call.request.request, id, *state, 200);
  Failure failed = not_found();
  failed.text = "no message of this id was sent from here in the last 30 days";
  return fail(call, failed);
}

// How a poll was voted, by option. Ours, unless the query names another author.
Answer show_poll(DeviceCall& call) {
  const std::string& id = call.params.front();
  const std::string* author = call.target.find("participant");
  const auto other = author ? parse_chat(*author) : std::nullopt;
  if (author && (!other || !other->is_user())) {
    return fail(call, bad_field("participant", "must be a user", *author));
  }
  const auto own = wire::parse_jid(call.device.client.status().jid);
  const wire::Jid whose = other ? *other : own.value_or(wire::Jid()).user_jid();
  const auto tally = tally_of(id, whose, call.turn.txn, call.turn.now.wall);
  if (!tally) {
    Failure failed = not_found();
    failed.text = "no poll of this id is known from the last 31 days; ours count unless participant names its author";
    return fail(call, failed);
  }
  Json options = Json::array();
  for (const TallyOption& one : tally->options) {
    Json voters = Json::array();
    for (const wire::Jid& voter : one.voters) voters.push_back(voter.text());
    options.push_back(object({{"option_name", one.name}, {"votes", one.voters.size()}, {"voters", std::move(voters)}}));
  }
  Json body = object({{"message_id", id}, {"chat_jid", tally->chat.text()}, {"question", tally->question},
                      {"multiple_choice", tally->several}, {"options", std::move(options)},
                      {"voters_count", tally->voters}, {"timestamp", rfc3339(tally->since)}});
  if (tally->last_vote) put(body, {"updated_at", rfc3339(*tally->last_vote)});
  return succeed(call, std::move(body));
}

}  // namespace

Reply message_answer(RequestId request, const std::string& id, const MessageState& state, int status) {
  Json body = object({{"message_id", id},
                      {"chat_jid", state.chat},
                      {"status", stage_name(state.stage)},
                      {"timestamp", rfc3339(state.at)},
                      {"queued_at", rfc3339(state.queued)}});
  if (state.sent) put(body, {"sent_at", rfc3339(*state.sent)});
  if (state.stage == MessageStage::failed) {
    put(body, {"reason", failure_name(state.why)});
    if (state.upstream_code != 0) put(body, {"upstream_code", state.upstream_code});
  }
  return build_success(request, std::move(body), status);
}

Endpoints message_state_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/messages/{id}", .start = show_message},
      {.method = "GET", .pattern = "/messages/{id}/poll", .start = show_poll},
  };
  return kAll;
}

}  // namespace wa::gateway
