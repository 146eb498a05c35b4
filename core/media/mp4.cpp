// MP4 and its relatives: boxes in boxes.
// tested by unit/media/facts_test.cpp
#include <optional>

#include "media/known_bytes.h"

namespace wa::media {
namespace {

constexpr int kBoxesMax = 128;   // of one level, looked at

struct Box {
  std::string_view name;        // into what is known of the file
  std::uint64_t payload = 0, end = 0;
};

// The box at `at`, which ends at `limit` at the latest. nullopt: not known, or no box.
std::optional<Box> box_at(KnownBytes& file, std::uint64_t at, std::uint64_t limit) {
  if (at > limit || limit - at < 8) return std::nullopt;
  const ByteView head = file.bytes_at(at, 8);
  if (head.empty()) return std::nullopt;
  std::uint64_t size = read_be(head.first(4)), header = 8;
  if (size == 1) {
    const ByteView wide = file.bytes_at(at + 8, 8);
    if (wide.empty()) return std::nullopt;
    size = read_be(wide);
    header = 16;
  } else if (size == 0) {
    size = limit - at;   // up to the end
  }
  if (size < header || size > limit - at) return std::nullopt;
  return Box{text_of(head.subspan(4, 4)), at + header, at + size};
}

// Calls `on_box` with each box between `from` and `end`, until it is false or something is not known.
template <class OnBox>
void each_box(KnownBytes& file, std::uint64_t from, std::uint64_t end, OnBox on_box) {
  for (int i = 0; i < kBoxesMax; ++i) {
    const auto box = box_at(file, from, end);
    if (!box || !on_box(*box)) return;
    from = box->end;
  }
}

// Timescale and duration stand where the version of the box says.
void read_length(KnownBytes& file, const Box& box, MediaFacts& facts) {
  const ByteView version = file.bytes_at(box.payload, 1);
  if (version.empty()) return;
  const bool wide = version[0] == 1;
  const ByteView times = file.bytes_at(box.payload + (wide ? 20 : 12), wide ? 12 : 8);
  if (times.empty()) return;
  const std::uint64_t scale = read_be(times.first(4)), duration = read_be(times.subspan(4));
  const bool unknown = duration == (wide ? UINT64_MAX : UINT32_MAX);
  if (!unknown) facts.duration_ms = duration_of(duration, scale);
}

// Of the first track with sides: sound has none.
void read_track(KnownBytes& file, const Box& track, MediaFacts& facts) {
  each_box(file, track.payload, track.end, [&](const Box& box) {
    if (box.name != "tkhd") return true;
    if (box.end - box.payload < 84) return false;
    const ByteView last = file.bytes_at(box.end - 44, 44);   // the matrix, width, height
    if (last.empty()) return false;
    const auto width = static_cast<std::uint32_t>(read_be(last.subspan(36, 2))),
               height = static_cast<std::uint32_t>(read_be(last.subspan(40, 2)));
    if (width == 0 || height == 0) return false;
    const bool turned = read_be(last.subspan(0, 4)) == 0 && read_be(last.subspan(4, 4)) != 0;
    facts.width = turned ? height : width;
    facts.height = turned ? width : height;
    return false;
  });
}

void read_movie(KnownBytes& file, const Box& movie, MediaFacts& facts) {
  each_box(file, movie.payload, movie.end, [&](const Box& box) {
    if (box.name == "mvhd") read_length(file, box, facts);
    if (box.name == "trak" && facts.width == 0) read_track(file, box, facts);
    return true;
  });
}

// By the brand of its first box.
std::string_view type_of(std::string_view brand) {
  if (brand == "heic" || brand == "heix" || brand == "hevc" || brand == "mif1" || brand == "msf1") return "image/heic";
  if (brand == "avif" || brand == "avis") return "image/avif";
  if (brand == "qt  ") return "video/quicktime";
  if (brand.starts_with("3g")) return "video/3gpp";
  if (brand == "M4A " || brand == "M4B ") return "audio/mp4";
  return "video/mp4";
}

}  // namespace

bool read_mp4(KnownBytes& file, ByteView head, MediaFacts& facts) {
  if (head.size() < 12 || !begins_with(head.subspan(4), "ftyp")) return false;
  facts.mimetype = type_of(text_of(head.subspan(8, 4)));
  if (facts.mimetype.starts_with("image/")) return true;   // their sides are deep inside
  bool complete = false;
  each_box(file, 0, file.size(), [&](const Box& box) {
    if (box.name != "moov") return true;
    read_movie(file, box, facts);
    complete = true;
    return false;
  });
  if (facts.mimetype == "audio/mp4") facts.width = facts.height = 0;   // the picture of an album
  if (complete && !file.missing() && facts.width == 0 && facts.mimetype == "video/mp4") facts.mimetype = "audio/mp4";
  return true;
}

}  // namespace wa::media
