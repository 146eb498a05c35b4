#include "client/messages/peer_requests.h"

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr int kShareType = 6, kKeyRequestType = 7, kPeerDataType = 16, kHistoryOnDemand = 3, kPlaceholderResend = 4;

using Protocol = pb::ProtocolMessage;

Bytes protocol_message(int type, int field, const proto::Writer& content) {
  proto::Writer protocol, message;
  protocol.integer(Protocol::kTypeFieldNumber, type).message(field, content);
  return message.message(pb::Message::kProtocolMessageFieldNumber, protocol).written();
}

}  // namespace

Bytes build_key_request(const std::vector<Bytes>& key_ids) {
  proto::Writer request;
  for (const Bytes& id : key_ids) {
    request.message(pb::AppStateSyncKeyRequest::kKeyIdsFieldNumber,
                    proto::Writer().bytes(pb::AppStateSyncKeyId::kKeyIdFieldNumber, id));
  }
  return protocol_message(kKeyRequestType, Protocol::kAppStateSyncKeyRequestFieldNumber, request);
}

Bytes build_key_share(const std::vector<SharedKey>& keys) {
  using Key = pb::AppStateSyncKey;
  proto::Writer share;
  for (const SharedKey& key : keys) {
    proto::Writer one;
    one.message(Key::kKeyIdFieldNumber, proto::Writer().bytes(pb::AppStateSyncKeyId::kKeyIdFieldNumber, key.key_id));
    if (!key.key_data.empty()) {
      proto::Writer data;
      data.bytes(Key::Data::kKeyDataFieldNumber, key.key_data);
      data.integer(Key::Data::kTimestampFieldNumber, key.timestamp_ms);
      one.message(Key::kKeyDataFieldNumber, data);
    }
    share.message(pb::AppStateSyncKeyShare::kKeysFieldNumber, one);
  }
  return protocol_message(kShareType, Protocol::kAppStateSyncKeyShareFieldNumber, share);
}

std::vector<Bytes> keys_asked_for(ByteView request) {
  std::vector<Bytes> ids;
  const proto::Parsed message(request, kMessageFields);
  const proto::Reader asked =
      message->message(pb::Message::kProtocolMessageFieldNumber).message(Protocol::kAppStateSyncKeyRequestFieldNumber);
  for (auto each = asked.repeated(pb::AppStateSyncKeyRequest::kKeyIdsFieldNumber); each.next();) {
    ids.push_back(to_bytes(each.message().bytes(pb::AppStateSyncKeyId::kKeyIdFieldNumber)));
  }
  return ids;
}

std::optional<PlaceholderKey> message_asked_for(ByteView request) {
  using Request = pb::PeerDataOperationRequest;
  using Key = pb::MessageKey;
  const proto::Parsed message(request, kMessageFields);
  const proto::Reader key = message->message(pb::Message::kProtocolMessageFieldNumber)
                                .message(Protocol::kPeerDataOperationRequestMessageFieldNumber)
                                .message(Request::kPlaceholderMessageResendRequestFieldNumber)
                                .message(Request::PlaceholderResend::kMessageKeyFieldNumber);
  const auto chat = wire::parse_jid(key.text(Key::kRemoteJidFieldNumber));
  PlaceholderKey out{key.text(Key::kIdFieldNumber), {}, key.flag(Key::kFromMeFieldNumber), {}};
  if (!chat || out.id.empty()) return std::nullopt;
  out.chat = *chat;
  out.participant = wire::parse_jid(key.text(Key::kParticipantFieldNumber));
  return out;
}

Bytes build_placeholder_request(const PlaceholderKey& key) {
  using Request = pb::PeerDataOperationRequest;
  using Key = pb::MessageKey;
  proto::Writer written, resend, request;
  written.text(Key::kRemoteJidFieldNumber, key.chat.text())
      .number(Key::kFromMeFieldNumber, key.from_me)
      .text(Key::kIdFieldNumber, key.id);
  if (key.participant) written.text(Key::kParticipantFieldNumber, key.participant->text());
  resend.message(Request::PlaceholderResend::kMessageKeyFieldNumber, written);
  request.number(Request::kTypeFieldNumber, kPlaceholderResend)
      .message(Request::kPlaceholderMessageResendRequestFieldNumber, resend);
  return protocol_message(kPeerDataType, Protocol::kPeerDataOperationRequestMessageFieldNumber, request);
}

Bytes build_history_request(const HistoryWish& wish) {
  using Request = pb::PeerDataOperationRequest;
  using Field = Request::HistoryOnDemand;
  proto::Writer asked, request;
  asked.text(Field::kChatJidFieldNumber, wish.chat.text())
      .text(Field::kOldestMsgIdFieldNumber, wish.id)
      .number(Field::kOldestMsgFromMeFieldNumber, wish.from_me)
      .number(Field::kOnDemandMsgCountFieldNumber, wish.count)
      .integer(Field::kOldestMsgTimestampMsFieldNumber, wish.time.seconds() * 1000);
  request.number(Request::kTypeFieldNumber, kHistoryOnDemand)
      .message(Request::kHistorySyncOnDemandRequestFieldNumber, asked);
  return protocol_message(kPeerDataType, Protocol::kPeerDataOperationRequestMessageFieldNumber, request);
}

bool asks_for_history(ByteView request) {
  const proto::Parsed message(request, kMessageFields);
  const proto::Reader asked = message->message(pb::Message::kProtocolMessageFieldNumber)
                                  .message(Protocol::kPeerDataOperationRequestMessageFieldNumber);
  return asked.int32(pb::PeerDataOperationRequest::kTypeFieldNumber) == kHistoryOnDemand;
}

}  // namespace wa::client
