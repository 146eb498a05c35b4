// A poll.
// tested by unit/client/messages/envelope_test.cpp
#include "base/encoding.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr std::size_t kSecretBytes = 32;

// Votes are encrypted under the secret: without it nobody could vote.
void write_poll(const Poll& from, const Writing& with, pb::Message& out) {
  using Field = pb::PollCreationMessage;
  proto::Writer poll;
  poll.text(Field::kNameFieldNumber, from.question);
  for (const std::string& option : from.options) {
    poll.message(Field::kOptionsFieldNumber, proto::Writer().text(Field::Option::kOptionNameFieldNumber, option));
  }
  poll.number(Field::kSelectableOptionsCountFieldNumber, from.several ? 0 : 1);
  out.set_poll_creation_message(to_string(poll.written()));
  const auto secret = with.random.array<kSecretBytes>();
  out.mutable_message_context_info()->set_message_secret(to_string(ByteView(secret)));
}

constexpr stanza::MessageTraits kPollTraits{.type = "poll", .poll_type = "creation"};

}  // namespace

extern const Kind kPollKind = {
    .id = "poll",
    .is = [](const pb::Message& m) { return m.has_poll_creation_message(); },
    .traits = &kPollTraits,
    .write = write_as<Poll, write_poll>,
};

}  // namespace wa::client
