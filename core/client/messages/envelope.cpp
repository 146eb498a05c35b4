#include "client/messages/envelope.h"

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {

Bytes build_key_distribution(ByteView inner, const wire::Jid& group, ByteView distribution) {
  using Field = pb::Message::SenderKeyDistribution;
  constexpr int kPlace = pb::Message::kSenderKeyDistributionMessageFieldNumber;
  const proto::Parsed message(inner, kMessageFields);
  proto::Writer key, out;
  key.text(Field::kGroupIdFieldNumber, group.text())
      .bytes(Field::kAxolotlSenderKeyDistributionMessageFieldNumber, distribution);
  out.items(message->items(), 1, kPlace - 1).message(kPlace, key).items(message->items(), kPlace + 1);
  return out.written();
}

Bytes build_device_sent(const wire::Jid& destination, ByteView inner) {
  using Field = pb::Message;
  const proto::Parsed message(inner, kMessageFields);
  proto::Writer sent, out;
  sent.text(Field::DeviceSent::kDestinationJidFieldNumber, destination.user_jid().text())
      .bytes(Field::DeviceSent::kMessageFieldNumber, message->raw());
  out.message(Field::kDeviceSentMessageFieldNumber, sent);
  out.items(message->items(), Field::kMessageContextInfoFieldNumber, Field::kMessageContextInfoFieldNumber);
  return out.written();
}

}  // namespace wa::client
