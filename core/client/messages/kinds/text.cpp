// A text, alone or with what it answers and mentions.
// tested by unit/client/messages/envelope_test.cpp
#include "base/encoding.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_text(const Text& from, const Writing& with, proto::Writer& out) {
  if (!from.quoted && from.mentioned.empty()) {
    out.text(pb::Message::kConversationFieldNumber, from.text);
    return;
  }
  using Field = pb::ContextInfo;
  proto::Writer context, extended;
  if (from.quoted) {
    proto::Writer quoted;
    quoted.text(pb::Message::kConversationFieldNumber, from.quoted->text);
    context.text(Field::kStanzaIdFieldNumber, from.quoted->id)
        .text(Field::kParticipantFieldNumber, from.quoted->participant.value_or(with.chat).user_jid().text())
        .message(Field::kQuotedMessageFieldNumber, quoted);
  }
  for (const wire::Jid& jid : from.mentioned) context.text(Field::kMentionedJidFieldNumber, jid.text());
  extended.text(pb::Message::ExtendedText::kTextFieldNumber, from.text)
      .message(pb::Message::ExtendedText::kContextInfoFieldNumber, context);
  out.message(pb::Message::kExtendedTextMessageFieldNumber, extended);
}

bool is_text(const proto::Reader& message) {
  return message.has(pb::Message::kConversationFieldNumber) ||
         message.has(pb::Message::kExtendedTextMessageFieldNumber);
}

void read_text(const proto::Reader& message, Content& out) {
  if (message.has(pb::Message::kConversationFieldNumber)) {
    out.text = message.text(pb::Message::kConversationFieldNumber);
  }
  if (message.has(pb::Message::kExtendedTextMessageFieldNumber)) {
    out.text = message.message(pb::Message::kExtendedTextMessageFieldNumber)
                   .text(pb::Message::ExtendedText::kTextFieldNumber);
  }
  if (!is_utf8(out.text)) out.text.clear();
}

}  // namespace

extern const Kind kTextKind = {
    .id = "text",
    .is = is_text,
    .write = write_as<Text, write_text>,
    .read = read_text,
};

}  // namespace wa::client
