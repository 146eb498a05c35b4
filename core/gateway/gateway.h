// The product as one function: Step handle(Input, Now). One Gateway is one device: its client, API, webhooks and policy.
// Guarantees: total (no input makes it fail, throw or loop); effects of a step depend only on writes of that step or
// of earlier, committed ones. Does not: perform anything.
#pragma once

#include <memory>

#include "client/config.h"
#include "client/effect.h"
#include "gateway/input.h"
#include "store/store.h"

namespace wa::gateway {

// PNG of a QR code; making one needs libraries that core does not link. Empty on failure.
using QrPng = Bytes (*)(std::string_view text);

struct Config {
  client::Config client;
  std::string device_id, user_id;   // for the webhook envelope
  std::int64_t reject_ack_ms = 5'000;
  bool allow_http_webhooks = true;  // plain http:// webhook URLs
  bool allow_private_webhooks = false;  // webhook URLs of loopback and private networks (egress.h)
  QrPng qr_png = nullptr;           // nullptr: GET /qr answers without `image`
};

struct Step {
  store::WriteBatch writes;         // 1. commit atomically; if that fails, discard the gateway and reopen from the store
  std::vector<Effect> effects;      // 2. then perform, in order
  std::optional<MonoTime> wake;     // 3. call again (Tick) no later than this
};

class Gateway {
 public:
  static Result<std::unique_ptr<Gateway>> open(Config, const store::StoreView&, Random&, Now);
  ~Gateway();
  // Feed Tick once after open: a paired device that is wanted connects then.
  [[nodiscard]] Step handle(Input, Now);

 private:
  struct Parts;
  explicit Gateway(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wa::gateway
