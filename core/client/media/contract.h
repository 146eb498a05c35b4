// Files of the service: the kinds that are read whole, and the query for the hosts that have them all.
#pragma once

#include <cstdint>

#include "base/kinds.h"

namespace wa::client {

enum class FileKind : std::uint8_t { app_state = 0, history = 1 };

struct MediaConnQuery {};

struct MediaContract {
  using Commands = Kinds<>;
  using Events = Kinds<>;
  using Queries = Kinds<MediaConnQuery>;
};

}  // namespace wa::client
