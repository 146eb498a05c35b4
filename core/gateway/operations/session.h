// What is shown of a device and is gone after a restart. Changed by the operations (pairing.h, webhook.h) and by the
// gateway itself, shown by façades.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace wa::gateway {

struct Session {
  std::optional<WallTime> qr_generated;
  std::string pair_code, pair_phone;
  MonoTime pair_code_expires;
  bool status_changed = true;  // tell the directory at the end of the step
};

}  // namespace wa::gateway
