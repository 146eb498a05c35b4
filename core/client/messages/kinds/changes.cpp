// What changes another message or its chat. Received, these are protocol messages and not told (read_content.h).
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {
namespace {

constexpr int kRevokeType = 0, kEphemeralType = 3, kEditType = 14;

void write_edit(const Edit& from, const Writing& with, pb::Message& out) {
  pb::ProtocolMessage* protocol = out.mutable_edited_message()->mutable_message()->mutable_protocol_message();
  write_key(from.target, with.chat, protocol->mutable_key());
  protocol->set_type(kEditType);
  protocol->mutable_edited_message()->set_conversation(from.text);
  protocol->set_timestamp_ms(with.now.ms);
}

void write_revoke(const Revoke& from, const Writing& with, pb::Message& out) {
  write_key(from.target, with.chat, out.mutable_protocol_message()->mutable_key());
  out.mutable_protocol_message()->set_type(kRevokeType);
}

bool is_revoke(const pb::Message& message) {
  return message.has_protocol_message() && message.protocol_message().has_key() &&
         message.protocol_message().type() == kRevokeType;
}

bool is_revoke_of_ours(const pb::Message& message) {
  return is_revoke(message) && message.protocol_message().key().from_me();
}

void write_timer(const DisappearAfter& from, const Writing& with, pb::Message& out) {
  out.mutable_protocol_message()->set_type(kEphemeralType);
  out.mutable_protocol_message()->set_ephemeral_expiration(from.seconds);
  out.mutable_protocol_message()->set_ephemeral_setting_timestamp(with.now.seconds());
}

constexpr stanza::MessageTraits kEditTraits{.edit = "1", .hide_failure = true};
constexpr stanza::MessageTraits kRevokeTraits{.edit = "7", .hide_failure = true};
constexpr stanza::MessageTraits kRevokeOfOtherTraits{.edit = "8", .hide_failure = true};

}  // namespace

extern const Kind kEditKind = {
    .id = "",
    .is = [](const pb::Message& m) { return m.has_edited_message(); },
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
    .is = [](const pb::Message& m) { return m.has_protocol_message(); },
    .write = write_as<DisappearAfter, write_timer>,
    .counts_as_last_message = false,
};

}  // namespace wa::client
