// tested by unit/gateway/api/events_test.cpp
#include "gateway/webhooks/audience.h"

namespace wa::gateway {

void Audience::publish(EventName event, std::string_view lane, const Json& data, client::Turn& turn) const {
  std::string text = compact(data);
  if (webhooks.wants(event)) webhooks.enqueue(event, lane, text, turn);
  if (live.watched(turn.now.mono)) live.add(event, std::move(text), turn.now.wall);
}

}  // namespace wa::gateway
