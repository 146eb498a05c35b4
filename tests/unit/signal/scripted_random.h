// A Random that hands out given bytes first, then a fixed pseudo-random sequence: vectors name the keys their authors drew.
#pragma once

#include <deque>

#include "base/random.h"

namespace wa::test {

class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::uint64_t seed = 1) : state_(seed) {}
  void feed(ByteView bytes) { script_.insert(script_.end(), bytes.begin(), bytes.end()); }
  void clear() { script_.clear(); }
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::uint8_t& byte : out) {
      if (script_.empty()) {
        byte = next();
      } else {
        byte = script_.front();
        script_.pop_front();
      }
    }
  }

 private:
  std::uint8_t next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::uint8_t>(z ^ (z >> 31));
  }
  std::deque<std::uint8_t> script_;
  std::uint64_t state_;
};

}  // namespace wa::test
