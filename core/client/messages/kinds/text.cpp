// A text, alone or with what it answers and mentions.
// tested by unit/client/messages/envelope_test.cpp
#include "base/encoding.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {
namespace {

void write_text(const Text& from, const Writing& with, pb::Message& out) {
  if (!from.quoted && from.mentioned.empty()) {
    out.set_conversation(from.text);
    return;
  }
  pb::Message::ExtendedText* extended = out.mutable_extended_text_message();
  extended->set_text(from.text);
  pb::ContextInfo* context = extended->mutable_context_info();
  for (const wire::Jid& jid : from.mentioned) context->add_mentioned_jid(jid.text());
  if (!from.quoted) return;
  context->set_stanza_id(from.quoted->id);
  context->set_participant(from.quoted->participant.value_or(with.chat).user_jid().text());
  context->mutable_quoted_message()->set_conversation(from.quoted->text);
}

void read_text(const pb::Message& message, Content& out) {
  if (message.has_conversation()) out.text = message.conversation();
  if (message.has_extended_text_message()) out.text = message.extended_text_message().text();
  if (!is_utf8(out.text)) out.text.clear();
}

}  // namespace

extern const Kind kTextKind = {
    .id = "text",
    .is = [](const pb::Message& m) { return m.has_conversation() || m.has_extended_text_message(); },
    .write = write_as<Text, write_text>,
    .read = read_text,
};

}  // namespace wa::client
