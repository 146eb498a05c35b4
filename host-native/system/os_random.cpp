#include "system/os_random.h"

#include <sodium.h>

#include "base/result.h"

namespace wa::native {

OsRandom::OsRandom() { WA_ASSERT(sodium_init() >= 0); }

void OsRandom::fill(std::span<std::uint8_t> out) noexcept {
  if (!out.empty()) randombytes_buf(out.data(), out.size());  // an empty span may have no address
}

}  // namespace wa::native
