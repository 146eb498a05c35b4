// The prekeys that the service keeps for this device: the queries about them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/kinds.h"

namespace wa::client {

struct PrekeyCountQuery { std::optional<std::uint32_t> topping_up_from; };  // set: go on until the stock is full
struct PrekeyUploadQuery { std::vector<std::uint32_t> ids; std::uint32_t had = 0; };
struct PrekeyDigestQuery {};
struct SignedPrekeyQuery { std::uint32_t id = 0; };

struct PrekeysContract {
  using Commands = Kinds<>;
  using Events = Kinds<>;
  using Queries = Kinds<PrekeyCountQuery, PrekeyUploadQuery, PrekeyDigestQuery, SignedPrekeyQuery>;
};

}  // namespace wa::client
