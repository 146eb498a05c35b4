// JPEG, PNG, GIF and WebP.
// tested by unit/media/facts_test.cpp
#include "media/known_bytes.h"

namespace wa::media {
namespace {

constexpr int kSegmentsMax = 400;   // of a JPEG before its frame, and chunks of a WebP: more is no picture
constexpr std::size_t kExifBytesMax = 4096;

// 1: as it lies. EXIF is a TIFF of its own: byte order, offset of a list, entries of 12 bytes.
std::uint64_t orientation_of(ByteView exif) {
  if (!begins_with(exif, std::string_view("Exif\0\0", 6)) || exif.size() < 14) return 1;
  const ByteView tiff = exif.subspan(6);
  const bool little = begins_with(tiff, "II");
  if (!little && !begins_with(tiff, "MM")) return 1;
  const auto number = [&](std::uint64_t at, std::size_t width) -> std::uint64_t {
    if (at > tiff.size() || width > tiff.size() - at) return 0;
    const ByteView bytes = tiff.subspan(static_cast<std::size_t>(at), width);
    return little ? read_le(bytes) : read_be(bytes);
  };
  const std::uint64_t list = number(4, 4), entries = number(list, 2);
  for (std::uint64_t i = 0; i < entries && i < 256; ++i) {
    const std::uint64_t entry = list + 2 + i * 12;
    if (number(entry, 2) == 0x0112) return number(entry + 8, 2);
  }
  return 1;
}

bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

void read_jpeg(KnownBytes& file, MediaFacts& facts) {
  facts.mimetype = "image/jpeg";
  std::uint64_t at = 2, orientation = 1;
  for (int i = 0; i < kSegmentsMax; ++i) {
    const ByteView head = file.bytes_at(at, 4);
    if (head.empty() || head[0] != 0xFF) return;
    const std::uint8_t marker = head[1];
    if (marker == 0xFF) {   // fills
      ++at;
      continue;
    }
    if (marker == 0xD9 || marker == 0xDA) return;
    const std::uint64_t length = read_be(head.subspan(2, 2));
    if (length < 2) return;
    if (marker == 0xE1) {
      const ByteView exif =
          file.bytes_at(at + 4, static_cast<std::size_t>(length - 2 < kExifBytesMax ? length - 2 : kExifBytesMax));
      if (exif.empty() && length > 2) return;
      if (begins_with(exif, "Exif")) orientation = orientation_of(exif);
    }
    if (is_frame(marker)) {
      const ByteView frame = file.bytes_at(at + 5, 4);
      if (frame.empty()) return;
      facts.height = static_cast<std::uint32_t>(read_be(frame.first(2)));
      facts.width = static_cast<std::uint32_t>(read_be(frame.last(2)));
      if (orientation >= 5 && orientation <= 8) std::swap(facts.width, facts.height);
      return;
    }
    at += 2 + length;
  }
}

void read_png(KnownBytes& file, MediaFacts& facts) {
  facts.mimetype = "image/png";
  const ByteView head = file.bytes_at(12, 12);
  if (!begins_with(head, "IHDR")) return;
  facts.width = static_cast<std::uint32_t>(read_be(head.subspan(4, 4)));
  facts.height = static_cast<std::uint32_t>(read_be(head.subspan(8, 4)));
}

void read_gif(KnownBytes& file, MediaFacts& facts) {
  facts.mimetype = "image/gif";
  const ByteView sides = file.bytes_at(6, 4);
  if (sides.empty()) return;
  facts.width = static_cast<std::uint32_t>(read_le(sides.first(2)));
  facts.height = static_cast<std::uint32_t>(read_le(sides.last(2)));
}

// The sides, from the first chunk that has them; a chunk of an animation has none of its own before.
void read_webp_sides(KnownBytes& file, std::uint64_t payload, std::string_view name, MediaFacts& facts) {
  if (facts.width != 0) return;
  if (name == "VP8X") {
    const ByteView bytes = file.bytes_at(payload, 10);
    if (bytes.empty()) return;
    facts.width = static_cast<std::uint32_t>(read_le(bytes.subspan(4, 3)) + 1);
    facts.height = static_cast<std::uint32_t>(read_le(bytes.subspan(7, 3)) + 1);
  } else if (name == "VP8 ") {
    const ByteView bytes = file.bytes_at(payload, 10);
    if (bytes.empty() || !begins_with(bytes.subspan(3), "\x9d\x01\x2a")) return;
    facts.width = static_cast<std::uint32_t>(read_le(bytes.subspan(6, 2)) & 0x3fff);
    facts.height = static_cast<std::uint32_t>(read_le(bytes.subspan(8, 2)) & 0x3fff);
  } else if (name == "VP8L") {
    const ByteView bytes = file.bytes_at(payload, 5);
    if (bytes.empty() || bytes[0] != 0x2f) return;
    const std::uint64_t bits = read_le(bytes.last(4));
    facts.width = static_cast<std::uint32_t>((bits & 0x3fff) + 1);
    facts.height = static_cast<std::uint32_t>((bits >> 14 & 0x3fff) + 1);
  }
}

void read_webp(KnownBytes& file, MediaFacts& facts) {
  facts.mimetype = "image/webp";
  std::uint64_t at = 12;
  for (int i = 0; i < kSegmentsMax && at + 8 <= file.size(); ++i) {
    const ByteView head = file.bytes_at(at, 8);
    if (head.empty()) return;
    const std::string_view name = text_of(head.first(4));
    const std::uint64_t size = read_le(head.last(4)), end = at + 8 + size + size % 2;
    if (end > file.size() + size % 2) return;   // more than there is
    if (name == "ANMF") {
      facts.animated = true;
      facts.first_frame_length = end;
      return;
    }
    read_webp_sides(file, at + 8, name, facts);
    if (name == "VP8 " || name == "VP8L") return;   // a still picture: what follows is about it
    at = end;
  }
}

}  // namespace

bool read_picture(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (begins_with(head, "\xff\xd8\xff")) {
    read_jpeg(file, facts);
  } else if (begins_with(head, "\x89PNG\r\n\x1a\n")) {
    read_png(file, facts);
  } else if (begins_with(head, "GIF87a") || begins_with(head, "GIF89a")) {
    read_gif(file, facts);
  } else if (begins_with(head, "RIFF") && head.size() >= 12 && begins_with(head.subspan(8), "WEBP")) {
    read_webp(file, facts);
  } else {
    return false;
  }
  return true;
}

}  // namespace wa::media
