#include "abi/codec.h"

#include <cstring>

namespace wa::wasm {

void ByteOut::put(std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void ByteOut::bytes(ByteView value) {
  u32(value.size());
  append(out_, value);
}

void ByteOut::wake(const std::optional<MonoTime>& value) {
  flag(value.has_value());
  if (value) i64(value->ms);
}

std::uint64_t ByteIn::get(std::size_t width) {
  if (failed_ || rest_.size() < width) {
    failed_ = true;
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(rest_[i]) << (8 * i);
  rest_ = rest_.subspan(width);
  return value;
}

ByteView ByteIn::view() {
  const std::uint32_t count = u32();
  if (failed_ || rest_.size() < count) {
    failed_ = true;
    return {};
  }
  const ByteView value = rest_.first(count);
  rest_ = rest_.subspan(count);
  return value;
}

const void* answer(Bytes bytes) {
  static Bytes kept;  // the length in front; one answer at a time
  const auto count = static_cast<std::uint32_t>(bytes.size());
  kept = {};
  kept.reserve(bytes.size() + 4);
  for (int i = 0; i < 4; ++i) kept.push_back(static_cast<std::uint8_t>(count >> (8 * i)));
  append(kept, bytes);
  return kept.data();
}

Now now_of(double mono_ms, double wall_ms) {
  return {MonoTime{static_cast<std::int64_t>(mono_ms)}, WallTime{static_cast<std::int64_t>(wall_ms)}};
}

}  // namespace wa::wasm
