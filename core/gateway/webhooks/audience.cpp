// tested by unit/gateway/api/events_test.cpp
#include "gateway/webhooks/audience.h"

namespace wa::gateway {

void Audience::publish(EventName event, std::string_view lane, std::string data, client::Turn& turn) const {
  if (webhooks.listens(event)) webhooks.enqueue(event, lane, data, turn);
  if (live.watched(turn.now.mono)) live.add(event, std::move(data), turn.now.wall);
}

}  // namespace wa::gateway
