// Law: a file of any bytes gives facts, after a bounded number of pieces; whole or in pieces, the same; and a sticker
// with a pack is a WebP with the same sides.
#include "fuzz/fuzz.h"
#include "media/facts.h"
#include "media/sticker.h"

using namespace wa;

void fuzz_one(ByteView input) {
  const media::MediaFacts whole = media::read_media_facts(input);
  media::FactsReader reader(input.size());
  std::size_t asked = 0;
  while (reader.wanted()) {
    const auto wanted = *reader.wanted();
    WA_ASSERT(++asked <= media::FactsReader::kPiecesMax);
    WA_ASSERT(wanted.count <= 65'536 && wanted.offset + wanted.count <= input.size());
    reader.give(input.subspan(static_cast<std::size_t>(wanted.offset), wanted.count));
  }
  WA_ASSERT(reader.facts().mimetype == whole.mimetype && reader.facts().width == whole.width &&
            reader.facts().duration_ms == whole.duration_ms);
  WA_ASSERT(!whole.animated || whole.first_frame_length <= input.size() + 1);
  WA_ASSERT(media::seconds_of(whole) <= 30u * 86'400);
  const auto sticker = media::with_sticker_pack(input, {"id", "name", "publisher", {}});
  if (!sticker) return;
  const media::MediaFacts facts = media::read_media_facts(*sticker);
  WA_ASSERT(facts.mimetype == "image/webp" && facts.width != 0);
}
