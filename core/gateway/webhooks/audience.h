// Who is told of events: the webhook, where one becomes a row, and whoever watches GET /events. The one way to both.
#pragma once

#include "gateway/webhooks/live_events.h"
#include "gateway/webhooks/webhooks.h"

namespace wa::gateway {

struct Audience {
  Webhooks& webhooks;
  LiveEvents& live;

  bool wants(EventName event, MonoTime now) const { return webhooks.listens(event) || live.watched(now); }
  // `data` is what is told, as text. Nobody wants it: nothing happens.
  void publish(EventName event, std::string_view lane, std::string data, client::Turn& turn) const;
};

}  // namespace wa::gateway
