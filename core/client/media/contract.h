// Files of the service: the kinds that are read whole, and the query for the hosts that have them all.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/kinds.h"

namespace wa::client {

// --- the kinds of files that are sent and received: where the service keeps each, and under which name its key is
// derived (09 section 2). A new kind is a line.
// Stored in rows: a number is never given to another kind.
enum class MediaKind : std::uint8_t {
  image = 1, video = 2, gif = 3, ptv = 4, audio = 5, voice = 6, document = 7, sticker = 8, link_thumbnail = 9,
};

struct MediaKindRow {
  MediaKind kind;
  std::string_view name;         // in answers, events and InspectFile
  std::string_view upload_path;
  std::string_view mms_type;     // of a download
  std::string_view info;         // of the HKDF
  bool sidecar;                  // a player checks pieces of it
  std::uint64_t bytes_max;       // of the plaintext, by default (09 section 5)
};

inline constexpr std::uint64_t kMiB = 1024 * 1024;
inline constexpr std::array<MediaKindRow, 9> kMediaKinds = {{
    {MediaKind::image, "image", "/mms/image", "image", "WhatsApp Image Keys", false, 16 * kMiB},
    {MediaKind::video, "video", "/mms/video", "video", "WhatsApp Video Keys", true, 64 * kMiB},
    {MediaKind::gif, "gif", "/mms/video", "video", "WhatsApp Video Keys", true, 64 * kMiB},
    {MediaKind::ptv, "ptv", "/mms/video", "video", "WhatsApp Video Keys", true, 64 * kMiB},
    {MediaKind::audio, "audio", "/mms/audio", "audio", "WhatsApp Audio Keys", true, 16 * kMiB},
    {MediaKind::voice, "voice", "/mms/audio", "audio", "WhatsApp Audio Keys", true, 16 * kMiB},
    {MediaKind::document, "document", "/mms/document", "document", "WhatsApp Document Keys", false, 2000 * kMiB},
    {MediaKind::sticker, "sticker", "/mms/image", "image", "WhatsApp Image Keys", false, 500 * 1024},
    {MediaKind::link_thumbnail, "link_thumbnail", "/mms/thumbnail-link", "thumbnail-link",
     "WhatsApp Link Thumbnail Keys", false, kMiB},
}};

constexpr const MediaKindRow& row_of(MediaKind kind) {
  for (const MediaKindRow& row : kMediaKinds) {
    if (row.kind == kind) return row;
  }
  return kMediaKinds[6];   // document: anything may be one
}

// --- the query

enum class FileKind : std::uint8_t { app_state = 0, history = 1 };

struct MediaConnQuery {};

struct MediaContract {
  using Commands = Kinds<>;
  using Events = Kinds<>;
  using Queries = Kinds<MediaConnQuery>;
};

}  // namespace wa::client
