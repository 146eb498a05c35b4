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

// Never a plain one: colours and font stand beside the text (11 section 2).
void write_status(const StatusText& from, const Writing&, proto::Writer& out) {
  proto::Writer text;
  text.text(Extended::kTextFieldNumber, from.text)
      .fixed32(Extended::kTextArgbFieldNumber, from.text_argb)
      .fixed32(Extended::kBackgroundArgbFieldNumber, from.background_argb)
      .number(Extended::kFontFieldNumber, from.font);
  out.message(pb::Message::kExtendedTextMessageFieldNumber, text);
}

std::optional<std::uint32_t> background_of(const proto::Reader& message) {
  proto::Items fields = message.message(pb::Message::kExtendedTextMessageFieldNumber).items();
  std::optional<std::uint32_t> out;
  for (proto::Item each; fields.next(each);) {
    if (each.field != Extended::kBackgroundArgbFieldNumber || each.wire != proto::Wire::fixed32) continue;
    out = 0;
    for (std::size_t i = 4; i-- > 0;) *out = *out << 8 | each.bytes[i];
  }
  return out;
}

bool is_status_text(const proto::Reader& message) { return background_of(message).has_value(); }

void read_background(const proto::Reader& message, Content& out) {
  out.background_argb = background_of(message).value_or(0);
}

bool is_text(const proto::Reader& message) {
  return message.has(pb::Message::kConversationFieldNumber) ||
         message.has(pb::Message::kExtendedTextMessageFieldNumber);
}

}  // namespace

// Of a status; only those have a background.
extern const Kind kStatusTextKind = {
    .id = "text",
    .field = pb::Message::kExtendedTextMessageFieldNumber,
    .is = is_status_text,
    .write = write_as<StatusText, write_status>,
    .text = {Extended::kTextFieldNumber},
    .read = read_background,
};
extern const Kind kTextKind = {
    .id = "text",
    .field = pb::Message::kExtendedTextMessageFieldNumber,
    .is = is_text,
    .adapt = adapt_text,
    .write = write_as<Text, write_text>,
    .text = {pb::Message::ExtendedText::kTextFieldNumber},
};

}  // namespace wa::client
