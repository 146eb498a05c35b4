// tested by unit/gateway/api/events_test.cpp
#include "gateway/webhooks/live_events.h"

#include "base/limits.h"

namespace wa::gateway {

void LiveEvents::watch(MonoTime now) { until_ = now + limits::kLiveEventsIdleMs; }

void LiveEvents::add(EventName event, std::string data, WallTime time) {
  news_ = true;
  bytes_ += data.size();
  items_.push_back({next_++, event, time, std::move(data)});
  while (items_.size() > limits::kLiveEventsMax || bytes_ > limits::kLiveEventBytesMax) {
    bytes_ -= items_.front().data.size();
    items_.pop_front();
  }
}

void LiveEvents::expire(MonoTime now) {
  if (!until_ || now < *until_) return;
  until_.reset();
  bytes_ = 0;
  std::deque<Item>().swap(items_);
}

}  // namespace wa::gateway
