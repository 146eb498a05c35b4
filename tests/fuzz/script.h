// Bytes as a script: values taken one after the other from the front. Every input is a script; what is missing is zero.
#pragma once

#include <algorithm>
#include <string>

#include "base/bytes.h"

namespace wa::fuzz {

class Script {
 public:
  explicit Script(ByteView bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t out = rest_.front();
    rest_ = rest_.subspan(1);
    return out;
  }
  std::uint32_t number() { return static_cast<std::uint32_t>(byte() << 8 | byte()); }  // two bytes
  ByteView bytes(std::size_t count) {
    const ByteView out = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(out.size());
    return out;
  }
  ByteView part() { return bytes(number()); }  // its length, then so many
  ByteView rest() { return bytes(rest_.size()); }
  std::string line() {                          // up to a line feed, which is taken too
    std::string out;
    while (!rest_.empty()) {
      const char c = static_cast<char>(byte());
      if (c == '\n') break;
      out += c;
    }
    return out;
  }

 private:
  ByteView rest_;
};

}  // namespace wa::fuzz
