// The only source of entropy in core; one of the two injected interfaces (the other is StoreView).
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace wa {

struct Random {
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) noexcept = 0;

  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out;
    fill(out);
    return out;
  }
  Bytes bytes(std::size_t count) {
    Bytes out(count);
    fill(out);
    return out;
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(read_be(array<4>())); }
  // Uniform enough for jitter and padding: 0 <= result < bound, bound > 0.
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(read_be(array<8>()) % bound); }
};

}  // namespace wa
