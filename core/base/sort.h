// Sorting for what is short or rare: std::sort is one to two kilobytes of core.wasm for every type, a heap a quarter of it.
#pragma once

#include <algorithm>
#include <functional>

namespace wa {

template <class Range, class Before = std::less<>>
void sort(Range& range, Before before = {}) {
  std::make_heap(range.begin(), range.end(), before);
  std::sort_heap(range.begin(), range.end(), before);
}

}  // namespace wa
