// Arithmetic modulo 2^255-19 on public values: just enough to turn a Montgomery u into an Edwards y (04 section 2).
// Not constant time by intent of use: it never sees a secret.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace wa::crypto {

// y = (u - 1) / (u + 1); nullopt for u = -1, which has no image. Bit 255 of u is ignored (RFC 7748, section 5).
std::optional<ByteArray<32>> edwards_y_of_montgomery_u(const ByteArray<32>& u);

}  // namespace wa::crypto
