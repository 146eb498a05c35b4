// What a file is, by its first bytes and the few others that its headers point to (09 section 3): the type, the sides
// of a picture, the length of a sound or film. No decoder: pixels and samples are never looked at.
// Guarantees: total; any bytes give facts, of unknown parts zero. At most kPiecesMax pieces are asked for, each of at
// most 64 KiB, whatever the file says of itself.
// Does not: tell whether the rest of the file is what its headers promise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace wa::media {

struct MediaFacts {
  std::string_view mimetype;              // a literal; empty: nothing that is known here
  std::uint32_t width = 0, height = 0;    // as it is shown: a rotation is applied
  std::uint64_t duration_ms = 0;
  std::uint8_t channels = 0;              // of sound, where its header says so
  bool animated = false;                  // WebP
  std::uint64_t first_frame_length = 0;   // of an animated WebP: up to behind its first frame
};

// What stands in messages: whole seconds, at least one of what is played.
std::uint32_t seconds_of(const MediaFacts& facts);
// What a voice note must be, or some phones do not play it.
bool is_voice_note(const MediaFacts& facts);

// Asks for pieces of a file until it knows, for hosts that cannot read on the spot.
class FactsReader {
 public:
  static constexpr std::size_t kPiecesMax = 48;

  explicit FactsReader(std::uint64_t size);
  struct Wanted { std::uint64_t offset = 0; std::size_t count = 0; };
  // nullopt: facts() are all there is to know.
  const std::optional<Wanted>& wanted() const { return wanted_; }
  // What was wanted; fewer bytes: the file has no more, and nothing else is asked for.
  void give(ByteView bytes);
  const MediaFacts& facts() const { return facts_; }

 private:
  struct Piece { std::uint64_t offset = 0; Bytes bytes; };
  void look();
  std::uint64_t size_;
  std::vector<Piece> pieces_;
  std::optional<Wanted> wanted_;
  MediaFacts facts_;
  friend class KnownBytes;
};

// For those that can: fills `out` from `offset` on, returns how many bytes there were.
using ReadAt = std::size_t (*)(void* context, std::uint64_t offset, std::span<std::uint8_t> out);
MediaFacts read_media_facts(std::uint64_t size, ReadAt read, void* context);
MediaFacts read_media_facts(ByteView whole);

}  // namespace wa::media
