// An emoji at another message.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/said.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_reaction(const EmojiReaction& from, const Writing& with, proto::Writer& out) {
  using Field = pb::ReactionMessage;
  proto::Writer reaction;
  reaction.message(Field::kKeyFieldNumber, written_key(from.target, with.chat))
      .text(Field::kTextFieldNumber, from.emoji)
      .number(Field::kSenderTimestampMsFieldNumber, static_cast<std::uint64_t>(with.now.ms));
  out.message(pb::Message::kReactionMessageFieldNumber, reaction);
}

void read_reaction(const proto::Reader& message, Content& out) {
  const proto::Reader reaction = message.message(pb::Message::kReactionMessageFieldNumber);
  out.key = read_key(reaction.message(pb::ReactionMessage::kKeyFieldNumber));
}

void adapt_reaction(const proto::Reader& message, stanza::MessageTraits& out) {
  const proto::Reader reaction = message.message(pb::Message::kReactionMessageFieldNumber);
  if (reaction.bytes(pb::ReactionMessage::kTextFieldNumber).empty()) out.edit = "7";
}

constexpr stanza::MessageTraits kReactionTraits{.type = "reaction", .hide_failure = true};

}  // namespace

extern const Kind kReactionKind = {
    .id = "reaction",
    .field = pb::Message::kReactionMessageFieldNumber,
    .traits = &kReactionTraits,
    .adapt = adapt_reaction,
    .write = write_as<EmojiReaction, write_reaction>,
    .text = {pb::ReactionMessage::kTextFieldNumber},
    .read = read_reaction,
    .context = 0,
    .counts_as_last_message = false,
};

}  // namespace wa::client
