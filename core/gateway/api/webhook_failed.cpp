// tested by unit/gateway/webhooks/failed_test.cpp
// Deliveries that were given up: GET /webhook/failed, and their replay (ours; no published counterpart).
//   GET  /webhook/failed?limit=&before=       newest first; `next` is the `before` of the next page, null at the end
//   POST /webhook/failed/{id}/replay          one event
//   POST /webhook/failed/replay               {"from"?, "to"?, "events"?}: by the time it was given up, both inclusive
// The same of any webhook under /webhooks/{id}/failed.
#include <charconv>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/endpoint.h"
#include "gateway/api/webhook_fields.h"
#include "gateway/operations/webhook.h"

namespace wa::gateway {
namespace {

constexpr std::uint64_t kPageDefault = 50;

std::optional<std::uint64_t> number_in(Fields& fields, const Target& target, const char* name, std::uint64_t missing,
                                       std::uint64_t max) {
  const std::string* text = target.find(name);
  if (!text) return missing;
  std::uint64_t out = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), out);
  if (failed == std::errc() && end == text->data() + text->size() && out > 0 && out <= max) return out;
  fields.bad(name, max == UINT64_MAX ? "must be the `next` of an earlier answer"
                                     : "must be 1 to " + std::to_string(max));
  return std::nullopt;
}

// RFC 3339, or unix seconds.
std::optional<WallTime> time_in(Fields& fields, const Json& body, const char* name) {
  if (!fields.has(name)) return std::nullopt;
  const Json* value = member(body, name);
  if (const auto* text = value->get_ptr<const std::string*>()) {
    if (const auto time = parse_rfc3339(*text)) return time;
  } else if (value->is_number_integer()) {
    const auto seconds = fields.optional_integer(name, 0, 253'402'300'799);
    return seconds ? std::optional<WallTime>(WallTime{*seconds * 1000}) : std::nullopt;
  }
  fields.bad(name, "must be an RFC 3339 time or unix seconds", value);
  return std::nullopt;
}

Json show(const FailedDelivery& failed) {
  Json out = object({{"id", failed.item.id},
                     {"event", std::string(failed.item.event.text())},
                     {"timestamp", rfc3339({failed.item.created_s * 1000})},
                     {"failed_at", rfc3339(failed.at)},
                     {"attempts", failed.item.attempts},
                     {"last_status", nullptr},
                     {"last_error", show_fault(failed.fault, failed.status)},
                     {"data", parse_json(failed.item.data, SIZE_MAX).value_or(Json::object())}});
  if (failed.status != 0) put(out, {"last_status", failed.status});
  return out;
}

Reply nowhere_to_go(const DeviceCall& call) {
  return fail(call, conflict("no webhook is configured and enabled"));
}

Answer list_failed(DeviceCall& call, const WebhookQueue* queue) {
  if (!queue) return fail(call, no_webhook());
  const Json none = Json::object();
  Fields fields(none);
  const auto limit = number_in(fields, call.target, "limit", kPageDefault, limits::kWebhookFailedPageMax);
  const auto before = number_in(fields, call.target, "before", UINT64_MAX, UINT64_MAX);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const WebhookFailures& failures = call.device.webhooks.failures();
  const auto page = failures.page(*before, static_cast<std::size_t>(*limit), call.turn.txn, queue->slot());
  Json list = Json::array();
  for (const FailedDelivery& one : page.items) list.push_back(show(one));
  const std::uint64_t count = failures.counters().kept_of[queue->slot()];
  Json body = object({{"failed", std::move(list)}, {"count", count}, {"next", nullptr}});
  if (page.next != 0) put(body, {"next", std::to_string(page.next)});
  return succeed(call, std::move(body));
}

Answer replay_one(DeviceCall& call, WebhookQueue* queue) {
  if (!queue) return fail(call, no_webhook());
  const std::string& id = call.params.back();
  switch (replay_failed_one(id, *queue, call.turn)) {
    case ReplayStart::queued: break;
    case ReplayStart::nowhere_to_go: return nowhere_to_go(call);
    case ReplayStart::no_room: return fail(call, rate_limited("the webhook queue is full", 60));
    case ReplayStart::not_found: return fail(call, not_found());
  }
  return succeed(call, object({{"message", "Delivery queued again"}, {"id", id}, {"replayed", 1}}));
}

Answer replay_many(DeviceCall& call, WebhookQueue* queue) {
  if (!queue) return fail(call, no_webhook());
  Fields fields(call.given);
  FailedFilter filter;
  filter.from = time_in(fields, call.body, "from");
  filter.to = time_in(fields, call.body, "to");
  if (filter.from && filter.to && *filter.to < *filter.from) fields.bad("to", "must not be before from");
  if (fields.has("events")) filter.events = parse_event_names(fields, "events");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const auto done = replay_failed(filter, *queue, call.turn);
  if (!done) return nowhere_to_go(call);
  return succeed(call, object({{"message", "Deliveries queued again"}, {"replayed", done->count},
                               {"remaining", done->left}}));
}

WebhookQueue* first(DeviceCall& call) { return &call.device.webhooks.first(); }
WebhookQueue* of_path(DeviceCall& call) { return call.device.webhooks.find(call.params.front()); }

Answer list_failed_deliveries(DeviceCall& call) { return list_failed(call, first(call)); }
Answer replay_failed_delivery(DeviceCall& call) { return replay_one(call, first(call)); }
Answer replay_failed_deliveries(DeviceCall& call) { return replay_many(call, first(call)); }
Answer list_failed_of(DeviceCall& call) { return list_failed(call, of_path(call)); }
Answer replay_failed_of(DeviceCall& call) { return replay_one(call, of_path(call)); }
Answer replay_all_of(DeviceCall& call) { return replay_many(call, of_path(call)); }

}  // namespace

Endpoints failed_delivery_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "GET", .pattern = "/webhook/failed", .start = list_failed_deliveries},
      {.method = "POST", .pattern = "/webhook/failed/replay", .body = BodyRule::optional,
       .start = replay_failed_deliveries},
      {.method = "POST", .pattern = "/webhook/failed/{id}/replay", .start = replay_failed_delivery},
      {.method = "GET", .pattern = "/webhooks/{id}/failed", .start = list_failed_of},
      {.method = "POST", .pattern = "/webhooks/{id}/failed/replay", .body = BodyRule::optional, .start = replay_all_of},
      {.method = "POST", .pattern = "/webhooks/{id}/failed/{delivery}/replay", .start = replay_failed_of},
  };
  return kAll;
}

}  // namespace wa::gateway
