// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind_table.h"

#include "client/messages/kinds/said.h"
#include "client/messages/message_context.h"
#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {

extern const Kind kStatusTextKind, kTextKind;                                                         // text.cpp
extern const Kind kImageKind, kVideoKind, kPtvKind, kAudioKind, kDocumentKind, kStickerKind;   // media.cpp
extern const Kind kContactKind, kContactsKind;                                       // contacts.cpp
extern const Kind kLocationKind, kLiveLocationKind;                                  // location.cpp
extern const Kind kReactionKind;                                                     // reaction.cpp
extern const Kind kPollKind;                                                         // poll.cpp
extern const Kind kPollV2Kind, kPollV3Kind, kPollV5Kind, kPollV6Kind;                // poll.cpp
extern const Kind kCatalogKind, kListKind, kButtonsKind, kTemplateKind, kInteractiveKind;          // list.cpp
extern const Kind kListAnswerKind, kButtonAnswerKind, kTemplateAnswerKind, kInteractiveAnswerKind;   // list.cpp
extern const Kind kStickerPackKind;                                                  // media.cpp
extern const Kind kVoteKind, kPinKind, kKeepKind, kSealedEditKind, kSealedReactionKind;   // about_others.cpp
extern const Kind kSealedCommentKind, kCommentKind, kEventAnswerKind;                // about_others.cpp
extern const Kind kGroupInviteKind, kNewsletterInviteKind, kProductKind, kOrderKind, kEventKind;   // rare.cpp
extern const Kind kEventInviteKind, kAlbumKind, kPollResultKind, kPollResultV3Kind;  // rare.cpp
extern const Kind kPaymentRequestKind, kPaymentKind, kPaymentDeclinedKind, kPaymentCancelledKind;   // rare.cpp
extern const Kind kPaymentInviteKind, kPhoneNumberWantedKind, kCallLogKind;          // rare.cpp
extern const Kind kEditKind, kRevokeKind, kRevokeOfOtherKind, kTimerKind;            // changes.cpp

namespace {

constexpr std::size_t kMessageSecretBytes = 32;
constexpr int kAlbumPart = 1;

// Of a message with several contents the first line counts.
constexpr KindLine kKinds[] = {
    {&kStatusTextKind, 60, body<StatusText>()},
    {&kTextKind, 1, body<Text>()},
    {&kImageKind, 2, body<FileBody>()},
    {&kVideoKind, 3},     // files are written by image
    {&kPtvKind, 4},
    {&kAudioKind, 5},
    {&kDocumentKind, 6},
    {&kStickerKind, 7},
    {&kContactKind, 8, body<ContactCards>()},
    {&kContactsKind, 9},  // written by contact
    {&kLocationKind, 10, body<Location>()},
    {&kLiveLocationKind, 11, body<LiveLocation>()},
    {&kReactionKind, 12, body<EmojiReaction>()},
    {&kPollKind, 13, body<Poll>()},
    {&kListKind, 14, body<ChoiceList>()},
    {&kEditKind, 15, body<Edit>()},
    {&kRevokeKind, 16, body<Revoke>()},
    {&kRevokeOfOtherKind, 17},  // written by revoke
    {&kTimerKind, 18, body<DisappearAfter>()},
    {&kPollV2Kind, 19},
    {&kPollV3Kind, 20},
    {&kPollV5Kind, 21},
    {&kPollV6Kind, 22},
    {&kButtonsKind, 23},
    {&kTemplateKind, 24},
    {&kInteractiveKind, 25, body<Interactive>()},
    {&kListAnswerKind, 26, body<ListAnswer>()},
    {&kButtonAnswerKind, 27, body<ButtonAnswer>()},
    {&kTemplateAnswerKind, 28},
    {&kInteractiveAnswerKind, 29},
    {&kStickerPackKind, 30},
    {&kVoteKind, 31},
    {&kPinKind, 32},
    {&kKeepKind, 33},
    {&kSealedEditKind, 34},
    {&kSealedReactionKind, 35},
    {&kSealedCommentKind, 36},
    {&kCommentKind, 37},
    {&kEventAnswerKind, 38},
    {&kGroupInviteKind, 39, body<GroupInvite>()},
    {&kNewsletterInviteKind, 40},
    {&kProductKind, 41, body<Product>()},
    {&kOrderKind, 42},
    {&kEventKind, 43, body<EventPlan>()},
    {&kEventInviteKind, 44},
    {&kAlbumKind, 45, body<Album>()},
    {&kPollResultKind, 46},
    {&kPollResultV3Kind, 47},
    {&kPaymentRequestKind, 48, body<PaymentRequest>()},
    {&kPaymentKind, 49, body<Payment>()},
    {&kPaymentDeclinedKind, 50, body<PaymentDecline>()},
    {&kPaymentCancelledKind, 51, body<PaymentCancel>()},
    {&kPaymentInviteKind, 52},
    {&kPhoneNumberWantedKind, 53},
    {&kCallLogKind, 54},
    {&kCatalogKind, 55, body<Catalog>()},  // read as a list
};
static_assert(each_body_has_one_kind<MessageBody>(kKinds), "a message body has no kind that writes it, or two");
static_assert(each_has_its_number(kKinds), "a kind has no number, or that of another");

bool is_kind(const Kind& kind, const proto::Reader& message) {
  return kind.is ? kind.is(message) : message.has(kind.field);
}

const Kind* kind_of(const proto::Reader& message) {
  for (const KindLine& line : kKinds) {
    if (is_kind(*line.kind, message)) return line.kind;
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

WrittenBody write_body(const MessageBody& body, const wire::Jid& chat, WallTime now, Random& random,
                       const MessageContext& context) {
  using Info = pb::MessageContextInfo;
  constexpr int kInfo = pb::Message::kMessageContextInfoFieldNumber;
  const Kind* writer = nullptr;
  for (const KindLine& line : kKinds) {
    if (line.body == body.index()) writer = line.kind;
  }
  if (!writer || !writer->write) return {};
  proto::Writer message, info, out;
  if (writer->counts_as_last_message) info.bytes(Info::kMessageSecretFieldNumber, random.array<kMessageSecretBytes>());
  writer->write(body, {chat, now, info}, message);
  if (!context.album.empty()) {
    proto::Writer part;
    part.number(pb::MessageAssociation::kAssociationTypeFieldNumber, kAlbumPart)
        .message(pb::MessageAssociation::kParentMessageKeyFieldNumber, written_key({context.album, true, {}}, chat));
    info.message(Info::kMessageAssociationFieldNumber, part);
  }
  Bytes content = with_context(message.written(), context);
  if (!content.empty() && !info.written().empty()) {
    content = std::move(out.replaced(proto::Items(content), kInfo, info.written())).written();
  }
  const Kind* kind = kind_of_content(content);
  return {std::move(content), kind};
}

stanza::MessageTraits traits_of(const Kind* kind, ByteView content) {
  stanza::MessageTraits out = kind && kind->traits ? *kind->traits : stanza::MessageTraits();
  if (!kind || !kind->adapt) return out;
  const proto::Parsed message(content, kMessageFields);
  proto::Reader inner = *message;
  Content unused;
  unwrap_all(inner, unused);
  kind->adapt(inner, out);
  return out;
}

std::uint8_t number_of(const Kind* kind) {
  for (const KindLine& line : kKinds) {
    if (line.kind == kind) return line.number;
  }
  return 0;
}

const Kind* kind_of_number(std::uint8_t number) {
  for (const KindLine& line : kKinds) {
    if (line.number == number) return line.kind;
  }
  return nullptr;
}

const Kind* kind_of_content(ByteView content) {
  const proto::Parsed message(content, kMessageFields);
  if (!message) return nullptr;
  proto::Reader inner = *message;
  Content unused;
  unwrap_all(inner, unused);
  return kind_of(inner);
}

const Kind* told_kind_of(const proto::Reader& message) {
  for (const KindLine& line : kKinds) {
    if (*line.kind->id != '\0' && is_kind(*line.kind, message)) return line.kind;
  }
  return nullptr;
}

const Kind* kind_named(std::string_view id) {
  for (const KindLine& line : kKinds) {
    if (!id.empty() && id == line.kind->id) return line.kind;
  }
  return nullptr;
}

}  // namespace wa::client
