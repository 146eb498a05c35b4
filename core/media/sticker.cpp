// tested by unit/media/sticker_test.cpp
#include "media/sticker.h"

#include "media/known_bytes.h"

namespace wa::media {
namespace {

constexpr std::uint8_t kHasExif = 0x08, kHasAlpha = 0x10;

void append_le(Bytes& out, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append_json(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kDigits[c >> 4 & 15];
      out += kDigits[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_of(const StickerPack& pack) {
  std::string out = "{\"sticker-pack-id\":";
  append_json(out, pack.id);
  out += ",\"sticker-pack-name\":";
  append_json(out, pack.name);
  out += ",\"sticker-pack-publisher\":";
  append_json(out, pack.publisher);
  out += ",\"emojis\":[";
  for (std::size_t i = 0; i < pack.emojis.size(); ++i) {
    if (i != 0) out += ',';
    append_json(out, pack.emojis[i]);
  }
  return out + "]}";
}

void append_chunk(Bytes& out, std::string_view name, ByteView payload) {
  append(out, name);
  append_le(out, payload.size(), 4);
  append(out, payload);
  if (payload.size() % 2 != 0) out.push_back(0);
}

struct Chunk { std::string_view name; ByteView payload; };

Result<std::vector<Chunk>> chunks_of(ByteView webp) {
  if (!begins_with(webp, "RIFF") || webp.size() < 20 || !begins_with(webp.subspan(8), "WEBP"))
    return {Errc::bad_input, "sticker is not a WebP"};
  std::vector<Chunk> out;
  for (ByteView rest = webp.subspan(12); rest.size() >= 8;) {
    const std::uint64_t size = read_le(rest.subspan(4, 4));
    if (size > rest.size() - 8) return {Errc::bad_input, "WebP ends early"};
    const auto length = static_cast<std::size_t>(size);
    out.push_back({text_of(rest.first(4)), rest.subspan(8, length)});
    const std::size_t taken = 8 + length + length % 2;
    rest = taken < rest.size() ? rest.subspan(taken) : ByteView{};
  }
  return out;
}

// The chunk that says what else there is: of a plain picture it is made.
Result<Bytes> header_of(ByteView webp, const std::vector<Chunk>& chunks) {
  const Chunk& first = chunks.front();
  if (first.name == "VP8X" && first.payload.size() >= 10) {
    Bytes header = to_bytes(first.payload);
    header[0] |= kHasExif;
    return header;
  }
  const MediaFacts facts = read_media_facts(webp);
  if (facts.width == 0 || facts.height == 0) return {Errc::bad_input, "WebP without a picture"};
  const bool alpha = first.name == "VP8L" && first.payload.size() >= 5 && (first.payload[4] & 0x10) != 0;
  Bytes header(4);
  header[0] = static_cast<std::uint8_t>(kHasExif | (alpha ? kHasAlpha : 0));
  append_le(header, facts.width - 1, 3);
  append_le(header, facts.height - 1, 3);
  return header;
}

}  // namespace

Bytes build_sticker_exif(const StickerPack& pack) {
  const std::string json = json_of(pack);
  // A TIFF with one entry: tag 5741, type 7 (bytes), as many as the JSON has, from offset 22 on.
  Bytes out = {0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 1, 0, 0x41, 0x57, 7, 0};
  append_le(out, json.size(), 4);
  append_le(out, 22, 4);
  append(out, json);
  return out;
}

Result<Bytes> with_sticker_pack(ByteView webp, const StickerPack& pack) {
  WA_TRY(const std::vector<Chunk> chunks, chunks_of(webp));
  if (chunks.empty()) return {Errc::bad_input, "WebP without a picture"};
  WA_TRY(const Bytes header, header_of(webp, chunks));
  Bytes out = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
  append_chunk(out, "VP8X", header);
  for (const Chunk& chunk : chunks) {
    if (chunk.name != "VP8X" && chunk.name != "EXIF") append_chunk(out, chunk.name, chunk.payload);
  }
  append_chunk(out, "EXIF", build_sticker_exif(pack));
  for (int i = 0; i < 4; ++i)
    out[4 + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>((out.size() - 8) >> (8 * i));
  return out;
}

}  // namespace wa::media
