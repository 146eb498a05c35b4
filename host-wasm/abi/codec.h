// The values of abi.h as bytes. ByteOut writes; ByteIn reads in the order written: the first failure sticks, check done() once.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/time.h"

namespace wa::wasm {

class ByteOut {
 public:
  void u8(std::uint8_t value) { out_.push_back(value); }
  void flag(bool value) { u8(value ? 1 : 0); }
  void u32(std::size_t value) { put(value, 4); }
  void i32(int value) { put(static_cast<std::uint32_t>(value), 4); }
  void u64(std::uint64_t value) { put(value, 8); }
  void i64(std::int64_t value) { put(static_cast<std::uint64_t>(value), 8); }
  void bytes(ByteView value);
  void text(std::string_view value) { bytes(view(value)); }
  void wake(const std::optional<MonoTime>& value);

  Bytes take() { return std::move(out_); }

 private:
  void put(std::uint64_t value, int width);
  Bytes out_;
};

class ByteIn {
 public:
  explicit ByteIn(ByteView bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(get(1)); }
  bool flag() { return u8() != 0; }
  std::uint32_t u32() { return static_cast<std::uint32_t>(get(4)); }
  int i32() { return static_cast<int>(u32()); }
  std::uint64_t u64() { return get(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  ByteView view();
  Bytes bytes() { return to_bytes(view()); }
  std::string text() { return to_string(view()); }

  bool ok() const { return !failed_; }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::uint64_t get(std::size_t width);
  ByteView rest_;
  bool failed_ = false;
};

// Keeps `bytes` until the next answer; what is returned points at their length, followed by them.
const void* answer(Bytes bytes);

// Milliseconds as a host in JavaScript counts them.
Now now_of(double mono_ms, double wall_ms);

}  // namespace wa::wasm
