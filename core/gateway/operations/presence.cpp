// tested by unit/gateway/api/send_other_test.cpp
#include "gateway/operations/presence.h"

#include "gateway/operations/operation.h"

namespace wa::gateway {

Result<void> watch_presence(const wire::Jid& who, bool ensure_online, client::Client& client, client::Turn& turn) {
  if (ensure_online) WA_TRY(perform(client::ShowPresence{}, client, turn));
  return perform(client::WatchPresence{0, who}, client, turn);
}

void plan_typing(const wire::Jid& chat, MonoTime from, std::int64_t typing_ms, client::CommandId waits,
                 Session& session) {
  constexpr std::int64_t kShownMs = 10'000;  // phones show it for so long
  for (std::int64_t at = 0; at < typing_ms; at += kShownMs) {
    if (session.typing.size() >= kPlannedTypingMax) return;
    session.typing.emplace(from + at, PlannedTyping{chat, true, waits});
  }
  session.typing.emplace(from + typing_ms, PlannedTyping{chat, false, waits});
}

void show_planned_typing(Session& session, Waiting& waiting, client::Client& client, client::Turn& turn) {
  auto& all = session.typing;
  while (!all.empty() && all.begin()->first <= turn.now.mono) {
    const PlannedTyping one = std::move(all.begin()->second);
    all.erase(all.begin());
    Waiter* waiter = waiting.find(one.waits);
    if (!one.composing && waiter && !waiter->notes.typing_shown) continue;  // there is nothing to end
    client::ShowTyping command;
    command.chat = one.chat;
    command.composing = one.composing;
    if (perform(std::move(command), client, turn).ok() && waiter) waiter->notes.typing_shown = true;
  }
}

}  // namespace wa::gateway
