#include "support/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> count{0}, bytes{0};
thread_local int left = -1;  // -1: no end
thread_local bool none_given = false;

}  // namespace

namespace wa::test {

Allocations allocations() { return {count, bytes}; }

NoMemoryAfter::NoMemoryAfter(int good) {
  none_given = false;
  left = good;
}
NoMemoryAfter::~NoMemoryAfter() { left = -1; }
bool NoMemoryAfter::failed() { return none_given; }

}  // namespace wa::test

// That sanitizer's own cannot be replaced: nothing is counted under it, and memory never runs out.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WA_OPERATORS_TAKEN
#endif
#endif

#ifndef WA_OPERATORS_TAKEN
// Also without exceptions, as std::stable_sort asks for its buffer: what deletes it is below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  bytes += size;
  if (left >= 0 && --left < 0) {
    none_given = true;
    return nullptr;
  }
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
  if (void* out = operator new(size, std::nothrow)) return out;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
