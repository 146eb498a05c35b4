#include "client/messages/envelope.h"

#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"

namespace wa::client {

Bytes build_text_content(const std::string& text, const std::optional<SendText::Quote>& quote,
                         const wire::Jid& quoted_author, std::span<const wire::Jid> mentioned) {
  pb::Message message;
  if (!quote && mentioned.empty()) {
    message.set_conversation(text);
    return proto::serialise(message);
  }
  pb::Message::ExtendedText* extended = message.mutable_extended_text_message();
  extended->set_text(text);
  pb::ContextInfo* context = extended->mutable_context_info();
  for (const wire::Jid& jid : mentioned) context->add_mentioned_jid(jid.text());
  if (!quote) return proto::serialise(message);
  context->set_stanza_id(quote->id);
  context->set_participant(quoted_author.user_jid().text());
  context->mutable_quoted_message()->set_conversation(quote->text);
  return proto::serialise(message);
}

Bytes build_key_distribution(ByteView inner, const wire::Jid& group, ByteView distribution) {
  pb::Message message;
  if (!proto::parse(message, inner)) message.Clear();
  pb::Message::SenderKeyDistribution* key = message.mutable_sender_key_distribution_message();
  key->set_group_id(group.text());
  key->set_axolotl_sender_key_distribution_message(to_string(distribution));
  return proto::serialise(message);
}

Bytes build_device_sent(const wire::Jid& destination, ByteView inner) {
  pb::Message message;
  pb::Message::DeviceSent* sent = message.mutable_device_sent_message();
  sent->set_destination_jid(destination.user_jid().text());
  if (proto::parse(*sent->mutable_message(), inner) && sent->message().has_message_context_info()) {
    *message.mutable_message_context_info() = sent->message().message_context_info();
  }
  return proto::serialise(message);
}

}  // namespace wa::client
