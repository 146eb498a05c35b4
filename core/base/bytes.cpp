// tested by unit/base/encoding_test.cpp
#include "base/bytes.h"

#include <algorithm>

#include "base/result.h"

namespace wa {

Bytes concat(std::initializer_list<ByteView> parts) {
  std::size_t total = 0;
  for (ByteView part : parts) total += part.size();
  Bytes out;
  out.reserve(total);
  for (ByteView part : parts) append(out, part);
  return out;
}

void append_be(Bytes& out, std::uint64_t value, std::size_t width) {
  WA_ASSERT(width >= 1 && width <= 8);
  for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Bytes be_bytes(std::uint64_t value, std::size_t width) {
  Bytes out;
  append_be(out, value, width);
  return out;
}

// Total: a row may hold anything. Of more than 8 bytes the last count.
std::uint64_t read_be(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

bool equal(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

bool equal_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace wa
