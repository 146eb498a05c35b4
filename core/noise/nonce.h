// The AES-GCM nonce of handshake and transport: eight zero bytes and a 4-byte big-endian counter (01 section 3.1).
#pragma once

#include "base/bytes.h"

namespace wa::noise {

inline ByteArray<12> nonce_of(std::uint32_t counter) {
  ByteArray<12> out{};
  for (std::size_t i = 0; i < 4; ++i) out[8 + i] = static_cast<std::uint8_t>(counter >> (24 - 8 * i));
  return out;
}

}  // namespace wa::noise
