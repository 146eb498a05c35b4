// Files. They are told by their names: what is in them is not read yet.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {

extern const Kind kImageKind = {.id = "image", .is = [](const pb::Message& m) { return m.has_image_message(); }};
extern const Kind kVideoKind = {.id = "video", .is = [](const pb::Message& m) { return m.has_video_message(); }};
// A round video note.
extern const Kind kPtvKind = {.id = "video", .is = [](const pb::Message& m) { return m.has_ptv_message(); }};
extern const Kind kAudioKind = {.id = "audio", .is = [](const pb::Message& m) { return m.has_audio_message(); }};
extern const Kind kDocumentKind = {
    .id = "document",
    .is = [](const pb::Message& m) { return m.has_document_message(); },
};
extern const Kind kStickerKind = {.id = "sticker", .is = [](const pb::Message& m) { return m.has_sticker_message(); }};

}  // namespace wa::client
