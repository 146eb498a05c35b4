// How much a piece of work took from the heap, of programs that link allocations.cpp: counted, so the same on every machine.
#pragma once

#include <cstdint>

namespace wa::test {

struct Allocations {
  std::uint64_t count = 0, bytes = 0;
};
Allocations allocations();  // of the process so far

// While it lives this thread gets memory so many times more, and once none; then again.
class NoMemoryAfter {
 public:
  explicit NoMemoryAfter(int good);
  ~NoMemoryAfter();
  NoMemoryAfter(const NoMemoryAfter&) = delete;
  NoMemoryAfter& operator=(const NoMemoryAfter&) = delete;
  static bool failed();  // since the last was made
};

}  // namespace wa::test
