// Files: what a message says of them, with their captions. The bytes are not fetched here.
// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

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
  int message;
  std::uint8_t mimetype, sha256, bytes, seconds, width, height, pages, name, voice, animated, view_once;
};
constexpr FileFields kFiles[] = {
    {Message::kImageMessageFieldNumber, Image::kMimetypeFieldNumber, Image::kFileSha256FieldNumber,
     Image::kFileLengthFieldNumber, 0, Image::kWidthFieldNumber, Image::kHeightFieldNumber, 0, 0, 0, 0,
     Image::kViewOnceFieldNumber},
    {Message::kVideoMessageFieldNumber, Video::kMimetypeFieldNumber, Video::kFileSha256FieldNumber,
     Video::kFileLengthFieldNumber, Video::kSecondsFieldNumber, Video::kWidthFieldNumber, Video::kHeightFieldNumber, 0,
     0, 0, Video::kGifPlaybackFieldNumber, Video::kViewOnceFieldNumber},
    {Message::kPtvMessageFieldNumber, Video::kMimetypeFieldNumber, Video::kFileSha256FieldNumber,
     Video::kFileLengthFieldNumber, Video::kSecondsFieldNumber, Video::kWidthFieldNumber, Video::kHeightFieldNumber, 0,
     0, 0, Video::kGifPlaybackFieldNumber, Video::kViewOnceFieldNumber},
    {Message::kAudioMessageFieldNumber, Audio::kMimetypeFieldNumber, Audio::kFileSha256FieldNumber,
     Audio::kFileLengthFieldNumber, Audio::kSecondsFieldNumber, 0, 0, 0, 0, Audio::kPttFieldNumber, 0,
     Audio::kViewOnceFieldNumber},
    {Message::kDocumentMessageFieldNumber, Document::kMimetypeFieldNumber, Document::kFileSha256FieldNumber,
     Document::kFileLengthFieldNumber, 0, 0, 0, Document::kPageCountFieldNumber, Document::kFileNameFieldNumber, 0, 0,
     0},
    {Message::kStickerMessageFieldNumber, Sticker::kMimetypeFieldNumber, Sticker::kFileSha256FieldNumber,
     Sticker::kFileLengthFieldNumber, 0, Sticker::kWidthFieldNumber, Sticker::kHeightFieldNumber, 0, 0, 0,
     Sticker::kIsAnimatedFieldNumber, 0},
    {Message::kStickerPackMessageFieldNumber, 0, Pack::kFileSha256FieldNumber, Pack::kFileLengthFieldNumber, 0, 0, 0, 0,
     Pack::kNameFieldNumber, 0, 0, 0},
};
constexpr std::size_t kHashBytes = 32;

void read_file(const proto::Reader& message, Content& out) {
  for (const FileFields& at : kFiles) {
    if (!message.has(at.message)) continue;
    const proto::Reader body = message.message(at.message);
    MediaFile file;
    file.mimetype = clean_text(body.text(at.mimetype));
    file.file_name = clean_text(body.text(at.name));
    if (const ByteView hash = body.bytes(at.sha256); hash.size() == kHashBytes) file.sha256 = to_bytes(hash);
    file.bytes = body.uint64(at.bytes);
    file.seconds = body.uint32(at.seconds);
    file.width = body.uint32(at.width);
    file.height = body.uint32(at.height);
    file.pages = body.uint32(at.pages);
    file.voice = body.flag(at.voice);
    file.animated = body.flag(at.animated);
    out.view_once = out.view_once || body.flag(at.view_once);
    out.media = std::move(file);
    return;
  }
}

}  // namespace

extern const Kind kImageKind = {
    .id = "image",
    .field = Message::kImageMessageFieldNumber,
    .text = {Image::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kVideoKind = {
    .id = "video",
    .field = Message::kVideoMessageFieldNumber,
    .text = {Video::kCaptionFieldNumber},
    .read = read_file,
};
// A round video note.
extern const Kind kPtvKind = {
    .id = "video",
    .field = Message::kPtvMessageFieldNumber,
    .text = {Video::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kAudioKind = {.id = "audio", .field = Message::kAudioMessageFieldNumber, .read = read_file};
extern const Kind kDocumentKind = {
    .id = "document",
    .field = Message::kDocumentMessageFieldNumber,
    .text = {Document::kCaptionFieldNumber},
    .read = read_file,
};
extern const Kind kStickerKind = {.id = "sticker", .field = Message::kStickerMessageFieldNumber, .read = read_file};
extern const Kind kStickerPackKind = {
    .id = "sticker_pack",
    .field = Message::kStickerPackMessageFieldNumber,
    .text = {Pack::kNameFieldNumber},
    .read = read_file,
    .context = 11,
};

}  // namespace wa::client
