// tested by unit/proto/writer_test.cpp
#include "proto/writer.h"

#include <cstring>

namespace wa::proto {
namespace {

std::uint64_t tag_of(int field, Wire wire) {
  return static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire);
}

}  // namespace

Writer& Writer::number(int field, std::uint64_t value) {
  varint(tag_of(field, Wire::varint));
  varint(value);
  return *this;
}

Writer& Writer::real(int field, double value) {
  varint(tag_of(field, Wire::fixed64));
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  for (int shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<std::uint8_t>(bits >> shift));
  return *this;
}

Writer& Writer::small_real(int field, float value) {
  varint(tag_of(field, Wire::fixed32));
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  for (int shift = 0; shift < 32; shift += 8) out_.push_back(static_cast<std::uint8_t>(bits >> shift));
  return *this;
}

Writer& Writer::fixed32(int field, std::uint32_t value) {
  varint(tag_of(field, Wire::fixed32));
  for (int shift = 0; shift < 32; shift += 8) out_.push_back(static_cast<std::uint8_t>(value >> shift));
  return *this;
}

Writer& Writer::bytes(int field, ByteView value) {
  varint(tag_of(field, Wire::bytes));
  varint(value.size());
  append(out_, value);
  return *this;
}

Writer& Writer::item(const Item& from) {
  if (from.wire == Wire::varint) return number(from.field, from.value);
  if (from.wire == Wire::bytes) return bytes(from.field, from.bytes);
  varint(tag_of(from.field, from.wire));
  append(out_, from.bytes);
  return *this;
}

Writer& Writer::items(Items from, int first, int last) {
  for (Item each; from.next(each);) {
    if (each.field >= first && each.field <= last) item(each);
  }
  return *this;
}

void Writer::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<std::uint8_t>(value | 0x80));
  out_.push_back(static_cast<std::uint8_t>(value));
}

}  // namespace wa::proto
