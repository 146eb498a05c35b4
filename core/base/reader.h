// ByteReader: a cursor over bytes that cannot run past the end.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace wa {

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::size_t left() const { return rest_.size(); }
  bool done() const { return rest_.empty(); }
  ByteView rest() const { return rest_; }
  Result<std::uint8_t> u8();
  Result<std::uint64_t> be(std::size_t width);
  Result<ByteView> take(std::size_t count);  // a view into the input

 private:
  ByteView rest_;
};

}  // namespace wa
