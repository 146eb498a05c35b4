// A poll.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr std::size_t kSecretBytes = 32;

// Votes are encrypted under the secret: without it nobody could vote.
void write_poll(const Poll& from, const Writing& with, proto::Writer& out) {
  using Field = pb::PollCreationMessage;
  proto::Writer poll;
  poll.text(Field::kNameFieldNumber, from.question);
  for (const std::string& option : from.options) {
    poll.message(Field::kOptionsFieldNumber, proto::Writer().text(Field::Option::kOptionNameFieldNumber, option));
  }
  poll.number(Field::kSelectableOptionsCountFieldNumber, from.several ? 0 : 1);
  proto::Writer context;
  context.bytes(pb::MessageContextInfo::kMessageSecretFieldNumber, with.random.array<kSecretBytes>());
  out.message(pb::Message::kMessageContextInfoFieldNumber, context)
      .message(pb::Message::kPollCreationMessageFieldNumber, poll);
}

constexpr stanza::MessageTraits kPollTraits{.type = "poll", .poll_type = "creation"};

}  // namespace

extern const Kind kPollKind = {
    .id = "poll",
    .is = has_field<pb::Message::kPollCreationMessageFieldNumber>,
    .traits = &kPollTraits,
    .write = write_as<Poll, write_poll>,
};

}  // namespace wa::client
