// Headers of files, made by hand: what the formats say, byte by byte.
#pragma once

#include <string>
#include <utility>

#include "base/bytes.h"

namespace wa::test {

inline void put_le(Bytes& out, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

inline Bytes le_bytes(std::uint64_t value, int width) {
  Bytes out;
  put_le(out, value, width);
  return out;
}

inline Bytes of_text(std::string_view text) { return to_bytes(text); }

// --- JPEG
inline Bytes jpeg_segment(std::uint8_t marker, const Bytes& payload) {
  return concat({Bytes{0xFF, marker}, be_bytes(payload.size() + 2, 2), payload});
}

inline Bytes exif(std::uint64_t orientation, bool little) {
  const auto number = [&](std::uint64_t value, int width) {
    return little ? le_bytes(value, width) : be_bytes(value, static_cast<std::size_t>(width));
  };
  Bytes tiff = of_text(little ? "II" : "MM");
  for (const auto& [value, width] : {std::pair<std::uint64_t, int>{42, 2},
                                     {8, 4},
                                     {2, 2},
                                     {0x010F, 2},
                                     {2, 2},
                                     {1, 4},
                                     {0, 4},
                                     {0x0112, 2},
                                     {3, 2},
                                     {1, 4},
                                     {orientation, 2},
                                     {0, 2},
                                     {0, 4}}) {
    append(tiff, number(value, width));
  }
  return concat({of_text({"Exif\0\0", 6}), tiff});
}

inline Bytes jpeg(std::uint64_t width, std::uint64_t height, const Bytes& before_frame = {}) {
  return concat({Bytes{0xFF, 0xD8}, jpeg_segment(0xE0, Bytes(14, 1)), before_frame, jpeg_segment(0xC4, Bytes(30, 2)),
                 Bytes{0xFF}, jpeg_segment(0xC2, concat({Bytes{8}, be_bytes(height, 2), be_bytes(width, 2), Bytes{3}})),
                 Bytes{0xFF, 0xDA, 0, 2}});
}

// --- RIFF
inline Bytes riff_chunk(std::string_view name, const Bytes& payload) {
  return concat({of_text(name), le_bytes(payload.size(), 4), payload, Bytes(payload.size() % 2)});
}

inline Bytes riff(std::string_view kind, const Bytes& chunks) {
  return concat({of_text("RIFF"), le_bytes(chunks.size() + 4, 4), of_text(kind), chunks});
}

inline Bytes vp8x(std::uint8_t flags, std::uint64_t width, std::uint64_t height) {
  return riff_chunk("VP8X", concat({Bytes{flags, 0, 0, 0}, le_bytes(width - 1, 3), le_bytes(height - 1, 3)}));
}

inline Bytes vp8(std::uint64_t width, std::uint64_t height) {
  return riff_chunk("VP8 ",
                    concat({Bytes{0, 0, 0, 0x9d, 1, 0x2a}, le_bytes(width, 2), le_bytes(height, 2), Bytes(9, 7)}));
}

inline Bytes vp8l(std::uint64_t width, std::uint64_t height, bool alpha) {
  return riff_chunk(
      "VP8L",
      concat({Bytes{0x2f}, le_bytes((width - 1) | (height - 1) << 14 | (alpha ? 1u << 28 : 0u), 4), Bytes(6, 7)}));
}

// --- MP4
inline Bytes box(std::string_view name, const Bytes& payload) {
  return concat({be_bytes(payload.size() + 8, 4), of_text(name), payload});
}

inline Bytes mvhd(std::uint64_t scale, std::uint64_t duration) {
  return box("mvhd", concat({Bytes(12), be_bytes(scale, 4), be_bytes(duration, 4), Bytes(80)}));
}

inline Bytes mvhd_wide(std::uint64_t scale, std::uint64_t duration) {
  return box("mvhd", concat({Bytes{1, 0, 0, 0}, Bytes(16), be_bytes(scale, 4), be_bytes(duration, 8), Bytes(80)}));
}

inline Bytes track(std::uint64_t width, std::uint64_t height, bool turned = false) {
  const Bytes one = be_bytes(0x10000, 4), none = Bytes(4);
  const Bytes matrix =
      turned ? concat({none, one, none, be_bytes(0xFFFF0000, 4), none, none, none, none, be_bytes(0x40000000, 4)})
             : concat({one, none, none, none, one, none, none, none, be_bytes(0x40000000, 4)});
  const Bytes tkhd = box("tkhd", concat({Bytes(40), matrix, be_bytes(width << 16, 4), be_bytes(height << 16, 4)}));
  return box("trak", concat({tkhd, box("mdia", Bytes(2000))}));
}

inline Bytes mp4(std::string_view brand, const Bytes& movie, std::size_t data_before = 100'000) {
  return concat({box("ftyp", concat({of_text(brand), Bytes(4)})), box("mdat", Bytes(data_before)), box("moov", movie)});
}

// --- Ogg
inline Bytes ogg_page(std::uint64_t samples, std::uint32_t serial, const Bytes& packet) {
  return concat({of_text({"OggS\0\2", 6}), le_bytes(samples, 8), le_bytes(serial, 4), Bytes(8),
                 Bytes{1, static_cast<std::uint8_t>(packet.size())}, packet});
}

inline Bytes opus(std::uint8_t channels, std::uint64_t samples) {
  const Bytes head = concat({of_text("OpusHead"), Bytes{1, channels}, le_bytes(312, 2), Bytes(7)});
  return concat({ogg_page(0, 5, head), ogg_page(960, 5, Bytes(200, 1)), Bytes(90'000, 3),
                 ogg_page(samples, 5, Bytes(100, 2)), ogg_page(1, 6, Bytes(9)), ogg_page(UINT64_MAX, 5, Bytes(50))});
}

}  // namespace wa::test
