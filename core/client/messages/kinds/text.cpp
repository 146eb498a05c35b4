// A text, alone or with what it answers and mentions.
// tested by unit/client/messages/envelope_test.cpp
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

}  // namespace

extern const Kind kTextKind = {
    .id = "text",
    .field = pb::Message::kExtendedTextMessageFieldNumber,
    .is = is_text,
    .write = write_as<Text, write_text>,
    .text = {pb::Message::ExtendedText::kTextFieldNumber},
};

}  // namespace wa::client
