// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind_table.h"

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {

extern const Kind kTextKind;                                                         // text.cpp
extern const Kind kImageKind, kVideoKind, kPtvKind, kAudioKind, kDocumentKind, kStickerKind;   // media.cpp
extern const Kind kContactKind, kContactsKind;                                       // contacts.cpp
extern const Kind kLocationKind, kLiveLocationKind;                                  // location.cpp
extern const Kind kReactionKind;                                                     // reaction.cpp
extern const Kind kPollKind;                                                         // poll.cpp
extern const Kind kListKind;                                                         // list.cpp
extern const Kind kEditKind, kRevokeKind, kTimerKind;                                // changes.cpp

namespace {

// Of a message with several contents the first line counts.
constexpr KindLine kKinds[] = {
    {&kTextKind, body<Text>()},
    {&kImageKind},
    {&kVideoKind},
    {&kPtvKind},
    {&kAudioKind},
    {&kDocumentKind},
    {&kStickerKind},
    {&kContactKind, body<ContactCards>()},
    {&kContactsKind},  // written by contact
    {&kLocationKind, body<Location>()},
    {&kLiveLocationKind},
    {&kReactionKind, body<EmojiReaction>()},
    {&kPollKind, body<Poll>()},
    {&kListKind},
    {&kEditKind, body<Edit>()},
    {&kRevokeKind, body<Revoke>()},
    {&kTimerKind, body<DisappearAfter>()},
};
static_assert(each_body_has_one_kind<MessageBody>(kKinds), "a message body has no kind that writes it, or two");

const Kind* kind_of(const proto::Reader& message) {
  for (const KindLine& line : kKinds) {
    if (line.kind->is(message)) return line.kind;
  }
  return nullptr;
}

}  // namespace

proto::Writer written_key(const MessageRef& of, const wire::Jid& chat) {
  using Field = pb::MessageKey;
  proto::Writer key;
  key.text(Field::kRemoteJidFieldNumber, chat.user_jid().text())
      .number(Field::kFromMeFieldNumber, of.from_me)
      .text(Field::kIdFieldNumber, of.id);
  const bool of_other_in_group = !of.from_me && chat.server == wire::Server::group;
  if (of.participant && of_other_in_group) key.text(Field::kParticipantFieldNumber, of.participant->user_jid().text());
  return key;
}

Bytes build_body_content(const MessageBody& body, const wire::Jid& chat, WallTime now, Random& random) {
  proto::Writer message;
  for (const KindLine& line : kKinds) {
    if (line.body == body.index() && line.kind->write) line.kind->write(body, {chat, now, random}, message);
  }
  return message.written();
}

stanza::MessageTraits traits_of(ByteView content) {
  const proto::Parsed message(content, kMessageFields);
  if (!message) return {};
  const Kind* kind = kind_of(*message);
  return kind && kind->traits ? kind->traits(*message) : stanza::MessageTraits();
}

bool counts_as_last_message(ByteView content) {
  const proto::Parsed message(content, kMessageFields);
  if (!message) return false;
  const Kind* kind = kind_of(*message);
  return !kind || kind->counts_as_last_message;
}

const Kind* told_kind_of(const proto::Reader& message) {
  for (const KindLine& line : kKinds) {
    if (*line.kind->id != '\0' && line.kind->is(message)) return line.kind;
  }
  return nullptr;
}

}  // namespace wa::client
