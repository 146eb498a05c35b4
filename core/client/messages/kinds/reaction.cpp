// An emoji at another message.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
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

constexpr stanza::MessageTraits kReactionTraits{.type = "reaction", .hide_failure = true};

}  // namespace

extern const Kind kReactionKind = {
    .id = "reaction",
    .is = has_field<pb::Message::kReactionMessageFieldNumber>,
    .traits = &kReactionTraits,
    .write = write_as<EmojiReaction, write_reaction>,
    .counts_as_last_message = false,
};

}  // namespace wa::client
