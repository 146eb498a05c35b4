// GET /events: the events of the device as they happen, by long polling (ours; for dashboards and for trying things out).
//   ?after=N  only what came after the `next` of an earlier answer; absent: what is remembered
//   ?wait=S   0 to 30 seconds to wait when there is nothing, default 0

#include <charconv>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/device_requests.h"
#include "gateway/operations/events.h"

namespace wa::gateway {
namespace {

// Numbers in the query; `missing` when there is none. nullopt: not a number.
std::optional<std::uint64_t> number_of(const Target& target, const char* name, std::uint64_t missing) {
  const std::string* text = target.find(name);
  if (!text) return missing;
  std::uint64_t out = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (failed != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return out;
}

struct EventsWait { std::uint64_t after = 0; };

Reply events_reply(RequestId request, std::uint64_t after, const LiveEvents& live) {
  Json list = Json::array();
  for (const LiveEvents::Item& item : live.items()) {
    if (item.number < after) continue;
    list.push_back(object({{"number", item.number}, {"event", item.event.text()}, {"timestamp", rfc3339(item.time)},
                           {"data", parse_json(item.data, SIZE_MAX).value_or(Json::object())}}));
  }
  return build_success(request, object({{"events", std::move(list)}, {"next", live.next()}}));
}

Answer list_events(DeviceCall& call) {
  const auto after = number_of(call.target, "after", 0);
  const auto wait_s = number_of(call.target, "wait", 0);
  const Json none = Json::object();
  Fields fields(none);
  if (!after) fields.bad("after", "must be the `next` of an earlier answer");
  if (!wait_s || *wait_s > kEventsWaitMaxS) fields.bad("wait", "must be 0 to 30 seconds");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto wait_ms = static_cast<std::int64_t>(*wait_s) * 1000;
  switch (start_watching(call.device.live, *after, wait_ms, call.device.waiting, list_events, call.turn.now.mono)) {
    case WatchStart::now: return events_reply(call.request.request, *after, call.device.live);
    case WatchStart::too_many_wait: return too_many(call);
    case WatchStart::waits: wait_within(call, wait_ms, EventsWait{*after});
  }
  return std::nullopt;
}

Reply expire_events(WaitingCall& call) {
  return events_reply(call.waiter.request, context_of<EventsWait>(call.waiter).after, call.device.live);
}

}  // namespace

void answer_watchers(Device& device, client::Turn& turn) {
  std::optional<Reply> last;  // most wait for the same: the answer is made once
  std::uint64_t last_after = 0;
  for (const auto id : device.waiting.started_by(list_events)) {
    auto waiter = device.waiting.take(id);
    const std::uint64_t after = context_of<EventsWait>(*waiter).after;
    if (!last || after != last_after) {
      last = events_reply(waiter->request, after, device.live);
      append_member(*last, "device_id", compact(Json(device.config.device_id)));
    }
    last->request = waiter->request;
    last_after = after;
    turn.effect(*last);
  }
}

Endpoints event_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/events", .start = list_events, .expire = expire_events},
  };
  return kAll;
}

}  // namespace wa::gateway
