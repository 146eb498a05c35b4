// An emoji at another message.
// tested by unit/client/messages/envelope_test.cpp
#include "base/encoding.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/message.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_reaction(const EmojiReaction& from, const Writing& with, pb::Message& out) {
  using Field = pb::ReactionMessage;
  pb::MessageKey key;
  write_key(from.target, with.chat, &key);
  proto::Writer reaction;
  reaction.bytes(Field::kKeyFieldNumber, proto::serialise(key))
      .text(Field::kTextFieldNumber, from.emoji)
      .number(Field::kSenderTimestampMsFieldNumber, static_cast<std::uint64_t>(with.now.ms));
  out.set_reaction_message(to_string(reaction.written()));
}

constexpr stanza::MessageTraits kReactionTraits{.type = "reaction", .hide_failure = true};

}  // namespace

extern const Kind kReactionKind = {
    .id = "reaction",
    .is = [](const pb::Message& m) { return m.has_reaction_message(); },
    .traits = &kReactionTraits,
    .write = write_as<EmojiReaction, write_reaction>,
    .counts_as_last_message = false,
};

}  // namespace wa::client
