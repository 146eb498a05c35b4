// tested by unit/media/facts_test.cpp
#include "media/facts.h"

#include <algorithm>

#include "media/known_bytes.h"

namespace wa::media {
namespace {

constexpr std::size_t kHeadBytes = 4096;      // asked for first: most headers are in it
constexpr std::size_t kPieceBytes = 1024;     // as few are asked for at any other place
constexpr std::size_t kPieceBytesMax = 64u << 10;
constexpr std::uint64_t kDurationMsMax = 30ull * 86'400'000;

struct Magic { std::string_view text, mimetype; };
// What is told by its first bytes alone.
constexpr Magic kOthers[] = {
    {"%PDF-", "application/pdf"},
    {"PK\x03\x04", "application/zip"},
    {"Rar!\x1a\x07", "application/vnd.rar"},
    {"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
    {"\x1f\x8b\x08", "application/gzip"},
};

// The kind of a Matroska file stands in its first element, as text.
bool read_matroska(ByteView head, MediaFacts& facts) {
  if (!begins_with(head, "\x1a\x45\xdf\xa3")) return false;
  const bool webm = text_of(head.first(std::min<std::size_t>(head.size(), 64))).find("webm") != std::string_view::npos;
  facts.mimetype = webm ? "video/webm" : "video/x-matroska";
  return true;
}

}  // namespace

std::uint32_t seconds_of(const MediaFacts& facts) {
  if (facts.duration_ms == 0) return 0;
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, (facts.duration_ms + 500) / 1000));
}

bool is_voice_note(const MediaFacts& facts) {
  return facts.mimetype == "audio/ogg; codecs=opus" && facts.channels == 1;
}

std::uint64_t duration_of(std::uint64_t units, std::uint64_t per_second) {
  if (per_second == 0 || units / per_second > kDurationMsMax / 1000) return 0;
  return units / per_second * 1000 + units % per_second * 1000 / per_second;
}

ByteView KnownBytes::bytes_at(std::uint64_t offset, std::size_t count) {
  if (offset > size_ || count > size_ - offset || count > kPieceBytesMax) return {};
  for (const FactsReader::Piece& piece : pieces_) {
    if (offset >= piece.offset && offset - piece.offset <= piece.bytes.size() &&
        count <= piece.bytes.size() - (offset - piece.offset)) {
      return ByteView(piece.bytes).subspan(static_cast<std::size_t>(offset - piece.offset), count);
    }
  }
  if (!missing_) {
    const std::uint64_t left = size_ - offset;
    missing_ = FactsReader::Wanted{
        offset, static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(count, kPieceBytes)))};
  }
  return {};
}

ByteView KnownBytes::up_to(std::uint64_t offset, std::size_t count) {
  if (offset >= size_) return {};
  return bytes_at(offset, static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset)));
}

FactsReader::FactsReader(std::uint64_t size) : size_(size) {
  if (size != 0) wanted_ = Wanted{0, static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeadBytes))};
}

void FactsReader::give(ByteView bytes) {
  if (!wanted_) return;
  const Wanted wanted = *wanted_;
  wanted_.reset();
  if (bytes.size() > wanted.count) bytes = bytes.first(wanted.count);
  if (bytes.size() < wanted.count) size_ = wanted.offset + bytes.size();   // it is shorter than it was said to be
  pieces_.push_back({wanted.offset, to_bytes(bytes)});
  look();
  if (bytes.size() < wanted.count) wanted_.reset();
}

void FactsReader::look() {
  KnownBytes file(size_, pieces_);
  MediaFacts facts;
  const ByteView head = pieces_[0].bytes;
  if (!read_picture(file, head, facts) && !read_mp4(file, head, facts) && !read_matroska(head, facts) &&
      !read_sound(file, head, facts)) {
    for (const Magic& magic : kOthers) {
      if (begins_with(head, magic.text)) facts.mimetype = magic.mimetype;
    }
  }
  facts_ = facts;
  if (file.missing() && pieces_.size() < kPiecesMax) wanted_ = file.missing();
}

MediaFacts read_media_facts(std::uint64_t size, ReadAt read, void* context) {
  FactsReader reader(size);
  Bytes buffer;
  while (reader.wanted()) {
    buffer.resize(reader.wanted()->count);
    const std::size_t count = read(context, reader.wanted()->offset, buffer);
    reader.give(ByteView(buffer).first(std::min(count, buffer.size())));
  }
  return reader.facts();
}

MediaFacts read_media_facts(ByteView whole) {
  FactsReader reader(whole.size());
  while (reader.wanted())
    reader.give(whole.subspan(static_cast<std::size_t>(reader.wanted()->offset), reader.wanted()->count));
  return reader.facts();
}

}  // namespace wa::media
