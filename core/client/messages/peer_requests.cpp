// tested by unit/client/messages/inbox_test.cpp
#include "client/messages/peer_requests.h"

#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"

namespace wa::client {
namespace {

constexpr int kKeyRequestType = 7, kPeerDataType = 16, kPlaceholderResend = 4;

}  // namespace

Bytes build_key_request(const std::vector<Bytes>& key_ids) {
  pb::Message message;
  message.mutable_protocol_message()->set_type(kKeyRequestType);
  auto* request = message.mutable_protocol_message()->mutable_app_state_sync_key_request();
  for (const Bytes& id : key_ids) request->add_key_ids()->set_key_id(to_string(ByteView(id)));
  return proto::serialise(message);
}

Bytes build_placeholder_request(const PlaceholderKey& key) {
  pb::Message message;
  message.mutable_protocol_message()->set_type(kPeerDataType);
  auto* request = message.mutable_protocol_message()->mutable_peer_data_operation_request_message();
  request->set_type(kPlaceholderResend);
  pb::MessageKey* out = request->add_placeholder_message_resend_request()->mutable_message_key();
  out->set_remote_jid(key.chat.text());
  out->set_from_me(key.from_me);
  out->set_id(key.id);
  if (key.participant) out->set_participant(key.participant->text());
  return proto::serialise(message);
}

}  // namespace wa::client
