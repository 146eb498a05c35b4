// A poll.
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_poll(const Poll& from, const Writing&, proto::Writer& out) {
  using Field = pb::PollCreationMessage;
  proto::Writer poll;
  poll.text(Field::kNameFieldNumber, from.question);
  for (const std::string& option : from.options) {
    poll.message(Field::kOptionsFieldNumber, proto::Writer().text(Field::Option::kOptionNameFieldNumber, option));
  }
  poll.number(Field::kSelectableOptionsCountFieldNumber, from.several ? 0 : 1);
  out.message(pb::Message::kPollCreationMessageFieldNumber, poll);
}

constexpr int kPollFields[] = {
    pb::Message::kPollCreationMessageFieldNumber,   pb::Message::kPollCreationMessageV2FieldNumber,
    pb::Message::kPollCreationMessageV3FieldNumber, pb::Message::kPollCreationMessageV5FieldNumber,
    pb::Message::kPollCreationMessageV6FieldNumber};
constexpr std::size_t kOptionsReadMax = 64;

void read_poll(const proto::Reader& message, Content& out) {
  using Field = pb::PollCreationMessage;
  for (const int field : kPollFields) {
    if (!message.has(field)) continue;
    const proto::Reader from = message.message(field);
    Poll poll;
    poll.question = out.text;
    poll.several = from.uint32(Field::kSelectableOptionsCountFieldNumber) != 1;
    for (proto::Repeated each = from.repeated(Field::kOptionsFieldNumber);
         poll.options.size() < kOptionsReadMax && each.next();) {
      poll.options.push_back(clean_text(each.message().text(Field::Option::kOptionNameFieldNumber)));
    }
    out.poll = std::move(poll);
    return;
  }
}

constexpr stanza::MessageTraits kPollTraits{.type = "poll", .meta = {"polltype", "creation"}};

constexpr Kind read_only_poll(int field) {
  return {.id = "poll",
          .field = field,
          .traits = &kPollTraits,
          .text = {pb::PollCreationMessage::kNameFieldNumber},
          .read = read_poll,
          .context = 5};
}

}  // namespace

extern const Kind kPollKind = {
    .id = "poll",
    .field = pb::Message::kPollCreationMessageFieldNumber,
    .traits = &kPollTraits,
    .write = write_as<Poll, write_poll>,
    .text = {pb::PollCreationMessage::kNameFieldNumber},
    .read = read_poll,
    .context = 5,
};
// What others write, by what their polls can do (10 section 7).
extern const Kind kPollV2Kind = read_only_poll(pb::Message::kPollCreationMessageV2FieldNumber);
extern const Kind kPollV3Kind = read_only_poll(pb::Message::kPollCreationMessageV3FieldNumber);
extern const Kind kPollV5Kind = read_only_poll(pb::Message::kPollCreationMessageV5FieldNumber);
extern const Kind kPollV6Kind = read_only_poll(pb::Message::kPollCreationMessageV6FieldNumber);

}  // namespace wa::client
