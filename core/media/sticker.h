// The pack a sticker says it is of: an EXIF chunk in its WebP (09 section 3).
// Guarantees: the picture is not touched; a chunk that was there is replaced.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace wa::media {

struct StickerPack {
  std::string id, name, publisher;      // UTF-8
  std::vector<std::string> emojis;
};

Bytes build_sticker_exif(const StickerPack& pack);   // what is in the chunk
// bad_input: no WebP, or one that ends early. It is held as a whole: stickers are small (limits of the kind).
Result<Bytes> with_sticker_pack(ByteView webp, const StickerPack& pack);

}  // namespace wa::media
