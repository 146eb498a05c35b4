// What is shown of a device and is gone after a restart. Changed by the operations (pairing.h, webhook.h) and by the
// gateway itself, shown by façades.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "client/ids.h"
#include "wire/jid.h"

namespace wa::gateway {

// A chat state that is shown later, before a message that pretends to be typed.
struct PlannedTyping {
  wire::Jid chat;
  bool composing = false;
  client::CommandId waits = 0;  // the request, whose notes say that it was shown
};

struct Session {
  std::multimap<MonoTime, PlannedTyping> typing;
  std::optional<WallTime> qr_generated;
  std::string pair_code, pair_phone;
  MonoTime pair_code_expires;
  bool status_changed = true;  // tell the directory at the end of the step
};

}  // namespace wa::gateway
