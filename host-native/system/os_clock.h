// The clocks of the machine, read once per input.
#pragma once

#include <chrono>

#include "base/time.h"

namespace wa::native {

inline Now os_now() {
  using namespace std::chrono;
  return {{duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count()},
          {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()}};
}

// When a steady timer must fire for core's MonoTime.
inline std::chrono::steady_clock::time_point steady_point(MonoTime time) {
  return std::chrono::steady_clock::time_point(std::chrono::milliseconds(time.ms));
}

}  // namespace wa::native
