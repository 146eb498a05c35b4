#include "support/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0}, bytes{0};

}  // namespace

namespace wa::test {

Allocations allocations() { return {count, bytes}; }

}  // namespace wa::test

void* operator new(std::size_t size) {
  ++count;
  bytes += size;
  if (void* out = std::malloc(size == 0 ? 1 : size)) return out;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
