// The parts of facts.cpp, one per family of formats, and the bytes they look at. Inside this module only.
#pragma once

#include "media/facts.h"

namespace wa::media {

// Of a file some pieces are known. What is not known is noted, and the reader asks for it: formats are read again from
// the start when it has come, so a function returns at the first empty view.
class KnownBytes {
 public:
  KnownBytes(std::uint64_t size, std::span<const FactsReader::Piece> pieces) : size_(size), pieces_(pieces) {}

  std::uint64_t size() const { return size_; }
  // Exactly `count` bytes; empty: not known, or behind the end.
  ByteView bytes_at(std::uint64_t offset, std::size_t count);
  // As many of them as the file has.
  ByteView up_to(std::uint64_t offset, std::size_t count);
  const std::optional<FactsReader::Wanted>& missing() const { return missing_; }

 private:
  std::uint64_t size_;
  std::span<const FactsReader::Piece> pieces_;
  std::optional<FactsReader::Wanted> missing_;
};

inline std::uint64_t read_le(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}
inline bool begins_with(ByteView bytes, std::string_view text) {
  return bytes.size() >= text.size() && text_of(bytes.first(text.size())) == text;
}

// `units` of which `per_second` make a second; 0 where a header lies beyond reason.
std::uint64_t duration_of(std::uint64_t units, std::uint64_t per_second);

// Each sees that the file is of its family by its first bytes, fills what it finds, and says whether it was.
bool read_picture(KnownBytes& file, ByteView head, MediaFacts& facts);
bool read_mp4(KnownBytes& file, ByteView head, MediaFacts& facts);
bool read_sound(KnownBytes& file, ByteView head, MediaFacts& facts);

}  // namespace wa::media
