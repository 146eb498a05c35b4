// Entropy from the operating system. Thread-safe; ends the process when the system cannot give any.
#pragma once

#include "base/random.h"

namespace wa::native {

class OsRandom final : public Random {
 public:
  OsRandom();
  void fill(std::span<std::uint8_t> out) noexcept override;
};

}  // namespace wa::native
