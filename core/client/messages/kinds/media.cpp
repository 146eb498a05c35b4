// Files: what a message says of them, with their captions. The bytes are not fetched here.
// tested by unit/client/messages/kinds_test.cpp
#include "base/sort.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using Message = pb::Message;
using Image = pb::ImageMessage;
using Video = pb::VideoMessage;
using Audio = pb::AudioMessage;
using Document = pb::DocumentMessage;
using Sticker = pb::StickerMessage;
using Pack = pb::StickerPackMessage;

// Where each says what; 0: nowhere.
struct FileFields {
  int message = 0;
  std::uint8_t url = 0, mimetype = 0, sha256 = 0, bytes = 0, key = 0, enc_sha256 = 0, path = 0, time = 0, seconds = 0,
               width = 0, height = 0, pages = 0, name = 0, title = 0, caption = 0, voice = 0, animated = 0,
               view_once = 0, thumbnail = 0, waveform = 0, sidecar = 0, frame_length = 0, frame_sidecar = 0, sent = 0;
};
constexpr FileFields video_in(int message) {
  return {.message = message,
          .url = Video::kUrlFieldNumber,
          .mimetype = Video::kMimetypeFieldNumber,
          .sha256 = Video::kFileSha256FieldNumber,
          .bytes = Video::kFileLengthFieldNumber,
          .key = Video::kMediaKeyFieldNumber,
          .enc_sha256 = Video::kFileEncSha256FieldNumber,
          .path = Video::kDirectPathFieldNumber,
          .time = Video::kMediaKeyTimestampFieldNumber,
          .seconds = Video::kSecondsFieldNumber,
          .width = Video::kWidthFieldNumber,
          .height = Video::kHeightFieldNumber,
          .caption = Video::kCaptionFieldNumber,
          .animated = Video::kGifPlaybackFieldNumber,
          .view_once = Video::kViewOnceFieldNumber,
          .thumbnail = Video::kJpegThumbnailFieldNumber,
          .sidecar = Video::kStreamingSidecarFieldNumber};
}
constexpr FileFields kFiles[] = {
    {.message = Message::kImageMessageFieldNumber,
     .url = Image::kUrlFieldNumber,
     .mimetype = Image::kMimetypeFieldNumber,
     .sha256 = Image::kFileSha256FieldNumber,
     .bytes = Image::kFileLengthFieldNumber,
     .key = Image::kMediaKeyFieldNumber,
     .enc_sha256 = Image::kFileEncSha256FieldNumber,
     .path = Image::kDirectPathFieldNumber,
     .time = Image::kMediaKeyTimestampFieldNumber,
     .width = Image::kWidthFieldNumber,
     .height = Image::kHeightFieldNumber,
     .caption = Image::kCaptionFieldNumber,
     .view_once = Image::kViewOnceFieldNumber,
     .thumbnail = Image::kJpegThumbnailFieldNumber},
    video_in(Message::kVideoMessageFieldNumber),
    video_in(Message::kPtvMessageFieldNumber),
    {.message = Message::kAudioMessageFieldNumber,
     .url = Audio::kUrlFieldNumber,
     .mimetype = Audio::kMimetypeFieldNumber,
     .sha256 = Audio::kFileSha256FieldNumber,
     .bytes = Audio::kFileLengthFieldNumber,
     .key = Audio::kMediaKeyFieldNumber,
     .enc_sha256 = Audio::kFileEncSha256FieldNumber,
     .path = Audio::kDirectPathFieldNumber,
     .time = Audio::kMediaKeyTimestampFieldNumber,
     .seconds = Audio::kSecondsFieldNumber,
     .voice = Audio::kPttFieldNumber,
     .view_once = Audio::kViewOnceFieldNumber,
     .waveform = Audio::kWaveformFieldNumber,
     .sidecar = Audio::kStreamingSidecarFieldNumber},
    {.message = Message::kDocumentMessageFieldNumber,
     .url = Document::kUrlFieldNumber,
     .mimetype = Document::kMimetypeFieldNumber,
     .sha256 = Document::kFileSha256FieldNumber,
     .bytes = Document::kFileLengthFieldNumber,
     .key = Document::kMediaKeyFieldNumber,
     .enc_sha256 = Document::kFileEncSha256FieldNumber,
     .path = Document::kDirectPathFieldNumber,
     .time = Document::kMediaKeyTimestampFieldNumber,
     .pages = Document::kPageCountFieldNumber,
     .name = Document::kFileNameFieldNumber,
     .title = Document::kTitleFieldNumber,
     .caption = Document::kCaptionFieldNumber,
     .thumbnail = Document::kJpegThumbnailFieldNumber},
    {.message = Message::kStickerMessageFieldNumber,
     .url = Sticker::kUrlFieldNumber,
     .mimetype = Sticker::kMimetypeFieldNumber,
     .sha256 = Sticker::kFileSha256FieldNumber,
     .bytes = Sticker::kFileLengthFieldNumber,
     .key = Sticker::kMediaKeyFieldNumber,
     .enc_sha256 = Sticker::kFileEncSha256FieldNumber,
     .path = Sticker::kDirectPathFieldNumber,
     .time = Sticker::kMediaKeyTimestampFieldNumber,
     .width = Sticker::kWidthFieldNumber,
     .height = Sticker::kHeightFieldNumber,
     .animated = Sticker::kIsAnimatedFieldNumber,
     .frame_length = Sticker::kFirstFrameLengthFieldNumber,
     .frame_sidecar = Sticker::kFirstFrameSidecarFieldNumber,
     .sent = Sticker::kStickerSentTsFieldNumber},
    {.message = Message::kStickerPackMessageFieldNumber,
     .sha256 = Pack::kFileSha256FieldNumber,
     .bytes = Pack::kFileLengthFieldNumber,
     .name = Pack::kNameFieldNumber},
};
constexpr std::size_t kHashBytes = 32, kThumbnailBytesMax = 64u << 10;

constexpr int message_of(MediaKind kind) {
  switch (kind) {
    case MediaKind::image: return Message::kImageMessageFieldNumber;
    case MediaKind::video:
    case MediaKind::gif: return Message::kVideoMessageFieldNumber;
    case MediaKind::ptv: return Message::kPtvMessageFieldNumber;
    case MediaKind::audio:
    case MediaKind::voice: return Message::kAudioMessageFieldNumber;
    case MediaKind::sticker: return Message::kStickerMessageFieldNumber;
    default: return Message::kDocumentMessageFieldNumber;
  }
}

const FileFields& fields_of(int message) {
  for (const FileFields& at : kFiles) {
    if (at.message == message) return at;
  }
  return kFiles[4];
}

// Fields in any order, written in that of their numbers.
struct FieldList {
  struct One { std::uint8_t field; bool is_bytes; std::uint64_t number; ByteView bytes; };
  std::vector<One> all;
  void number(std::uint8_t field, std::uint64_t value) {
    if (field != 0) all.push_back({field, false, value, {}});
  }
  void number_if(std::uint8_t field, std::uint64_t value) {
    if (value != 0) number(field, value);
  }
  void bytes(std::uint8_t field, ByteView value) {
    if (field != 0 && !value.empty()) all.push_back({field, true, 0, value});
  }
  proto::Writer written() {
    sort(all, [](const One& one, const One& other) { return one.field < other.field; });
    proto::Writer out;
    for (const One& one : all) {
      if (one.is_bytes) out.bytes(one.field, one.bytes);
      else out.number(one.field, one.number);
    }
    return out;
  }
};

void write_file(const FileBody& from, const Writing& with, proto::Writer& out) {
  const int field = message_of(from.kind);
  if (field != Message::kDocumentMessageFieldNumber || from.caption.empty()) {
    out.message(field, written_file(from, with.now));
    return;
  }
  // Phones write documents with captions so.
  proto::Writer inner, wrapper;
  inner.message(field, written_file(from, with.now));
  wrapper.message(Message::FutureProof::kMessageFieldNumber, inner);
  out.message(Message::kDocumentWithCaptionMessageFieldNumber, wrapper);
}

MediaKind kind_of_file(int message, const MediaFile& file) {
  switch (message) {
    case Message::kImageMessageFieldNumber: return MediaKind::image;
    case Message::kVideoMessageFieldNumber: return file.animated ? MediaKind::gif : MediaKind::video;
    case Message::kPtvMessageFieldNumber: return MediaKind::ptv;
    case Message::kAudioMessageFieldNumber: return file.voice ? MediaKind::voice : MediaKind::audio;
    case Message::kStickerMessageFieldNumber: return MediaKind::sticker;
    default: return MediaKind::document;
  }
}

Bytes read_hash(const proto::Reader& body, std::uint8_t field) {
  const ByteView hash = body.bytes(field);
  return hash.size() == kHashBytes ? to_bytes(hash) : Bytes();
}

// Where it is and how it is opened; a pack of stickers is none that is fetched.
void read_hosted(const proto::Reader& body, const FileFields& at, MediaFile& out) {
  out.kind = kind_of_file(at.message, out);
  if (at.path == 0) return;
  out.hosted.url = clean_text(body.text(at.url));
  out.hosted.direct_path = clean_text(body.text(at.path));
  out.hosted.media_key = read_hash(body, at.key);
  out.hosted.enc_sha256 = read_hash(body, at.enc_sha256);
  out.hosted.media_key_time_s = body.int64(at.time);
  const ByteView thumbnail = at.thumbnail ? body.bytes(at.thumbnail) : ByteView();
  if (thumbnail.size() <= kThumbnailBytesMax) out.thumbnail = to_bytes(thumbnail);
}

void read_file(const proto::Reader& message, Content& out) {
  for (const FileFields& at : kFiles) {
    if (!message.has(at.message)) continue;
    const proto::Reader body = message.message(at.message);
    MediaFile file;
    file.mimetype = clean_text(body.text(at.mimetype));
    file.file_name = clean_text(body.text(at.name));
    file.sha256 = read_hash(body, at.sha256);
    file.bytes = body.uint64(at.bytes);
    file.seconds = body.uint32(at.seconds);
    file.width = body.uint32(at.width);
    file.height = body.uint32(at.height);
    file.pages = body.uint32(at.pages);
    file.voice = body.flag(at.voice);
    file.animated = body.flag(at.animated);
    out.view_once = out.view_once || body.flag(at.view_once);
    read_hosted(body, at, file);
    out.media = std::move(file);
    return;
  }
}

// What a file says of itself: a moving picture, a voice, seen once.
void adapt_file(const proto::Reader& message, stanza::MessageTraits& out) {
  for (const FileFields& at : kFiles) {
    if (!message.has(at.message)) continue;
    const proto::Reader body = message.message(at.message);
    if (at.message == Message::kVideoMessageFieldNumber && body.flag(at.animated)) out.media_type = "gif";
    if (body.flag(at.voice)) out.media_type = "ptt";
    if (body.flag(at.view_once)) out.meta = {"view_once", "true"};
    return;
  }
}

constexpr stanza::MessageTraits kImageTraits{.type = "media", .media_type = "image"};
constexpr stanza::MessageTraits kVideoTraits{.type = "media", .media_type = "video"};
constexpr stanza::MessageTraits kPtvTraits{.type = "media", .media_type = "ptv"};
constexpr stanza::MessageTraits kAudioTraits{.type = "media", .media_type = "audio"};
constexpr stanza::MessageTraits kDocumentTraits{.type = "media", .media_type = "document"};
constexpr stanza::MessageTraits kStickerTraits{.type = "media", .media_type = "sticker"};
constexpr stanza::MessageTraits kStickerPackTraits{.type = "media", .media_type = "sticker_pack"};

}  // namespace

proto::Writer written_file(const FileBody& from, WallTime now) {
  const HostedFile& file = from.file;
  const FileFields& at = fields_of(message_of(from.kind));
  FieldList out;
  out.bytes(at.url, view(file.url));
  out.bytes(at.mimetype, view(file.mimetype));
  out.bytes(at.sha256, file.sha256);
  out.number(at.bytes, file.bytes);
  out.bytes(at.key, file.media_key);
  out.bytes(at.enc_sha256, file.enc_sha256);
  out.bytes(at.path, view(file.direct_path));
  out.number_if(at.time, static_cast<std::uint64_t>(file.media_key_time_s));
  out.number_if(at.seconds, from.seconds);
  out.number_if(at.width, from.width);
  out.number_if(at.height, from.height);
  out.number_if(at.pages, from.pages);
  out.bytes(at.name, view(from.file_name));
  out.bytes(at.title, view(from.file_name));
  out.bytes(at.caption, view(from.caption));
  out.number(at.voice, from.kind == MediaKind::voice);
  if (from.kind == MediaKind::gif) {
    out.number(at.animated, 1);
    out.number(Video::kGifAttributionFieldNumber, 0);
  } else if (from.kind == MediaKind::sticker) {
    out.number(at.animated, from.animated);
  }
  out.number_if(at.view_once, from.view_once);
  out.bytes(at.thumbnail, from.thumbnail);
  out.bytes(at.waveform, from.waveform);
  out.bytes(at.sidecar, from.sidecar);
  out.number_if(at.frame_length, from.first_frame_length);
  out.bytes(at.frame_sidecar, from.first_frame_sidecar);
  out.number_if(at.sent, static_cast<std::uint64_t>(now.ms));
  return out.written();
}

extern const Kind kImageKind = {
    .id = "image",
    .field = Message::kImageMessageFieldNumber,
    .traits = &kImageTraits,
    .adapt = adapt_file,
    .write = write_as<FileBody, write_file>,
    .text = {Image::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kVideoKind = {
    .id = "video",
    .field = Message::kVideoMessageFieldNumber,
    .traits = &kVideoTraits,
    .adapt = adapt_file,
    .text = {Video::kCaptionFieldNumber},
    .read = read_file,
};
// A round video note.
extern const Kind kPtvKind = {
    .id = "video",
    .field = Message::kPtvMessageFieldNumber,
    .traits = &kPtvTraits,
    .adapt = adapt_file,
    .text = {Video::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kAudioKind = {
    .id = "audio",
    .field = Message::kAudioMessageFieldNumber,
    .traits = &kAudioTraits,
    .adapt = adapt_file,
    .read = read_file,
};
extern const Kind kDocumentKind = {
    .id = "document",
    .field = Message::kDocumentMessageFieldNumber,
    .traits = &kDocumentTraits,
    .text = {Document::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kStickerKind = {
    .id = "sticker",
    .field = Message::kStickerMessageFieldNumber,
    .traits = &kStickerTraits,
    .read = read_file,
};
extern const Kind kStickerPackKind = {
    .id = "sticker_pack",
    .field = Message::kStickerPackMessageFieldNumber,
    .traits = &kStickerPackTraits,
    .text = {Pack::kNameFieldNumber},
    .read = read_file,
    .context = 11,
};

}  // namespace wa::client
