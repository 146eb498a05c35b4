// The product as one function: Step handle(Input, Now). One Gateway is one device: its client, API, webhooks and policy.
// Guarantees: total (no input makes it fail, throw or loop); effects of a step depend only on writes of that step or
// of earlier, committed ones. Does not: perform anything.
#pragma once

#include <memory>

#include "gateway/config.h"
#include "gateway/input.h"
#include "gateway/step.h"
#include "gateway/webhooks/webhooks.h"
#include "store/store.h"

namespace wa::gateway {

class Gateway {
 public:
  // corrupt_store: the account cannot be read, or a row was written by a newer version of this program.
  static Result<std::unique_ptr<Gateway>> open(Config, const store::StoreView&, Random&, Now);
  ~Gateway();
  // Feed Tick once after open: a paired device that is wanted connects then.
  [[nodiscard]] Step handle(Input, Now);
  // For the operator's metrics.
  Webhooks::Totals webhook_totals() const;

 private:
  struct Parts;
  explicit Gateway(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wa::gateway
