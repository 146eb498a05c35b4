// tested by unit/base/reader_test.cpp
#include "store/row.h"

namespace wa::store {

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

}  // namespace wa::store
