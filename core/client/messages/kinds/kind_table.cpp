#include "client/messages/kinds/kind_table.h"

#include "base/encoding.h"
#include "e2e.pb.h"
#include "proto/message.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr int kRevokeType = 0, kEphemeralType = 3, kEditType = 14;
constexpr std::size_t kSecretBytes = 32;

void write_key(const MessageRef& of, const wire::Jid& chat, pb::MessageKey* key) {
  key->set_remote_jid(chat.user_jid().text());
  key->set_from_me(of.from_me);
  key->set_id(of.id);
  const bool of_other_in_group = !of.from_me && chat.server == wire::Server::group;
  if (of.participant && of_other_in_group) key->set_participant(of.participant->user_jid().text());
}

proto::Writer card(const ContactCard& from) {
  using Field = pb::ContactMessage;
  proto::Writer out;
  out.text(Field::kDisplayNameFieldNumber, from.name).text(Field::kVcardFieldNumber, from.vcard);
  return out;
}

struct BodyWriter {
  const wire::Jid& chat;
  WallTime now;
  Random& random;
  pb::Message& out;

  void operator()(const EmojiReaction& from) {
    using Field = pb::ReactionMessage;
    pb::MessageKey key;
    write_key(from.target, chat, &key);
    proto::Writer reaction;
    reaction.bytes(Field::kKeyFieldNumber, proto::serialise(key))
        .text(Field::kTextFieldNumber, from.emoji)
        .number(Field::kSenderTimestampMsFieldNumber, static_cast<std::uint64_t>(now.ms));
    out.set_reaction_message(to_string(reaction.written()));
  }
  void operator()(const Location& from) {
    using Field = pb::LocationMessage;
    proto::Writer location;
    location.real(Field::kDegreesLatitudeFieldNumber, from.latitude).real(Field::kDegreesLongitudeFieldNumber, from.longitude);
    if (!from.name.empty()) location.text(Field::kNameFieldNumber, from.name);
    if (!from.address.empty()) location.text(Field::kAddressFieldNumber, from.address);
    if (!from.url.empty()) location.text(Field::kUrlFieldNumber, from.url);
    if (!from.comment.empty()) location.text(Field::kCommentFieldNumber, from.comment);
    out.set_location_message(to_string(location.written()));
  }
  void operator()(const ContactCards& from) {
    if (from.cards.size() == 1) {
      out.set_contact_message(to_string(card(from.cards[0]).written()));
      return;
    }
    using Field = pb::ContactsArrayMessage;
    proto::Writer all;
    all.text(Field::kDisplayNameFieldNumber, std::to_string(from.cards.size()) + " contacts");
    for (const ContactCard& each : from.cards) all.message(Field::kContactsFieldNumber, card(each));
    out.set_contacts_array_message(to_string(all.written()));
  }
  // Votes are encrypted under the secret: without it nobody could vote.
  void operator()(const Poll& from) {
    using Field = pb::PollCreationMessage;
    proto::Writer poll;
    poll.text(Field::kNameFieldNumber, from.question);
    for (const std::string& option : from.options) {
      poll.message(Field::kOptionsFieldNumber, proto::Writer().text(Field::Option::kOptionNameFieldNumber, option));
    }
    poll.number(Field::kSelectableOptionsCountFieldNumber, from.several ? 0 : 1);
    out.set_poll_creation_message(to_string(poll.written()));
    out.mutable_message_context_info()->set_message_secret(to_string(ByteView(random.array<kSecretBytes>())));
  }
  void operator()(const Edit& from) {
    pb::ProtocolMessage* protocol = out.mutable_edited_message()->mutable_message()->mutable_protocol_message();
    write_key(from.target, chat, protocol->mutable_key());
    protocol->set_type(kEditType);
    protocol->mutable_edited_message()->set_conversation(from.text);
    protocol->set_timestamp_ms(now.ms);
  }
  void operator()(const Revoke& from) {
    write_key(from.target, chat, out.mutable_protocol_message()->mutable_key());
    out.mutable_protocol_message()->set_type(kRevokeType);
  }
  void operator()(const DisappearAfter& from) {
    out.mutable_protocol_message()->set_type(kEphemeralType);
    out.mutable_protocol_message()->set_ephemeral_expiration(from.seconds);
    out.mutable_protocol_message()->set_ephemeral_setting_timestamp(now.seconds());
  }
};

}  // namespace

Bytes build_body_content(const MessageBody& body, const wire::Jid& chat, WallTime now, Random& random) {
  pb::Message message;
  std::visit(BodyWriter{chat, now, random, message}, body);
  return proto::serialise(message);
}

stanza::MessageTraits traits_of(ByteView content) {
  stanza::MessageTraits out;
  pb::Message message;
  if (!proto::parse(message, content)) return out;
  if (message.has_reaction_message()) {
    out.type = "reaction";
    out.hide_failure = true;
  } else if (message.has_poll_creation_message()) {
    out.type = "poll";
    out.poll_type = "creation";
  } else if (message.has_location_message()) {
    out.type = "media";
    out.media_type = "location";
  } else if (message.has_contact_message()) {
    out.type = "media";
    out.media_type = "vcard";
  } else if (message.has_contacts_array_message()) {
    out.type = "media";
    out.media_type = "contact_array";
  } else if (message.has_edited_message()) {
    out.edit = "1";
    out.hide_failure = true;
  } else if (message.has_protocol_message() && message.protocol_message().has_key() &&
             message.protocol_message().type() == kRevokeType) {
    out.edit = message.protocol_message().key().from_me() ? "7" : "8";
    out.hide_failure = true;
  }
  return out;
}

bool is_of_chat(ByteView content) {
  pb::Message message;
  return proto::parse(message, content) && !message.has_reaction_message() && !message.has_edited_message() &&
         !message.has_protocol_message();
}

}  // namespace wa::client
