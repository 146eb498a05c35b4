#include <catch2/catch.hpp>

#include "media/facts.h"
#include "unit/media/sample_files.h"

using namespace wa;
using namespace wa::test;
using media::MediaFacts;
using media::read_media_facts;

namespace facts_test {
namespace {

std::string told(const MediaFacts& facts) {
  return std::string(facts.mimetype) + " " + std::to_string(facts.width) + "x" + std::to_string(facts.height) + " " +
         std::to_string(facts.duration_ms) + " ms " + std::to_string(facts.channels) + " ch" +
         (facts.animated ? " animated " + std::to_string(facts.first_frame_length) : "");
}

std::string told(const Bytes& file) { return told(read_media_facts(file)); }

struct Sample { const char* name; Bytes file; const char* told; };

std::vector<Sample> samples() {
  const Bytes frames = concat({vp8x(0x02, 512, 510), riff_chunk("ANIM", Bytes(6)), riff_chunk("ANMF", Bytes(21)),
                               riff_chunk("ANMF", Bytes(8))});
  Bytes mp3 = {0xFF, 0xFB, 0x90, 0x00};   // 128 kbit/s, 44.1 kHz: 417 bytes a frame
  mp3.resize(417);
  append(mp3, mp3);
  mp3.resize(160'000);
  Bytes aac;
  for (int i = 0; i < 100; ++i)
    append(aac, concat({Bytes{0xFF, 0xF1, 0x50, 0x80, 0x19, 0x1F, 0xFC}, Bytes(193)}));  // 200 bytes, 44.1 kHz
  return {
      {"jpeg", jpeg(640, 480), "image/jpeg 640x480 0 ms 0 ch"},
      {"jpeg, turned", jpeg(640, 480, jpeg_segment(0xE1, exif(6, false))), "image/jpeg 480x640 0 ms 0 ch"},
      {"jpeg, turned, little end first", jpeg(640, 480, jpeg_segment(0xE1, exif(8, true))),
       "image/jpeg 480x640 0 ms 0 ch"},
      {"jpeg, mirrored only", jpeg(640, 480, jpeg_segment(0xE1, exif(2, true))), "image/jpeg 640x480 0 ms 0 ch"},
      {"jpeg behind large segments",
       jpeg(20'000, 20'000, concat({jpeg_segment(0xE2, Bytes(65'000)), jpeg_segment(0xE2, Bytes(65'000))})),
       "image/jpeg 20000x20000 0 ms 0 ch"},
      {"png",
       concat({of_text("\x89PNG\r\n\x1a\n"), be_bytes(13, 4), of_text("IHDR"), be_bytes(20'000, 4), be_bytes(3, 4),
               Bytes(9)}),
       "image/png 20000x3 0 ms 0 ch"},
      {"gif", concat({of_text("GIF89a"), le_bytes(320, 2), le_bytes(200, 2), Bytes(9)}), "image/gif 320x200 0 ms 0 ch"},
      {"webp", riff("WEBP", vp8(400, 301)), "image/webp 400x301 0 ms 0 ch"},
      {"webp without loss", riff("WEBP", vp8l(16'384, 1, true)), "image/webp 16384x1 0 ms 0 ch"},
      {"webp, extended", riff("WEBP", concat({vp8x(0x10, 512, 512), riff_chunk("ALPH", Bytes(5)), vp8(512, 512)})),
       "image/webp 512x512 0 ms 0 ch"},
      {"webp, animated", riff("WEBP", frames), "image/webp 512x510 0 ms 0 ch animated 74"},
      {"mp4", mp4("isom", concat({mvhd(600, 6'300), track(0, 0), track(1280, 720)})),
       "video/mp4 1280x720 10500 ms 0 ch"},
      {"mp4, held upright", mp4("mp42", concat({mvhd_wide(1000, 1'999), track(1280, 720, true)})),
       "video/mp4 720x1280 1999 ms 0 ch"},
      {"mp4, only sound", mp4("isom", concat({mvhd(600, 600), track(0, 0)})), "audio/mp4 0x0 1000 ms 0 ch"},
      {"m4a with a cover", mp4("M4A ", concat({mvhd(600, 600), track(300, 300)})), "audio/mp4 0x0 1000 ms 0 ch"},
      {"3gp", mp4("3gp4", concat({mvhd(600, 600), track(176, 144)})), "video/3gpp 176x144 1000 ms 0 ch"},
      {"mp4 whose length is unknown", mp4("isom", concat({mvhd(600, 0xFFFFFFFF), track(176, 144)})),
       "video/mp4 176x144 0 ms 0 ch"},
      {"mp4 of a million years", mp4("isom", concat({mvhd_wide(1, UINT64_MAX - 1), track(176, 144)})),
       "video/mp4 176x144 0 ms 0 ch"},
      {"heic", concat({box("ftyp", of_text("heic")), Bytes(100)}), "image/heic 0x0 0 ms 0 ch"},
      {"opus", opus(1, 48'000 * 7 + 312), "audio/ogg; codecs=opus 0x0 7000 ms 1 ch"},
      {"vorbis",
       concat({ogg_page(0, 1, concat({of_text("\x01vorbis"), Bytes(4), Bytes{2}, le_bytes(44'100, 4)})),
               ogg_page(88'200, 1, Bytes(3))}),
       "audio/ogg 0x0 2000 ms 2 ch"},
      {"mp3", mp3, "audio/mpeg 0x0 10000 ms 2 ch"},
      {"mp3 behind a tag", concat({of_text("ID3"), Bytes{4, 0, 0, 0, 0, 3, 0x68}, Bytes(488), mp3}),
       "audio/mpeg 0x0 10000 ms 2 ch"},
      {"aac", aac, "audio/aac 0x0 2321 ms 2 ch"},
      {"amr", concat({of_text("#!AMR\n"), Bytes(1, 0x3c), Bytes(32 * 50 - 1)}), "audio/amr 0x0 1000 ms 1 ch"},
      {"wav",
       riff("WAVE",
            concat({riff_chunk("fmt ", concat({Bytes{1, 0, 2, 0}, le_bytes(8000, 4), le_bytes(32'000, 4), Bytes(4)})),
                    riff_chunk("data", Bytes(16'000))})),
       "audio/wav 0x0 500 ms 2 ch"},
      {"flac", concat({of_text("fLaC"), Bytes(14), be_bytes((44'100ull << 44) | (1ull << 41) | 88'200, 8)}),
       "audio/flac 0x0 2000 ms 2 ch"},
      {"pdf", of_text("%PDF-1.7 and so on"), "application/pdf 0x0 0 ms 0 ch"},
      {"webm", concat({of_text("\x1a\x45\xdf\xa3"), Bytes(20), of_text("webm")}), "video/webm 0x0 0 ms 0 ch"},
      {"text", of_text("Plain words."), " 0x0 0 ms 0 ch"},
  };
}

}  // namespace
}  // namespace facts_test

using namespace facts_test;

TEST_CASE("media facts: by the headers of each format") {
  for (const Sample& sample : samples()) {
    CHECK((std::string(sample.name) + ": " + told(sample.file)) == (std::string(sample.name) + ": " + sample.told));
  }
  CHECK(told(Bytes{}) == " 0x0 0 ms 0 ch");
}

TEST_CASE("media facts: a table of contents counts before the rate of a frame") {
  Bytes file = {0xFF, 0xFB, 0x90, 0x00};
  file.resize(36);
  append(file, concat({of_text("Xing"), be_bytes(1, 4), be_bytes(1000, 4)}));
  file.resize(417);
  append(file, Bytes{0xFF, 0xFB, 0x90, 0x00});
  file.resize(2000);
  CHECK(told(file) == "audio/mpeg 0x0 26122 ms 2 ch");
}

TEST_CASE("media facts: little is read of a large file, and a file that is shorter than it said ends it") {
  const Bytes file = mp4("isom", concat({mvhd(600, 6'300), track(1280, 720)}), 3'000'000);
  std::size_t read = 0;
  media::FactsReader reader(file.size());
  while (reader.wanted()) {
    read += reader.wanted()->count;
    reader.give(ByteView(file).subspan(static_cast<std::size_t>(reader.wanted()->offset), reader.wanted()->count));
  }
  CHECK(told(reader.facts()) == "video/mp4 1280x720 10500 ms 0 ch");
  CHECK(read < 16'384);
  media::FactsReader lied(std::uint64_t{1} << 60);
  int asked = 0;
  while (lied.wanted() && ++asked < 100) {
    const std::uint64_t at = lied.wanted()->offset;
    lied.give(at < file.size() ? ByteView(file)
                                     .subspan(static_cast<std::size_t>(at))
                                     .first(std::min<std::size_t>(lied.wanted()->count, file.size() - at))
                               : ByteView{});
  }
  CHECK(asked < 10);
}

TEST_CASE("media facts: cut or changed anywhere, it ends, and soon") {
  for (const Sample& sample : samples()) {
    const std::size_t some = std::min<std::size_t>(sample.file.size(), 300);
    for (std::size_t i = 0; i < some; ++i) {
      read_media_facts(ByteView(sample.file).first(i));
      for (const std::uint8_t byte : {0x00, 0x01, 0x7f, 0xff}) {
        Bytes changed = to_bytes(ByteView(sample.file).first(std::min<std::size_t>(sample.file.size(), 4000)));
        changed[i] = byte;
        media::FactsReader reader(changed.size());
        std::size_t asked = 0;
        while (reader.wanted()) {
          ++asked;
          reader.give(
              ByteView(changed).subspan(static_cast<std::size_t>(reader.wanted()->offset), reader.wanted()->count));
        }
        REQUIRE(asked <= media::FactsReader::kPiecesMax);
      }
    }
  }
}

TEST_CASE("media facts: whole seconds, at least one of what is played; which sound is a voice note") {
  MediaFacts facts;
  CHECK(media::seconds_of(facts) == 0);
  for (const auto& [ms, seconds] : {std::pair{1, 1}, {499, 1}, {1499, 1}, {1500, 2}, {61'000, 61}}) {
    facts.duration_ms = static_cast<std::uint64_t>(ms);
    CHECK(media::seconds_of(facts) == static_cast<std::uint32_t>(seconds));
  }
  CHECK(media::is_voice_note(read_media_facts(opus(1, 50'000))));
  CHECK_FALSE(media::is_voice_note(read_media_facts(opus(2, 50'000))));
}
