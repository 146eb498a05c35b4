// A text, alone or with what is shown of a link in it.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using Extended = pb::Message::ExtendedText;

void write_preview(const LinkPreview& from, proto::Writer& extended) {
  extended.text(Extended::kMatchedTextFieldNumber, from.matched);
  if (!from.description.empty()) extended.text(Extended::kDescriptionFieldNumber, from.description);
  if (!from.title.empty()) extended.text(Extended::kTitleFieldNumber, from.title);
  extended.number(Extended::kPreviewTypeFieldNumber, from.video);
  if (!from.thumbnail.empty()) extended.bytes(Extended::kJpegThumbnailFieldNumber, from.thumbnail);
  if (!from.picture) return;
  extended.text(Extended::kThumbnailDirectPathFieldNumber, from.picture->direct_path)
      .bytes(Extended::kThumbnailSha256FieldNumber, from.picture->sha256)
      .bytes(Extended::kThumbnailEncSha256FieldNumber, from.picture->enc_sha256)
      .bytes(Extended::kMediaKeyFieldNumber, from.picture->media_key)
      .integer(Extended::kMediaKeyTimestampFieldNumber, from.picture->media_key_time_s)
      .number(Extended::kThumbnailHeightFieldNumber, from.height)
      .number(Extended::kThumbnailWidthFieldNumber, from.width);
}

// One with a context becomes an extended text, too (message_context.h).
void write_text(const Text& from, const Writing&, proto::Writer& out) {
  if (!from.preview) {
    out.text(pb::Message::kConversationFieldNumber, from.text);
    return;
  }
  proto::Writer extended;
  extended.text(Extended::kTextFieldNumber, from.text);
  write_preview(*from.preview, extended);
  out.message(pb::Message::kExtendedTextMessageFieldNumber, extended);
}

// With a link that is shown it counts as media.
void adapt_text(const proto::Reader& message, stanza::MessageTraits& out) {
  const std::string matched =
      message.message(pb::Message::kExtendedTextMessageFieldNumber).text(Extended::kMatchedTextFieldNumber);
  if (matched.find_first_not_of(' ') == std::string::npos) return;
  out.type = "media";
  out.media_type = "url";
}

bool is_text(const proto::Reader& message) {
  return message.has(pb::Message::kConversationFieldNumber) ||
         message.has(pb::Message::kExtendedTextMessageFieldNumber);
}

}  // namespace

extern const Kind kTextKind = {
    .id = "text",
    .field = pb::Message::kExtendedTextMessageFieldNumber,
    .is = is_text,
    .adapt = adapt_text,
    .write = write_as<Text, write_text>,
    .text = {pb::Message::ExtendedText::kTextFieldNumber},
};

}  // namespace wa::client
