// The last events of the device for whoever watches it now (GET /events): a bounded ring in memory that exists only while
// somebody asks. Not a record: what must not be lost goes to the webhook.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "gateway/webhooks/event_names.h"

namespace wa::gateway {

class LiveEvents {
 public:
  struct Item { std::uint64_t number; EventName event; WallTime time; std::string data; };  // data: compact JSON

  explicit LiveEvents(WallTime opened) : next_(static_cast<std::uint64_t>(opened.ms) * 1000) {}

  // Somebody asked; keeps events for kLiveEventsIdleMs from now.
  void watch(MonoTime now);
  bool watched(MonoTime now) const { return until_ && now < *until_; }
  void add(EventName event, std::string data, WallTime time);
  // Forgets everything once nobody has asked for a while.
  void expire(MonoTime now);
  std::optional<MonoTime> deadline() const { return until_; }

  // Something was added since the last call.
  bool take_news() { return std::exchange(news_, false); }
  const std::deque<Item>& items() const { return items_; }
  // What to ask with next time. Numbers grow over restarts, so an old one never hides new events.
  std::uint64_t next() const { return next_; }

 private:
  std::deque<Item> items_;
  std::size_t bytes_ = 0;
  std::uint64_t next_;
  std::optional<MonoTime> until_;
  bool news_ = false;
};

}  // namespace wa::gateway
