// Files. They are told by their names: what is in them is not read yet.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {

extern const Kind kImageKind = {.id = "image", .is = has_field<pb::Message::kImageMessageFieldNumber>};
extern const Kind kVideoKind = {.id = "video", .is = has_field<pb::Message::kVideoMessageFieldNumber>};
// A round video note.
extern const Kind kPtvKind = {.id = "video", .is = has_field<pb::Message::kPtvMessageFieldNumber>};
extern const Kind kAudioKind = {.id = "audio", .is = has_field<pb::Message::kAudioMessageFieldNumber>};
extern const Kind kDocumentKind = {
    .id = "document",
    .is = has_field<pb::Message::kDocumentMessageFieldNumber>,
};
extern const Kind kStickerKind = {.id = "sticker", .is = has_field<pb::Message::kStickerMessageFieldNumber>};

}  // namespace wa::client
