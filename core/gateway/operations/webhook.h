// Where a device's events go: changing it, and giving what failed once more. The rules of a configuration's values
// are in webhooks/config.h.
#pragma once

#include <optional>
#include <string>

#include "gateway/operations/session.h"
#include "gateway/webhooks/webhooks.h"

namespace wa::gateway {

// The choice takes the place of what was there; true: there was one. It is without fault (webhooks/config.h).
bool configure_webhook(WebhookChoice, const std::optional<std::string>& secret, Webhooks&, Session&, client::Turn&,
                       WebhookSlot slot = 0);
// False: there is none, and nothing happens.
bool remove_webhook(Webhooks&, Session&, client::Turn&, WebhookSlot slot = 0);

enum class RotationFault : std::uint8_t {
  none,
  no_webhook,  // is configured
  same,        // the secret given is the present one
  too_soon,    // the secret before the last rotation still signs, and is not to be ended
};
struct SecretRotation {
  std::optional<std::string> secret;      // absent: one is made
  std::optional<std::int64_t> overlap_s;  // for how long the former signs too, at most kSecretOverlapMs, the default
};
RotationFault rotation_fault(const SecretRotation&, const WebhookQueue&, WallTime now);
// Of a rotation without fault. The secret that was made, to be shown once; "" when it was given.
std::string rotate_webhook_secret(const SecretRotation&, WebhookQueue&, client::Turn&);

enum class ReplayStart : std::uint8_t { queued, nowhere_to_go, no_room, not_found };
// The failed delivery of this id goes out again.
ReplayStart replay_failed_one(std::string_view id, WebhookQueue&, client::Turn&);
// All that match do; nullopt: there is no webhook that is configured and enabled.
std::optional<Webhooks::Replayed> replay_failed(const FailedFilter&, WebhookQueue&, client::Turn&);

}  // namespace wa::gateway
