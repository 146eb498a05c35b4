// tested by unit/client/messages/direct_chats_test.cpp
#include "client/messages/disappearing.h"

#include "client/messages/message_fields.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

using TimedContext = pb::ContextInfo;
constexpr int kExpiresField = TimedContext::kExpirationFieldNumber,
              kSetAtField = TimedContext::kEphemeralSettingTimestampFieldNumber,
              kPlainField = pb::Message::kConversationFieldNumber,
              kExtendedField = pb::Message::kExtendedTextMessageFieldNumber;

// Where each kind of content has its context (proto-fields.md): usually in field 17.
struct Place { std::uint8_t content, context; };
constexpr Place kPlaces[] = {
    {kExtendedField, 17}, {3, 17}, {4, 17}, {5, 17}, {7, 17},  {8, 17},  {9, 17}, {13, 17}, {18, 17},
    {26, 17},             {28, 7}, {30, 17}, {36, 8}, {38, 17}, {39, 4}, {42, 8}, {43, 3},  {45, 15},
    {48, 15},             {49, 5}, {60, 5},  {64, 5}, {66, 17}, {75, 1}, {83, 17},
};

const Place* place_of(const proto::Reader& message) {
  for (const Place& place : kPlaces) {
    if (message.has(place.content)) return &place;
  }
  return nullptr;
}

proto::Writer timed(const proto::Reader& context, const ChatTimer& timer) {
  proto::Writer out;
  out.items(context.items(), 1, kExpiresField - 1).number(kExpiresField, timer.seconds);
  if (timer.set_s > 0) out.integer(kSetAtField, timer.set_s);
  out.items(context.items(), kSetAtField + 1);
  return out;
}

}  // namespace

Bytes with_timer(ByteView original, const ChatTimer& timer) {
  const proto::Parsed message(original, kMessageFields);
  proto::Writer content, out;
  if (timer.seconds != 0 && message->has(kPlainField)) {
    content.text(pb::Message::ExtendedText::kTextFieldNumber, message->text(kPlainField)).message(17, timed({}, timer));
    out.items(message->items(), kPlainField + 1, kExtendedField - 1).message(kExtendedField, content);
    out.items(message->items(), kExtendedField + 1);
    return out.written();
  }
  const Place* place = timer.seconds != 0 ? place_of(*message) : nullptr;
  if (!place) return to_bytes(original);
  const proto::Parsed given(message->bytes(place->content));
  const proto::Parsed context(given->bytes(place->context));
  if (!given || !context) return to_bytes(original);
  content.items(given->items(), 1, place->context - 1).message(place->context, timed(*context, timer));
  content.items(given->items(), place->context + 1);
  out.items(message->items(), 1, place->content - 1).message(place->content, content);
  out.items(message->items(), place->content + 1);
  return out.written();
}

std::optional<ChatTimer> timer_in(const proto::Reader& message) {
  const Place* place = place_of(message);
  if (!place) return std::nullopt;
  const proto::Parsed content(message.bytes(place->content));
  const proto::Parsed context(content->bytes(place->context));
  if (!context->has_number(kExpiresField)) return std::nullopt;
  return ChatTimer{context->uint32(kExpiresField), context->int64(kSetAtField)};
}

}  // namespace wa::client
