#include "base/reader.h"

namespace wa {

Result<std::uint8_t> ByteReader::u8() {
  if (rest_.empty()) return {Errc::truncated, "data ends early"};
  std::uint8_t value = rest_[0];
  rest_ = rest_.subspan(1);
  return value;
}

Result<std::uint64_t> ByteReader::be(std::size_t width) {
  WA_TRY(ByteView bytes, take(width));
  return read_be(bytes);
}

Result<ByteView> ByteReader::take(std::size_t count) {
  if (count > rest_.size()) return {Errc::truncated, "data ends early"};
  ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

}  // namespace wa
