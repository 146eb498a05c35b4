// The work that is timed in wasm and natively: the same sources, the same inputs.
#pragma once

#include <memory>

#include "base/bytes.h"

namespace wa::bench {

enum class Op : std::uint32_t { node_encode, node_decode, lthash_100, patch_build, patch_apply, session_encrypt };
inline constexpr std::uint32_t kOps = 6;

// What others can be given to do the same work on.
enum class Input : std::uint32_t { stanza, patch, key_data, value_macs };

struct Work {
  Work();
  ~Work();
  std::size_t run(Op op, std::uint32_t times);  // something that depends on every result
  Bytes input(Input which) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace wa::bench
