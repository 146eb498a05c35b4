// tested by unit/gateway/webhooks/config_test.cpp
// /webhook: the configuration of the device's webhook (api.md 3.13, 4.1), and its secret's rotation (ours).
#include "gateway/api/endpoint.h"

namespace wa::gateway {
namespace {

Failure no_webhook() {
  Failure out = not_found();
  out.text = "no webhook is configured";
  return out;
}

Answer configure_webhook(DeviceCall& call) {
  Webhooks& webhooks = call.device.webhooks;
  const auto& before = webhooks.settings();
  WebhookConfig settings;
  const UrlPolicy policy{call.device.config.allow_http_webhooks, call.device.config.allow_private_webhooks};
  const auto failed = parse_webhook(call.body, before ? &*before : nullptr, policy, call.turn.now, call.turn.random, settings);
  if (failed) return fail(call, *failed);
  const char* message = before ? "Webhook updated successfully" : "Webhook configured successfully";
  Json shown = show_webhook(settings, call.turn.now.wall);
  webhooks.configure(std::move(settings), call.turn);
  call.device.session.status_changed = true;
  return succeed(call, object({{"message", message}, {"webhook", std::move(shown)}}));
}

Answer show_webhook_settings(DeviceCall& call) {
  const auto& settings = call.device.webhooks.settings();
  if (!settings) return fail(call, no_webhook());
  return succeed(call, object({{"webhook", show_webhook(*settings, call.turn.now.wall)}}));
}

Answer rotate_webhook_secret(DeviceCall& call) {
  Webhooks& webhooks = call.device.webhooks;
  if (!webhooks.settings()) return fail(call, no_webhook());
  WebhookConfig settings = *webhooks.settings();
  std::string made;
  if (const auto failed = rotate_secret(call.body, call.turn.now, call.turn.random, settings, made)) {
    return fail(call, *failed);
  }
  Json body = object({{"message", "Webhook secret rotated"}, {"webhook", show_webhook(settings, call.turn.now.wall)}});
  if (!made.empty()) put(body, {"secret", made});  // the only time it is shown
  webhooks.configure(std::move(settings), call.turn);
  return succeed(call, std::move(body));
}

Answer delete_webhook(DeviceCall& call) {
  if (!call.device.webhooks.settings()) return fail(call, no_webhook());
  call.device.webhooks.remove(call.turn);
  call.device.session.status_changed = true;
  return succeed(call, object({{"message", "Webhook deleted successfully"}}));
}

}  // namespace

Endpoints webhook_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/webhook", .body = BodyRule::required, .start = configure_webhook},
      {.method = "GET", .pattern = "/webhook", .start = show_webhook_settings},
      {.method = "DELETE", .pattern = "/webhook", .start = delete_webhook},
      {.method = "POST", .pattern = "/webhook/secret/rotate", .body = BodyRule::optional,
       .start = rotate_webhook_secret},
  };
  return kAll;
}

}  // namespace wa::gateway
