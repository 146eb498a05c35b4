// tested by unit/gateway/api/send_other_test.cpp
#include "gateway/operations/presence.h"

#include "gateway/operations/operation.h"

namespace wa::gateway {

Result<void> watch_presence(const wire::Jid& who, bool ensure_online, client::Client& client, client::Turn& turn) {
  if (ensure_online) WA_TRY(perform(client::ShowPresence{}, client, turn));
  return perform(client::WatchPresence{0, who}, client, turn);
}

}  // namespace wa::gateway
