// When each caller was last answered: the "c", "t" and "n" rows of call_answering.h. Bounded by kCooldownRowsMax: the
// oldest are forgotten first.
#pragma once

#include "client/turn.h"
#include "gateway/call_policy.h"

namespace wa::gateway {

std::vector<ReplyHistory> reply_histories(const CallerIds& caller, const store::Txn& txn);
void remember_reply(const CallerIds& caller, const ReplyHistory& history, client::Turn& turn);

}  // namespace wa::gateway
