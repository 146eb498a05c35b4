// How much a piece of work took from the heap, of programs that link allocations.cpp: counted, so the same on every machine.
#pragma once

#include <cstdint>

namespace wa::test {

struct Allocations {
  std::uint64_t count = 0, bytes = 0;
};
Allocations allocations();  // of the process so far

}  // namespace wa::test
