// The layout of stored rows. A row starts with one version byte. A reader names the newest version it knows and the
// oldest it still reads; any other is Errc::corrupt_store. What a row gains gets a new version:
// `if (row.version() >= 2) ...`. Does not: know any row.
#pragma once

#include <optional>
#include <string>

#include "base/reader.h"

namespace wa::store {

class RowWriter {
 public:
  explicit RowWriter(std::uint8_t version) { out_.push_back(version); }
  RowWriter& u8(std::uint8_t value) { out_.push_back(value); return *this; }
  RowWriter& flag(bool value) { return u8(value ? 1 : 0); }
  RowWriter& u32(std::uint32_t value) { append_be(out_, value, 4); return *this; }
  RowWriter& u64(std::uint64_t value) { append_be(out_, value, 8); return *this; }
  RowWriter& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  RowWriter& bytes(ByteView value);  // u32 length, then the bytes
  RowWriter& text(std::string_view value) { return bytes(view(value)); }
  RowWriter& rest(ByteView value) { append(out_, value); return *this; }  // the last member: without its length
  Bytes finish() && { return std::move(out_); }

 private:
  Bytes out_;
};

// Reads in the order written. The first failure sticks: check `ok()` (or `finish()`) once at the end.
class RowReader {
 public:
  RowReader(ByteView row, std::uint8_t newest, std::uint8_t oldest);
  RowReader(ByteView row, std::uint8_t version) : RowReader(row, version, version) {}
  std::uint8_t version() const { return version_; }  // of the row; 0: one that is not read
  std::uint8_t u8();
  bool flag() { return u8() != 0; }
  std::uint32_t u32();
  std::uint64_t u64();
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  ByteView view();
  Bytes bytes() { return to_bytes(view()); }
  std::string text() { return to_string(view()); }
  ByteView rest();
  template <std::size_t N>
  ByteArray<N> array() {
    ByteView value = view();
    if (value.size() != N) failed_ = true;
    return array_of<N>(value);
  }
  bool ok() const { return !failed_; }
  bool more() const { return !failed_ && !reader_.done(); }
  Result<void> finish() const;  // corrupt_store unless everything was read and well-formed

 private:
  ByteReader reader_;
  std::uint8_t version_ = 0;
  bool failed_ = false;
};

// corrupt_store when the row was written by a version of this program that knew more. A machine that opens may not take
// such a row for none: it would write over it.
Result<void> refuse_newer(const std::optional<Bytes>& row, std::uint8_t newest);

}  // namespace wa::store

namespace wa {
// Every module keeps rows.
using store::RowReader;
using store::RowWriter;
}  // namespace wa
