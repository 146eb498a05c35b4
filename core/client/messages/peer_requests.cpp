// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/peer_requests.h"

#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr int kKeyRequestType = 7, kPeerDataType = 16, kPlaceholderResend = 4;

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

}  // namespace wa::client
