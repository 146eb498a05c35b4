// tested by unit/proto/reader_test.cpp
#include "proto/reader.h"

#include "base/limits.h"

namespace wa::proto {
namespace {

constexpr int kTagBytesMax = 5, kLengthBytesMax = 5, kNumberBytesMax = 10;  // as the library has it

// Bits beyond the 64th are dropped.
bool read_varint(ByteView& rest, int bytes_max, std::uint64_t& out) {
  out = 0;
  for (int i = 0; i < bytes_max && static_cast<std::size_t>(i) < rest.size(); ++i) {
    const std::uint8_t byte = rest[i];
    out |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      rest = rest.subspan(i + 1);
      return true;
    }
  }
  return false;
}

bool are_varints(ByteView rest) {
  std::uint64_t value;
  while (!rest.empty()) {
    if (!read_varint(rest, kNumberBytesMax, value)) return false;
  }
  return true;
}

bool is_well_formed(ByteView bytes, const Nested* nested, int depth_left) {
  if (nested == kPackedNumbers) return are_varints(bytes);
  if (depth_left < 0) return false;
  Items items(bytes);
  Item item;
  while (items.next(item)) {
    if (item.wire != Wire::bytes || !nested) continue;
    for (const Nested* each = nested; each->field != 0; ++each) {
      if (each->field == item.field && !is_well_formed(item.bytes, each->inside, depth_left - 1)) return false;
    }
  }
  return !items.malformed();
}

}  // namespace

const Nested kPackedNumbers[1] = {};

bool Items::fail() {
  malformed_ = true;
  rest_ = {};
  return false;
}

bool Items::next(Item& out) {
  if (rest_.empty()) return false;
  std::uint64_t tag = 0, length = 0;
  if (!read_varint(rest_, kTagBytesMax, tag)) return fail();
  out.field = static_cast<int>(static_cast<std::uint32_t>(tag) >> 3);
  if (out.field == 0) return fail();
  out.wire = static_cast<Wire>(tag & 7);
  switch (out.wire) {
    case Wire::varint: return read_varint(rest_, kNumberBytesMax, out.value) || fail();
    case Wire::fixed64: length = 8; break;
    case Wire::fixed32: length = 4; break;
    case Wire::bytes:
      if (!read_varint(rest_, kLengthBytesMax, length)) return fail();
      break;
    default: return fail();
  }
  if (length > rest_.size()) return fail();
  out.bytes = rest_.first(static_cast<std::size_t>(length));
  rest_ = rest_.subspan(static_cast<std::size_t>(length));
  return true;
}

std::size_t Reader::find(int field, Wire wire, Item& last) const {
  std::size_t found = 0;
  Items items(bytes_);
  Item item;
  while (items.next(item)) {
    if (item.field != field || item.wire != wire) continue;
    last = item;
    ++found;
  }
  return found;
}

bool Reader::has(int field) const { return count(field) != 0; }

bool Reader::has_number(int field) const {
  Item last;
  return find(field, Wire::varint, last) != 0;
}

std::uint64_t Reader::uint64(int field) const {
  Item last;
  find(field, Wire::varint, last);
  return last.value;
}

ByteView Reader::bytes(int field) const {
  Item last;
  find(field, Wire::bytes, last);
  return last.bytes;
}

std::string Reader::text(int field) const { return to_string(bytes(field)); }

Reader Reader::message(int field) const {
  Item last;
  if (find(field, Wire::bytes, last) <= 1) return {last.bytes, joined_};
  Bytes all;
  for (Repeated part = repeated(field); part.next();) append(all, part.bytes());
  joined_->push_back(std::move(all));
  return {joined_->back(), joined_};
}

Repeated Reader::repeated(int field) const { return {*this, field}; }

std::size_t Reader::count(int field) const {
  Item last;
  return find(field, Wire::bytes, last);
}

bool Repeated::next() {
  while (items_.next(at_)) {
    if (at_.field == field_ && at_.wire == Wire::bytes) return true;
  }
  return false;
}

Parsed::Parsed(ByteView bytes, const Nested* nested)
    : ok_(bytes.size() <= limits::kMediaBytesMax && is_well_formed(bytes, nested, kNestingMax)) {
  if (ok_) root_ = {bytes, &joined_};
}

Parsed::~Parsed() = default;

}  // namespace wa::proto
