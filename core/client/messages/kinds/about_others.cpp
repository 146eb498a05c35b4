// What is about another message: votes, pins, keeps, and what is sealed under the secret of the other one (10 sections
// 7, 8). Here it is read; whose the other message is, and what was sealed, about.h finds out.
// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/said.h"
#include "e2e.pb.h"

namespace wa::client {
namespace {

using Message = pb::Message;
using SealedFields = pb::SealedMessage;

void take_sealed(Seal use, const proto::Reader& of, int payload, int iv, Content& out) {
  out.sealed = AddOn{use, to_bytes(of.bytes(payload)), to_bytes(of.bytes(iv))};
}

void read_vote(const proto::Reader& message, Content& out) {
  using Field = pb::PollUpdateMessage;
  const proto::Reader update = message.message(Message::kPollUpdateMessageFieldNumber);
  out.key = read_key(update.message(Field::kPollCreationMessageKeyFieldNumber));
  take_sealed(Seal::vote, update.message(Field::kVoteFieldNumber), pb::PollEncValue::kEncPayloadFieldNumber,
              pb::PollEncValue::kEncIvFieldNumber, out);
  mark_change(Change::voted, out);
}

void read_pin(const proto::Reader& message, Content& out) {
  using Field = pb::PinInChatMessage;
  const bool pin = message.has(Message::kPinInChatMessageFieldNumber);
  const proto::Reader of =
      message.message(pin ? int{Message::kPinInChatMessageFieldNumber} : int{Message::kKeepInChatMessageFieldNumber});
  const bool undone = of.int32(Field::kTypeFieldNumber) == 2;
  out.key = read_key(of.message(Field::kKeyFieldNumber));
  mark_change(pin ? (undone ? Change::unpinned : Change::pinned) : (undone ? Change::unkept : Change::kept), out);
}

template <int Field, Seal Use>
void read_sealed(const proto::Reader& message, Content& out) {
  const proto::Reader of = message.message(Field);
  out.key = read_key(of.message(SealedFields::kTargetMessageKeyFieldNumber));
  take_sealed(Use, of, SealedFields::kEncPayloadFieldNumber, SealedFields::kEncIvFieldNumber, out);
}

// Edits as they are written since 2026.
void read_sealed_edit(const proto::Reader& message, Content& out) {
  constexpr Seal kUses[] = {Seal::event_edit, Seal::edit, Seal::edit, Seal::poll_edit, Seal::poll_option};
  read_sealed<Message::kSecretEncryptedMessageFieldNumber, Seal::edit>(message, out);
  const int type = message.message(Message::kSecretEncryptedMessageFieldNumber)
                       .int32(SealedFields::kSecretEncTypeFieldNumber);
  constexpr int kScheduled = 3;   // a message that is sent later: changes nothing yet
  if (type >= 1 && type <= 5 && type != kScheduled) {
    out.sealed->use = kUses[type - 1];
    mark_change(Change::edited, out);
  } else {
    out.type.clear();
  }
}

void read_comment(const proto::Reader& message, Content& out) {
  const proto::Reader comment = message.message(Message::kCommentMessageFieldNumber);
  out.key = read_key(comment.message(pb::CommentMessage::kTargetMessageKeyFieldNumber));
  out.text = summary_of(comment.message(pb::CommentMessage::kMessageFieldNumber)).text;
}

// An own keep that is undone is taken back.
void adapt_keep(const proto::Reader& message, stanza::MessageTraits& out) {
  using Field = pb::PinInChatMessage;
  const proto::Reader keep = message.message(Message::kKeepInChatMessageFieldNumber);
  const bool ours = keep.message(Field::kKeyFieldNumber).flag(pb::MessageKey::kFromMeFieldNumber);
  if (ours && keep.int32(Field::kTypeFieldNumber) == 2) out.edit = "7";
}

constexpr stanza::MessageTraits kVoteTraits{.type = "poll", .meta = {"polltype", "vote"}, .hide_failure = true};
constexpr stanza::MessageTraits kPinTraits{.edit = "2", .hide_failure = true};
constexpr stanza::MessageTraits kKeepTraits{.hide_failure = true};
constexpr stanza::MessageTraits kSealedReactionTraits{.type = "reaction", .hide_failure = true};
constexpr stanza::MessageTraits kEventAnswerTraits{
    .type = "event", .meta = {"event_type", "response"}, .hide_failure = true};

}  // namespace

extern const Kind kVoteKind = {
    .id = "poll_vote",
    .field = Message::kPollUpdateMessageFieldNumber,
    .traits = &kVoteTraits,
    .read = read_vote,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kPinKind = {
    .id = "pin",
    .field = Message::kPinInChatMessageFieldNumber,
    .traits = &kPinTraits,
    .read = read_pin,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kKeepKind = {
    .id = "keep",
    .field = Message::kKeepInChatMessageFieldNumber,
    .traits = &kKeepTraits,
    .adapt = adapt_keep,
    .read = read_pin,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kSealedEditKind = {
    .id = "edit",
    .field = Message::kSecretEncryptedMessageFieldNumber,
    .read = read_sealed_edit,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kSealedReactionKind = {
    .id = "reaction",
    .field = Message::kEncReactionMessageFieldNumber,
    .traits = &kSealedReactionTraits,
    .read = read_sealed<Message::kEncReactionMessageFieldNumber, Seal::reaction>,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kSealedCommentKind = {
    .id = "comment",
    .field = Message::kEncCommentMessageFieldNumber,
    .read = read_sealed<Message::kEncCommentMessageFieldNumber, Seal::comment>,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kCommentKind = {
    .id = "comment",
    .field = Message::kCommentMessageFieldNumber,
    .read = read_comment,
    .context = 0,
    .counts_as_last_message = false,
};
extern const Kind kEventAnswerKind = {
    .id = "event_response",
    .field = Message::kEncEventResponseMessageFieldNumber,
    .traits = &kEventAnswerTraits,
    .read = read_sealed<Message::kEncEventResponseMessageFieldNumber, Seal::event_answer>,
    .context = 0,
    .counts_as_last_message = false,
};

}  // namespace wa::client
