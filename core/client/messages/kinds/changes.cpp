// What changes another message or its chat. Received, these are protocol messages and not told (read_content.h).
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using Protocol = pb::ProtocolMessage;

constexpr int kRevokeType = 0, kEphemeralType = 3, kEditType = 14;

void write_edit(const Edit& from, const Writing& with, proto::Writer& out) {
  proto::Writer text, protocol, message, wrapper;
  text.text(pb::Message::kConversationFieldNumber, from.text);
  protocol.message(Protocol::kKeyFieldNumber, written_key(from.target, with.chat))
      .number(Protocol::kTypeFieldNumber, kEditType)
      .message(Protocol::kEditedMessageFieldNumber, text)
      .integer(Protocol::kTimestampMsFieldNumber, with.now.ms);
  message.message(pb::Message::kProtocolMessageFieldNumber, protocol);
  wrapper.message(pb::Message::FutureProof::kMessageFieldNumber, message);
  out.message(pb::Message::kEditedMessageFieldNumber, wrapper);
}

void write_revoke(const Revoke& from, const Writing& with, proto::Writer& out) {
  proto::Writer protocol;
  protocol.message(Protocol::kKeyFieldNumber, written_key(from.target, with.chat))
      .number(Protocol::kTypeFieldNumber, kRevokeType);
  out.message(pb::Message::kProtocolMessageFieldNumber, protocol);
}

bool is_edit(const proto::Reader& message) {
  return message.message(pb::Message::kProtocolMessageFieldNumber).int32(Protocol::kTypeFieldNumber) == kEditType;
}

bool is_revoke(const proto::Reader& message) {
  const proto::Reader protocol = message.message(pb::Message::kProtocolMessageFieldNumber);
  return protocol.has(Protocol::kKeyFieldNumber) && protocol.int32(Protocol::kTypeFieldNumber) == kRevokeType;
}

bool is_revoke_of_ours(const proto::Reader& message) {
  const proto::Reader protocol = message.message(pb::Message::kProtocolMessageFieldNumber);
  return is_revoke(message) && protocol.message(Protocol::kKeyFieldNumber).flag(pb::MessageKey::kFromMeFieldNumber);
}

void write_timer(const DisappearAfter& from, const Writing& with, proto::Writer& out) {
  proto::Writer protocol;
  protocol.number(Protocol::kTypeFieldNumber, kEphemeralType)
      .number(Protocol::kEphemeralExpirationFieldNumber, from.seconds)
      .integer(Protocol::kEphemeralSettingTimestampFieldNumber, with.now.seconds());
  out.message(pb::Message::kProtocolMessageFieldNumber, protocol);
}

constexpr stanza::MessageTraits kEditTraits{.edit = "1", .hide_failure = true};
// Never hidden: the service may drop those (10 section 1).
constexpr stanza::MessageTraits kRevokeTraits{.edit = "7"};
constexpr stanza::MessageTraits kRevokeOfOtherTraits{.edit = "8"};

}  // namespace

extern const Kind kEditKind = {
    .id = "",
    .is = is_edit,
    .traits = &kEditTraits,
    .write = write_as<Edit, write_edit>,
    .counts_as_last_message = false,
};
extern const Kind kRevokeKind = {
    .id = "",
    .is = is_revoke_of_ours,
    .traits = &kRevokeTraits,
    .write = write_as<Revoke, write_revoke>,
    .counts_as_last_message = false,
};
// Of another's message, as an admin of a group may.
extern const Kind kRevokeOfOtherKind = {
    .id = "",
    .is = is_revoke,
    .traits = &kRevokeOfOtherTraits,
    .counts_as_last_message = false,
};
// Stands last: any other protocol message.
extern const Kind kTimerKind = {
    .id = "",
    .field = pb::Message::kProtocolMessageFieldNumber,
    .write = write_as<DisappearAfter, write_timer>,
    .counts_as_last_message = false,
};

}  // namespace wa::client
