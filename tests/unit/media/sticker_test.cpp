#include "media/sticker.h"

#include <catch2/catch.hpp>

#include "media/facts.h"
#include "unit/media/sample_files.h"

using namespace wa;
using namespace wa::test;

namespace sticker_test {
namespace {

const media::StickerPack kPack{"id1", "A \"pack\"", "Somebody", {"\xF0\x9F\x98\x80"}};

std::size_t times(const Bytes& file, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text_of(file).find(what); at != std::string_view::npos; at = text_of(file).find(what, at + 1))
    ++count;
  return count;
}

}  // namespace
}  // namespace sticker_test

using namespace sticker_test;

TEST_CASE("sticker pack: the picture stays, the chunk comes once, sizes are right") {
  for (const Bytes& webp :
       {riff("WEBP", vp8(512, 300)), riff("WEBP", vp8l(512, 300, true)),
        riff("WEBP", concat({vp8x(0x10, 512, 300), vp8(512, 300)})),
        riff("WEBP", concat({vp8x(0x18, 512, 300), riff_chunk("EXIF", Bytes(7, 9)), vp8(512, 300)}))}) {
    const auto once = media::with_sticker_pack(webp, kPack);
    REQUIRE(once.ok());
    const auto twice = media::with_sticker_pack(*once, kPack);
    REQUIRE(twice.ok());
    CHECK(*twice == *once);
    CHECK(times(*once, "EXIF") == 1);
    CHECK(times(*once, "VP8X") == 1);
    CHECK(times(*once, "A \\\"pack\\\"") == 1);
    CHECK((once->at(20) & 0x08) != 0);
    CHECK(once->size() == 8u + once->at(4) + 256u * once->at(5));
    const media::MediaFacts facts = media::read_media_facts(*once);
    CHECK(facts.width == 512);
    CHECK(facts.height == 300);
  }
  CHECK((media::with_sticker_pack(riff("WEBP", vp8l(5, 5, true)), kPack)->at(20) & 0x10) != 0);
}

TEST_CASE("sticker pack: what is no picture, or ends early, is refused") {
  const Bytes webp = riff("WEBP", vp8(512, 300));
  for (std::size_t i = 0; i < webp.size() - 1; ++i)
    CHECK_FALSE(media::with_sticker_pack(ByteView(webp).first(i), kPack).ok());
  CHECK_FALSE(media::with_sticker_pack(riff("WAVE", vp8(5, 5)), kPack).ok());
  CHECK_FALSE(media::with_sticker_pack(riff("WEBP", riff_chunk("XMP ", Bytes(10))), kPack).ok());
}
