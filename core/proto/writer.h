// Writes a protobuf message field by field. The schemas stay the source of the numbers (k...FieldNumber); tests and the
// simulator read what is written here with the generated classes. What it costs: README.md.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "proto/item.h"

namespace wa::proto {

// Fields are written in the order of the calls; generated classes write by ascending number, and so should the caller.
class Writer {
 public:
  // `before` stands in front of the message: a version byte.
  explicit Writer(ByteView before = {}) : out_(before.begin(), before.end()) {}

  // uint32, uint64, bool, enums, and signed numbers that are not negative.
  Writer& number(int field, std::uint64_t value);
  Writer& integer(int field, std::int64_t value) { return number(field, static_cast<std::uint64_t>(value)); }
  Writer& real(int field, double value);
  Writer& small_real(int field, float value);
  Writer& fixed32(int field, std::uint32_t value);
  // string, bytes, or a message written before.
  Writer& bytes(int field, ByteView value);
  Writer& text(int field, std::string_view value) { return bytes(field, view(value)); }
  Writer& message(int field, const Writer& value) { return bytes(field, value.out_); }
  // A field that was read, as it was.
  Writer& item(const Item& from);
  // Those from `first` to `last`.
  Writer& items(Items from, int first, int last = kFieldMax);

  // All, but one field, which is this now, in its place.
  Writer& replaced(Items from, int field, ByteView value) {
    return items(from, 1, field - 1).bytes(field, value).items(from, field + 1);
  }

  const Bytes& written() const { return out_; }

 private:
  void varint(std::uint64_t value);
  Bytes out_;
};

}  // namespace wa::proto
