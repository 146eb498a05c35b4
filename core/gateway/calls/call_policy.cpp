#include "gateway/calls/call_policy.h"

#include <algorithm>

#include "base/subscriber.h"

namespace wa::gateway {
namespace {

// People write the number; the account may have it with or without one more digit.
bool is_spelling_of(std::string_view id, std::string_view allowed) {
  const std::string_view server = "@s.whatsapp.net";
  if (!id.ends_with(server) || !allowed.ends_with(server)) return false;
  id.remove_suffix(server.size());
  allowed.remove_suffix(server.size());
  return same_subscriber(id, allowed);
}

}  // namespace

bool CallPolicy::decide(const client::CallEvent& event, const CallerIds& caller) const {
  if (event.kind != client::CallEventKind::offer || !event.first) return false;
  if (event.offline || event.missed || event.by == client::CallBy::us) return false;
  if (event.is_group ? !settings_.auto_reject_groups : !settings_.auto_reject) return false;
  return std::none_of(caller.begin(), caller.end(), [&](const std::string& id) {
    return std::any_of(settings_.allow.begin(), settings_.allow.end(), [&](const std::string& allowed) {
      return id == allowed || is_spelling_of(id, allowed);
    });
  });
}

ReplyVerdict CallPolicy::decide_reply(const client::RejectDone& done, bool repeated, const CallerIds& caller,
                                      const std::vector<ReplyHistory>& history, WallTime now) const {
  using client::RejectOutcome;
  if (!settings_.auto_reply.enabled || settings_.auto_reply.message.empty()) return ReplyVerdict::disabled;
  if (done.is_group) return ReplyVerdict::group_call;
  if (done.offline) return ReplyVerdict::late_offer;
  // Unconfirmed counts: the reject was sent, and the reply is what the caller notices of it (api.md 3.1).
  const bool rejected = done.outcome == RejectOutcome::confirmed || done.outcome == RejectOutcome::unconfirmed ||
                        (repeated && done.outcome == RejectOutcome::already_ended);
  if (!rejected) return ReplyVerdict::not_rejected;
  if (caller.empty()) return ReplyVerdict::unknown_caller;
  for (const ReplyHistory& entry : history) {
    // One call may be rejected by us and by the API: one reply, also without a cooldown.
    if (!done.call_id.empty() && entry.call_id == done.call_id) return ReplyVerdict::answered;
    // A clock that went back does not open the gate: a time in the future is inside the cooldown.
    const std::int64_t cooldown_ms = settings_.auto_reply.cooldown_s * 1000;
    if (cooldown_ms > 0 && now - entry.last < cooldown_ms) return ReplyVerdict::cooling_down;
    if (now < entry.blocked_until) return ReplyVerdict::cooling_down;
  }
  return ReplyVerdict::send;
}

}  // namespace wa::gateway
