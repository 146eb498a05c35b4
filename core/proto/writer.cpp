#include "proto/writer.h"

#include <cstring>

namespace wa::proto {
namespace {

enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2 };

std::uint64_t tag_of(int field, WireType type) { return static_cast<std::uint64_t>(field) << 3 | type; }

}  // namespace

Writer& Writer::number(int field, std::uint64_t value) {
  varint(tag_of(field, kVarint));
  varint(value);
  return *this;
}

Writer& Writer::real(int field, double value) {
  varint(tag_of(field, kFixed64));
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<std::uint8_t>(bits >> shift));
  return *this;
}

Writer& Writer::bytes(int field, ByteView value) {
  varint(tag_of(field, kLengthDelimited));
  varint(value.size());
  append(out_, value);
  return *this;
}

void Writer::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80));
  out_.push_back(static_cast<std::uint8_t>(value));
}

}  // namespace wa::proto
