// tested by native/files/inspector_test.cpp
#include "files/sniff.h"

#include <algorithm>

namespace wa::native {
namespace {

bool begins(ByteView head, std::string_view magic, std::size_t at = 0) {
  return head.size() >= at + magic.size() && text_of(head.subspan(at, magic.size())) == magic;
}
bool has(ByteView head, std::string_view text) { return text_of(head).find(text) != std::string_view::npos; }

// ISO base media: the brand says which.
Sniffed sniff_brand(ByteView head) {
  const std::string_view brand = text_of(head.subspan(8, 4));
  if (brand == "M4A " || brand == "M4B ") return {"audio/mp4", "mov"};
  if (brand == "qt  ") return {"video/quicktime", "mov"};
  if (brand.substr(0, 3) == "3gp" || brand.substr(0, 3) == "3g2") return {"video/3gpp", "mov"};
  if (brand == "heic" || brand == "heix" || brand == "mif1" || brand == "msf1" || brand == "hevc")
    return {"image/heic", {}};
  if (brand == "avif" || brand == "avis") return {"image/avif", {}};
  return {"video/mp4", "mov"};
}

// Two frames of MPEG audio in a row: one frame's four bytes are found in anything.
bool is_mp3_frame(ByteView head) {
  if (head.size() < 4 || head[0] != 0xff || (head[1] & 0xe0) != 0xe0) return false;
  const int version = head[1] >> 3 & 3, layer = head[1] >> 1 & 3, rate = head[2] >> 4, frequency = head[2] >> 2 & 3;
  return version != 1 && layer == 1 && rate != 0 && rate != 15 && frequency != 3;
}
bool is_adts(ByteView head) { return head.size() >= 7 && head[0] == 0xff && (head[1] & 0xf6) == 0xf0; }

}  // namespace

Sniffed sniff(ByteView head) {
  if (begins(head, "\xff\xd8\xff")) return {"image/jpeg", "jpeg_pipe"};
  if (begins(head, "\x89PNG\r\n\x1a\n")) return {"image/png", "png_pipe"};
  if (begins(head, "GIF87a") || begins(head, "GIF89a")) return {"image/gif", "gif"};
  if (begins(head, "RIFF") && begins(head, "WEBP", 8)) return {"image/webp", "webp_pipe"};
  if (begins(head, "RIFF") && begins(head, "WAVE", 8)) return {"audio/wav", "wav"};
  if (begins(head, "RIFF") && begins(head, "AVI ", 8)) return {"video/x-msvideo", "avi"};
  if (head.size() >= 12 && begins(head, "ftyp", 4)) return sniff_brand(head);
  if (begins(head, "moov", 4) || begins(head, "mdat", 4) || begins(head, "wide", 4)) return {"video/quicktime", "mov"};
  if (begins(head, "\x1a\x45\xdf\xa3")) return {has(head, "webm") ? "video/webm" : "video/x-matroska", "matroska"};
  if (begins(head, "OggS")) {
    if (has(head, "OpusHead")) return {"audio/ogg; codecs=opus", "ogg"};
    if (has(head, "theora")) return {"video/ogg", "ogg"};
    return {"audio/ogg", "ogg"};
  }
  if (begins(head, "fLaC")) return {"audio/flac", "flac"};
  if (begins(head, "#!AMR")) return {"audio/amr", "amr"};
  if (begins(head, "ID3")) return {"audio/mpeg", "mp3"};
  if (begins(head, "%PDF-")) return {"application/pdf", {}};
  if (begins(head, "PK\x03\x04")) return {"application/zip", {}};
  if (begins(head, "BM") && head.size() >= 26) return {"image/bmp", "bmp_pipe"};
  if (begins(head, std::string_view("II*\0", 4)) || begins(head, std::string_view("MM\0*", 4)))
    return {"image/tiff", "tiff_pipe"};
  if (is_adts(head)) return {"audio/aac", "aac"};
  if (is_mp3_frame(head)) return {"audio/mpeg", "mp3"};
  return {};
}

}  // namespace wa::native
