#include "client/messages/envelope.h"

#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"

namespace wa::client {

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
