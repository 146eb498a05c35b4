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

RowWriter& RowWriter::bytes(ByteView value) {
  u32(static_cast<std::uint32_t>(value.size()));
  append(out_, value);
  return *this;
}

RowReader::RowReader(ByteView row, std::uint8_t newest, std::uint8_t oldest) : reader_(row) {
  const auto found = reader_.u8();
  failed_ = !found.ok() || *found > newest || *found < oldest;
  if (!failed_) version_ = *found;
}

std::uint8_t RowReader::u8() {
  auto value = reader_.u8();
  if (!value.ok()) failed_ = true;
  return value.ok() ? *value : 0;
}

std::uint32_t RowReader::u32() {
  auto value = reader_.be(4);
  if (!value.ok()) failed_ = true;
  return value.ok() ? static_cast<std::uint32_t>(*value) : 0;
}

std::uint64_t RowReader::u64() {
  auto value = reader_.be(8);
  if (!value.ok()) failed_ = true;
  return value.ok() ? *value : 0;
}

ByteView RowReader::view() {
  std::uint32_t size = u32();
  auto value = reader_.take(size);
  if (!value.ok()) failed_ = true;
  return value.ok() ? *value : ByteView{};
}

ByteView RowReader::rest() {
  const ByteView all = reader_.rest();
  (void)reader_.take(all.size());
  return all;
}

Result<void> RowReader::finish() const {
  if (failed_ || !reader_.done()) return {Errc::corrupt_store, "stored row is malformed"};
  return {};
}

Result<void> refuse_newer(const std::optional<Bytes>& row, std::uint8_t newest) {
  if (row && !row->empty() && row->front() > newest) return {Errc::corrupt_store, "stored row is of a newer version"};
  return {};
}

}  // namespace wa
