// When each caller was last answered: the "c", "t" and "n" rows of auto_answer.h. Bounded by kCooldownRowsMax: the
// oldest are forgotten first.
#pragma once

#include "client/turn.h"
#include "gateway/calls/call_policy.h"

namespace wa::gateway {

std::vector<ReplyHistory> reply_histories(const CallerIds& caller, const store::Txn& txn);
// Under the first of a caller's ids. That is enough: whoever looks later knows at least the ids known now.
void remember_reply(const CallerIds& caller, const ReplyHistory& history, client::Turn& turn);

// One of the replies that a device may send per hour over all callers: an hour's worth at once, then as they grow back.
// False: none is left. Row "q" holds the time at which all are back; a time more than an hour away means that the clock
// went back since, and counts as an hour.
bool take_reply_slot(std::uint32_t per_hour, client::Turn& turn);

}  // namespace wa::gateway
