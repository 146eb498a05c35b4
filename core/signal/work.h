// What messages of others may cost. The unit is one step of a chain (two HMACs); other work is counted as that many steps.
// Whoever decrypts gives a limit and finds in it what is left: it is spent whether decrypting succeeds or not.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace wa::signal {

inline constexpr std::uint32_t kWorkMax = limits::kSenderKeyJumpMax + 2000;  // the longest honest jump, and some more
inline constexpr std::uint32_t kChainStartWork = 100;     // an agreement and a fresh key pair
inline constexpr std::uint32_t kSessionStartWork = 300;   // four agreements, signatures, prekeys
inline constexpr std::uint32_t kArchivedWorkMax = 6000;   // of one message, over all archived ratchets
inline constexpr std::uint32_t kArchivedJumpMax = 256;    // they are tried one after another: each may cost less
// Skipped keys are 36 bytes each. All chains of a ratchet together hold what one may need, all archived ratchets of an
// address as many again.
inline constexpr std::size_t kSkippedKeysPerSessionMax = limits::kSkippedKeysPerChainMax;
inline constexpr std::size_t kArchivedSkippedMax = 2000;

struct Work {
  std::uint32_t left = kWorkMax;
  std::uint32_t jump_max = limits::kRatchetJumpMax;
  bool take(std::uint32_t steps) {
    const bool enough = steps <= left;
    if (enough) left -= steps;
    return enough;
  }
};

}  // namespace wa::signal
