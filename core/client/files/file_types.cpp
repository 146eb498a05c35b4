// tested by unit/client/files/files_test.cpp
#include "client/files/file_types.h"

#include <algorithm>

namespace wa::client {
namespace {

constexpr std::size_t kTypeCharsMax = 127;

bool type_begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

bool fits_kind(MediaKind kind, std::string_view type) {
  switch (kind) {
    case MediaKind::image: case MediaKind::link_thumbnail: return type_begins(type, "image/");
    case MediaKind::video: case MediaKind::gif: case MediaKind::ptv: return type_begins(type, "video/");
    case MediaKind::audio: case MediaKind::voice: return type_begins(type, "audio/") || type == "application/ogg";
    case MediaKind::sticker: return type == "image/webp";
    case MediaKind::document: break;
  }
  return true;
}

const char* usual_type(MediaKind kind) {
  switch (kind) {
    case MediaKind::image: case MediaKind::link_thumbnail: return "image/jpeg";
    case MediaKind::video: case MediaKind::gif: case MediaKind::ptv: return "video/mp4";
    case MediaKind::audio: return "audio/mpeg";
    case MediaKind::voice: return "audio/ogg; codecs=opus";
    case MediaKind::sticker: return "image/webp";
    case MediaKind::document: break;
  }
  return "application/octet-stream";
}

}  // namespace

std::string bare_type(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  const bool clean =
      std::all_of(type.begin(), type.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != ','; });
  if (!clean || type.size() > kTypeCharsMax || std::count(type.begin(), type.end(), '/') != 1) return {};
  std::string out(type);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

bool settle_type(FileBody& body, const FileInspected& seen, bool looked) {
  std::string& type = body.file.mimetype;
  const bool said_nothing = type.empty() || type == "application/octet-stream";
  if (body.kind == MediaKind::document) {   // its caller may know better
    if (said_nothing && !seen.mimetype.empty()) type = seen.mimetype;
    if (type.empty()) type = usual_type(body.kind);
    return true;
  }
  if (!seen.mimetype.empty()) {
    type = seen.mimetype;
  } else if (looked || said_nothing) {   // nobody knows this format; or nobody has looked, and nothing was said
    if (looked && (said_nothing || body.kind == MediaKind::image || body.kind == MediaKind::sticker)) return false;
    if (said_nothing) type = usual_type(body.kind);
  }
  if (!fits_kind(body.kind, bare_type(type))) return false;
  const std::string bare = bare_type(type);
  if (bare == "audio/ogg" || bare == "application/ogg") type = "audio/ogg; codecs=opus";
  if (body.kind == MediaKind::voice && !type_begins(type, "audio/ogg")) body.waveform.clear();
  return true;
}

}  // namespace wa::client
