// tested by unit/gateway/webhooks/config_test.cpp, unit/gateway/api/webhooks_test.cpp
// The device's webhooks (api.md 3.13, 4.1): the first as published under /webhook, all of them under /webhooks (ours),
// the rotation of a secret and a test delivery (ours). POST .../test posts one event named "webhook.test" and says how
// it went.
#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/api/device_requests.h"
#include "gateway/api/webhook_fields.h"
#include "gateway/operations/webhook.h"
#include "gateway/webhooks/silent_events.h"

namespace wa::gateway {
namespace {

constexpr std::int64_t kTestMarginMs = 15'000;  // beyond the webhook's own timeout: it may wait for a place

// What goes out with a webhook. While it is disabled the answer says what becomes of events.
Answer succeed_with(DeviceCall& call, const WebhookQueue& queue, Json body) {
  put(body, {"webhook", show_webhook(queue, call)});
  if (!queue.settings()->enabled)
    put(body, {"note", "disabled: events are dropped, and counted in missed_while_disabled"});
  return succeed(call, std::move(body));
}

// Sets the webhook of `slot`, which may be new.
Answer set(DeviceCall& call, WebhookSlot slot) {
  Device& device = call.device;
  Fields fields(call.given);
  const WebhookQueue* queue = device.webhooks.of_slot(slot);
  const bool there_was = queue && queue->settings();
  WebhookBody body = parse_webhook(fields, device.config, there_was ? &*queue->settings() : nullptr);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  for (const std::string_view name : kSilentEvents) {
    if (!body.choice.events.has(*webhook_event(name))) continue;
    call.notes.warnings.push_back(std::string(name) + " does not occur yet: see GET /webhook/events");
  }
  configure_webhook(std::move(body.choice), body.secret, device.webhooks, device.session, call.turn, slot);
  const char* message = there_was ? "Webhook updated successfully" : "Webhook configured successfully";
  return succeed_with(call, *device.webhooks.of_slot(slot), object({{"message", message}}));
}

Answer show(DeviceCall& call, const WebhookQueue* queue) {
  if (!queue || !queue->settings()) return fail(call, no_webhook());
  return succeed_with(call, *queue, Json::object());
}

Answer remove(DeviceCall& call, const WebhookQueue* queue) {
  if (!queue || !remove_webhook(call.device.webhooks, call.device.session, call.turn, queue->slot()))
    return fail(call, no_webhook());
  return succeed(call, object({{"message", "Webhook deleted successfully"}}));
}

Answer rotate(DeviceCall& call, WebhookQueue* queue) {
  if (!queue || !queue->settings()) return fail(call, no_webhook());
  Fields fields(call.given);
  const SecretRotation wish{fields.optional_text("secret", kWebhookSecretCharsMax, kRotatedSecretCharsMin),
                            fields.optional_integer("overlap_seconds", 0, limits::kSecretOverlapMs / 1000)};
  const RotationFault fault = rotation_fault(wish, *queue, call.turn.now.wall);
  if (fault == RotationFault::same) fields.bad("secret", "must differ from the present one");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (fault == RotationFault::too_soon) {
    return fail(call, conflict("the secret before the last rotation still signs; wait until "
                               "previous_secret_valid_until, or end it now with overlap_seconds 0"));
  }
  const std::string made = rotate_webhook_secret(wish, *queue, call.turn);
  Json body = object({{"message", "Webhook secret rotated"}, {"webhook", show_webhook(*queue, call)}});
  if (!made.empty()) put(body, {"secret", made});  // the only time it is shown
  return succeed(call, std::move(body));
}

Answer begin_test(DeviceCall& call, const WebhookQueue* queue) {
  Device& device = call.device;
  if (!queue || !queue->settings()) return fail(call, no_webhook());
  if (!room_to_wait(call)) return too_many(call);
  const std::int64_t timeout_ms = std::int64_t{queue->settings()->timeout_s} * 1000 + kTestMarginMs;
  const client::CommandId id = wait_within(call, timeout_ms, queue->settings()->id);
  if (device.webhooks.test(queue->slot(), id, call.turn)) return std::nullopt;
  device.waiting.take(id);
  return fail(call, rate_limited("too many tests of webhooks are under way", 5));
}

Reply expire_test(WaitingCall& call) {
  return fail(call, upstream_timeout("the test waits for a place behind other deliveries; try again"));
}

WebhookQueue* named(DeviceCall& call) { return call.device.webhooks.find(call.params.front()); }

Answer set_webhook(DeviceCall& call) { return set(call, 0); }
Answer show_first(DeviceCall& call) { return show(call, &call.device.webhooks.first()); }
Answer delete_webhook(DeviceCall& call) { return remove(call, &call.device.webhooks.first()); }
Answer rotate_secret(DeviceCall& call) { return rotate(call, &call.device.webhooks.first()); }
Answer test_webhook(DeviceCall& call) { return begin_test(call, &call.device.webhooks.first()); }

Answer list_webhooks(DeviceCall& call) {
  Json list = Json::array();
  Webhooks& webhooks = call.device.webhooks;
  for (const WebhookSlot slot : webhooks.slots()) list.push_back(show_webhook(*webhooks.of_slot(slot), call));
  const std::size_t count = list.size();
  return succeed(call, object({{"webhooks", std::move(list)}, {"count", count}}));
}

Answer add_webhook(DeviceCall& call) {
  const auto slot = call.device.webhooks.free_slot();
  if (slot) return set(call, *slot);
  return fail(call, conflict("a device has at most " + std::to_string(limits::kWebhooksMax) + " webhooks"));
}

Answer show_one(DeviceCall& call) { return show(call, named(call)); }
Answer change_one(DeviceCall& call) {
  const WebhookQueue* queue = named(call);
  return queue ? set(call, queue->slot()) : fail(call, no_webhook());
}
Answer delete_one(DeviceCall& call) { return remove(call, named(call)); }
Answer rotate_one(DeviceCall& call) { return rotate(call, named(call)); }
Answer test_one(DeviceCall& call) { return begin_test(call, named(call)); }

}  // namespace

Failure no_webhook() {
  Failure out = not_found();
  out.text = "no webhook is configured";
  return out;
}

void answer_webhook_test(const WebhookTested& tested, Device& device, client::Turn& turn) {
  auto waiter = device.waiting.take(tested.waiter);
  if (!waiter) return;
  const bool delivered = tested.fault == WebhookFault::none;
  Json body = object({{"webhook_id", context_of<std::string>(*waiter)},
                      {"delivered", delivered},
                      {"status", nullptr},
                      {"last_error", nullptr},
                      {"took_ms", tested.took_ms}});
  if (tested.status != 0) put(body, {"status", tested.status});
  if (!delivered) put(body, {"last_error", show_fault(tested.fault, tested.status)});
  answer_waiter(*waiter, build_success(waiter->request, std::move(body)), device, turn);
}

Endpoints webhook_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/webhook", .body = BodyRule::required, .start = set_webhook},
      {.method = "GET", .pattern = "/webhook", .start = show_first},
      {.method = "DELETE", .pattern = "/webhook", .start = delete_webhook},
      {.method = "POST", .pattern = "/webhook/secret/rotate", .body = BodyRule::optional,
       .start = rotate_secret},
      {.method = "POST", .pattern = "/webhook/test", .start = test_webhook, .expire = expire_test},
      {.method = "GET", .pattern = "/webhooks", .start = list_webhooks},
      {.method = "POST", .pattern = "/webhooks", .body = BodyRule::required, .start = add_webhook},
      {.method = "GET", .pattern = "/webhooks/{id}", .start = show_one},
      {.method = "PATCH", .pattern = "/webhooks/{id}", .body = BodyRule::required, .start = change_one},
      {.method = "DELETE", .pattern = "/webhooks/{id}", .start = delete_one},
      {.method = "POST", .pattern = "/webhooks/{id}/secret/rotate", .body = BodyRule::optional, .start = rotate_one},
      {.method = "POST", .pattern = "/webhooks/{id}/test", .start = test_one, .expire = expire_test},
  };
  return kAll;
}

}  // namespace wa::gateway
