// Encrypted files of the service: whose they are, and the query for the hosts that have them.
#pragma once

#include <cstdint>

#include "base/kinds.h"

namespace wa::client {

enum class FileKind : std::uint8_t { app_state = 0, history = 1 };

struct MediaConnQuery { std::uint8_t owner = 0; };  // FileKind

struct MediaContract {
  using Commands = Kinds<>;
  using Events = Kinds<>;
  using Queries = Kinds<MediaConnQuery>;
};

}  // namespace wa::client
