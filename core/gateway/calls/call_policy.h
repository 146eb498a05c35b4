// What to do about a call: pure decisions on values, no rows, no clock. The rows around them are in auto_answer.h.
#pragma once

#include <string>
#include <vector>

#include "client/contract.h"
#include "gateway/calls/call_settings.h"

namespace wa::gateway {

// Every JID, without device, under which one caller is known; the first is the one to store (the PN where known).
using CallerIds = std::vector<std::string>;

// When this caller was last sent an automatic reply, for which call, and until when none may be tried because the service
// refused one.
struct ReplyHistory { WallTime last; WallTime blocked_until; std::string call_id; };

enum class ReplyVerdict : std::uint8_t {
  send, disabled, group_call, late_offer, not_rejected, cooling_down, answered, unknown_caller
};

class CallPolicy {
 public:
  explicit CallPolicy(const CallSettings& settings) : settings_(settings) {}

  // Reject this call now? Only the first offer of a call that rings: never an offline one (it is over), one of our own
  // rejects' echoes, or a caller on the allow list. Calls the phone silences are rejected too: who switches auto_reject
  // on wants strangers answered, and a silenced stranger would otherwise ring out into nothing.
  bool decide(const client::CallEvent& event, const CallerIds& caller) const;

  // Answer the rejected caller? `repeated`: the reject was issued again after a crash or a lost link, so that a call
  // found over may be over because of us.
  ReplyVerdict decide_reply(const client::RejectDone& done, bool repeated, const CallerIds& caller,
                            const std::vector<ReplyHistory>& history, WallTime now) const;

 private:
  const CallSettings& settings_;
};

}  // namespace wa::gateway
