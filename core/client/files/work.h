// Names for files and for work on them: random, so that what was begun in an earlier life is not taken for this one's.
#pragma once

#include "base/files.h"
#include "base/random.h"

namespace wa::client {

inline std::uint64_t new_file_name(Random& random) {
  std::uint64_t name = 0;
  while (name == 0) name = read_be(random.array<8>());
  return name;
}
inline FileJob new_work(Random& random) { return new_file_name(random); }

}  // namespace wa::client
