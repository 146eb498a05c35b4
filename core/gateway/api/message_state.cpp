// GET /messages/{id} (ours): what became of a message that was sent from here, by the API or as an automatic reply.
#include "base/encoding.h"
#include "gateway/api/idempotency.h"
#include "gateway/api/sending.h"

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
  };
  return kAll;
}

}  // namespace wa::gateway
