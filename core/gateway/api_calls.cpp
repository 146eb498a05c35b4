// /calls: reject (api.md 6.2) and settings (6.4).
#include "gateway/api_functions.h"
#include "gateway/call_settings.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kCallIdCharsMax = 128;

// The caller's PN or LID, with or without device, or a bare number.
std::optional<wire::Jid> parse_caller(const std::string& text) {
  const auto person = parse_chat(text);
  if (!person || person->server == wire::Server::group) return std::nullopt;
  wire::Jid out = *person;
  if (const auto whole = wire::parse_jid(text)) out.device = whole->device;
  return out;
}

}  // namespace

Answer reject_call(DeviceCall& call) {
  Fields fields(call.body);
  client::RejectCall command;
  command.call_id = fields.text("call_id", kCallIdCharsMax);
  const std::string from = fields.text("from", 128);
  if (!from.empty()) {
    if (auto caller = parse_caller(from)) command.from = *std::move(caller);
    else fields.bad_jid("from", from);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  return begin(call, std::move(command), RejectWait{}, call.device.config.reject_ack_ms);
}

Reply reject_reply(RequestId request, const client::RejectDone& done, WallTime now) {
  switch (done.outcome) {
    case client::RejectOutcome::confirmed: return build_success(request, {{"outcome", "confirmed"}});
    case client::RejectOutcome::unconfirmed: return build_success(request, {{"outcome", "unconfirmed"}});
    case client::RejectOutcome::already_ended: return build_success(request, {{"outcome", "already_ended"}});
    case client::RejectOutcome::refused:
      return build_failure(request, upstream_rejected("the service refused the reject", done.upstream_code), now);
    case client::RejectOutcome::link_lost: break;
  }
  return build_failure(request, not_ready("the connection was lost before the service answered; the reject may still "
                                          "have been seen", 1), now);
}

Answer show_settings(DeviceCall& call) { return succeed(call, show_call_settings(load_call_settings(call.turn.txn))); }

Answer change_settings(DeviceCall& call) {
  const CallSettings before = load_call_settings(call.turn.txn);
  CallSettings after = before;
  if (const auto failed = merge_call_settings(call.body, after)) return fail(call, *failed);
  if (!(after == before)) save_call_settings(after, call.turn.txn);
  return succeed(call, show_call_settings(after));
}

}  // namespace wa::gateway
