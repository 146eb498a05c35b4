// One field of a protobuf message as it travels: what a reader finds and a writer copies.
#pragma once

#include "base/bytes.h"

namespace wa::proto {

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };  // 3 and 4, groups, are refused

inline constexpr int kFieldMax = (1 << 29) - 1;

struct Item {
  int field = 0;
  Wire wire = Wire::varint;
  std::uint64_t value = 0;  // of a varint
  ByteView bytes;           // of the others, the little-endian fixed ones too
};

// Walks the fields of one level. Ends at the end, and at the first byte that is not as it should be: `malformed` tells.
class Items {
 public:
  explicit Items(ByteView bytes) : rest_(bytes) {}
  bool next(Item& out);
  bool malformed() const { return malformed_; }

 private:
  bool fail();
  ByteView rest_;
  bool malformed_ = false;
};

}  // namespace wa::proto
