// tested by unit/gateway/operations/webhook_test.cpp
#include "gateway/operations/webhook.h"

#include "base/encoding.h"
#include "base/limits.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kMadeSecretBytes = 24;

}  // namespace

bool configure_webhook(WebhookChoice choice, const std::optional<std::string>& secret, Webhooks& webhooks,
                       Session& session, client::Turn& turn, WebhookSlot slot) {
  const WebhookQueue* queue = webhooks.of_slot(slot);
  const bool there_was = queue && queue->settings();
  const WebhookConfig* old = there_was ? &*queue->settings() : nullptr;
  webhooks.configure(configured(std::move(choice), secret, old, turn.now.wall, turn.random), turn, slot);
  session.status_changed = true;
  return there_was;
}

bool remove_webhook(Webhooks& webhooks, Session& session, client::Turn& turn, WebhookSlot slot) {
  const WebhookQueue* queue = webhooks.of_slot(slot);
  if (!queue || !queue->settings()) return false;
  webhooks.remove(turn, slot);
  session.status_changed = true;
  return true;
}

RotationFault rotation_fault(const SecretRotation& wish, const WebhookQueue& webhook, WallTime now) {
  const auto& config = webhook.settings();
  if (!config) return RotationFault::no_webhook;
  if (wish.secret && *wish.secret == config->secret) return RotationFault::same;
  return !config->previous(now).empty() && wish.overlap_s != 0 ? RotationFault::too_soon : RotationFault::none;
}

std::string rotate_webhook_secret(const SecretRotation& wish, WebhookQueue& webhook, client::Turn& turn) {
  WebhookConfig config = *webhook.settings();
  std::string made;
  if (!wish.secret) made = "whsec_" + base64(turn.random.bytes(kMadeSecretBytes));
  config.previous_until = turn.now.wall + (wish.overlap_s ? *wish.overlap_s * 1000 : limits::kSecretOverlapMs);
  config.previous_secret = wish.overlap_s == 0 ? std::string() : std::move(config.secret);
  config.secret = wish.secret ? *wish.secret : made;
  config.updated = turn.now.wall;
  webhook.configure(std::move(config), turn);
  return made;
}

ReplayStart replay_failed_one(std::string_view id, WebhookQueue& webhook, client::Turn& turn) {
  FailedFilter filter;
  filter.id = id;
  const auto done = replay_failed(filter, webhook, turn);
  if (!done) return ReplayStart::nowhere_to_go;
  if (done->count > 0) return ReplayStart::queued;
  return done->left > 0 ? ReplayStart::no_room : ReplayStart::not_found;
}

std::optional<Webhooks::Replayed> replay_failed(const FailedFilter& filter, WebhookQueue& webhook, client::Turn& turn) {
  if (!webhook.settings() || !webhook.settings()->enabled) return std::nullopt;
  return webhook.replay(filter, turn);
}

}  // namespace wa::gateway
