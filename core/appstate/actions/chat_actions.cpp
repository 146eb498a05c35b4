// What is done to a chat or to a message in it.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

// --- the range of messages

using Key = pb::SyncMessageKey;
using Range = pb::SyncMessageRange;

proto::Writer written_key(const MessageKey& from) {
  proto::Writer to;
  to.text(Key::kRemoteJidFieldNumber, from.chat)
      .number(Key::kFromMeFieldNumber, from.from_me)
      .text(Key::kIdFieldNumber, from.id);
  if (!from.participant.empty()) to.text(Key::kParticipantFieldNumber, from.participant);
  return to;
}

void write_range(const std::optional<MessageRange>& from, int field, proto::Writer& action) {
  if (!from) return;
  proto::Writer to;
  if (from->last_message_s) to.integer(Range::kLastMessageTimestampFieldNumber, *from->last_message_s);
  if (from->last_system_message_s) {
    to.integer(Range::kLastSystemMessageTimestampFieldNumber, *from->last_system_message_s);
  }
  for (const MessageRange::Entry& entry : from->messages) {
    proto::Writer message;
    message.message(Range::Entry::kKeyFieldNumber, written_key(entry.key))
        .integer(Range::Entry::kTimestampFieldNumber, entry.timestamp_s);
    to.message(Range::kMessagesFieldNumber, message);
  }
  action.message(field, to);
}

std::optional<std::int64_t> read_time(const proto::Reader& from, int field) {
  if (!from.has_number(field)) return std::nullopt;
  return from.int64(field);
}

std::optional<MessageRange> read_range(const proto::Reader& action, int field) {
  if (!action.has(field)) return std::nullopt;
  const proto::Reader from = action.message(field);
  MessageRange range;
  range.last_message_s = read_time(from, Range::kLastMessageTimestampFieldNumber);
  range.last_system_message_s = read_time(from, Range::kLastSystemMessageTimestampFieldNumber);
  for (proto::Repeated each = from.repeated(Range::kMessagesFieldNumber); each.next();) {
    const proto::Reader entry = each.message(), key = entry.message(Range::Entry::kKeyFieldNumber);
    range.messages.push_back({{key.text(Key::kRemoteJidFieldNumber), key.text(Key::kIdFieldNumber),
                               key.flag(Key::kFromMeFieldNumber), key.text(Key::kParticipantFieldNumber)},
                              entry.int64(Range::Entry::kTimestampFieldNumber)});
  }
  return range;
}

// Archive and mark_read: a flag and a range.
void write_flag_range(bool flag, const std::optional<MessageRange>& range, int action, proto::Writer& value) {
  proto::Writer to;
  to.number(ActionValue::FlagRange::kValueFieldNumber, flag);
  write_range(range, ActionValue::FlagRange::kMessageRangeFieldNumber, to);
  value.message(action, to);
}

std::optional<MessageRange> read_flag_range(const proto::Reader& value, int action) {
  return read_range(value.message(action), ActionValue::FlagRange::kMessageRangeFieldNumber);
}

// Clear and delete: the range alone.
void write_only_range(const std::optional<MessageRange>& range, int action, proto::Writer& value) {
  proto::Writer to;
  write_range(range, ActionValue::Range::kMessageRangeFieldNumber, to);
  value.message(action, to);
}

std::optional<MessageRange> read_only_range(const proto::Reader& value, int action) {
  return read_range(value.message(action), ActionValue::Range::kMessageRangeFieldNumber);
}

// --- the actions

constexpr int kStar = ActionValue::kStarActionFieldNumber, kMute = ActionValue::kMuteActionFieldNumber,
              kPin = ActionValue::kPinActionFieldNumber, kArchive = ActionValue::kArchiveChatActionFieldNumber,
              kDeleteMessage = ActionValue::kDeleteMessageForMeActionFieldNumber,
              kMarkRead = ActionValue::kMarkChatAsReadActionFieldNumber,
              kClear = ActionValue::kClearChatActionFieldNumber, kDelete = ActionValue::kDeleteChatActionFieldNumber,
              kLock = ActionValue::kLockChatActionFieldNumber;

IndexParts chat_index(const auto& a) { return {a.chat}; }
IndexParts key_index(const auto& a) { return message_parts(a.key); }

void write_archive(const Archive& a, proto::Writer& value) {
  write_flag_range(a.archived, a.range, kArchive, value);
}

std::optional<Archive> read_archive(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kArchive)) return std::nullopt;
  return Archive{parts[1], read_flag(value, kArchive), read_flag_range(value, kArchive)};
}

void write_pin(const Pin& a, proto::Writer& value) { write_flag(a.pinned, kPin, value); }

std::optional<Pin> read_pin(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kPin)) return std::nullopt;
  return Pin{parts[1], read_flag(value, kPin)};
}

void write_mute(const Mute& a, proto::Writer& value) {
  proto::Writer to;
  to.number(ActionValue::Mute::kMutedFieldNumber, a.muted);
  if (a.end_ms) to.integer(ActionValue::Mute::kMuteEndTimestampFieldNumber, *a.end_ms);
  value.message(kMute, to);
}

std::optional<Mute> read_mute(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kMute)) return std::nullopt;
  const proto::Reader action = value.message(kMute);
  return Mute{parts[1], action.flag(ActionValue::Mute::kMutedFieldNumber),
              read_time(action, ActionValue::Mute::kMuteEndTimestampFieldNumber)};
}

void write_mark_read(const MarkRead& a, proto::Writer& value) {
  write_flag_range(a.read, a.range, kMarkRead, value);
}

std::optional<MarkRead> read_mark_read(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kMarkRead)) return std::nullopt;
  return MarkRead{parts[1], read_flag(value, kMarkRead), read_flag_range(value, kMarkRead)};
}

void write_star(const Star& a, proto::Writer& value) { write_flag(a.starred, kStar, value); }

std::optional<Star> read_star(const IndexParts& parts, const proto::Reader& value, bool) {
  return Star{read_message_parts(parts, 1), read_flag(value, kStar)};
}

void write_delete_message(const DeleteMessageForMe& a, proto::Writer& value) {
  proto::Writer to;
  to.number(ActionValue::DeleteForMe::kDeleteMediaFieldNumber, a.delete_media)
      .integer(ActionValue::DeleteForMe::kMessageTimestampFieldNumber, a.message_s);
  value.message(kDeleteMessage, to);
}

std::optional<DeleteMessageForMe> read_delete_message(const IndexParts& parts, const proto::Reader& value, bool) {
  using Of = ActionValue::DeleteForMe;
  const proto::Reader action = value.message(kDeleteMessage);
  return DeleteMessageForMe{read_message_parts(parts, 1), action.flag(Of::kDeleteMediaFieldNumber),
                            action.int64(Of::kMessageTimestampFieldNumber)};
}

IndexParts clear_index(const ClearChat& a) { return {a.chat, digit(a.delete_starred), digit(a.delete_media)}; }

void write_clear(const ClearChat& a, proto::Writer& value) { write_only_range(a.range, kClear, value); }

std::optional<ClearChat> read_clear(const IndexParts& parts, const proto::Reader& value, bool) {
  return ClearChat{parts[1], parts[2] == "1", parts[3] == "1", read_only_range(value, kClear)};
}

IndexParts delete_index(const DeleteChat& a) { return {a.chat, digit(a.delete_media)}; }

void write_delete(const DeleteChat& a, proto::Writer& value) { write_only_range(a.range, kDelete, value); }

std::optional<DeleteChat> read_delete(const IndexParts& parts, const proto::Reader& value, bool) {
  const bool media = parts.size() >= 3 && parts[2] == "1";
  return DeleteChat{parts[1], media, read_only_range(value, kDelete)};
}

void write_lock(const Lock& a, proto::Writer& value) { write_flag(a.locked, kLock, value); }

std::optional<Lock> read_lock(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kLock)) return std::nullopt;
  return Lock{parts[1], read_flag(value, kLock)};
}

}  // namespace

template <> ActionRow<Archive> action_row() {
  return {"archive", Collection::regular_low, 3, 2, chat_index, write_archive, read_archive};
}
template <> ActionRow<Pin> action_row() {
  return {"pin_v1", Collection::regular_low, 5, 2, chat_index, write_pin, read_pin};
}
template <> ActionRow<Mute> action_row() {
  return {"mute", Collection::regular_high, 2, 2, chat_index, write_mute, read_mute};
}
template <> ActionRow<MarkRead> action_row() {
  return {"markChatAsRead", Collection::regular_low, 3, 2, chat_index, write_mark_read, read_mark_read};
}
template <> ActionRow<Star> action_row() {
  return {"star", Collection::regular_high, 2, 5, key_index, write_star, read_star};
}
template <> ActionRow<DeleteMessageForMe> action_row() {
  return {"deleteMessageForMe", Collection::regular_high, 3, 5, key_index, write_delete_message, read_delete_message};
}
template <> ActionRow<ClearChat> action_row() {
  return {"clearChat", Collection::regular_high, 6, 4, clear_index, write_clear, read_clear};
}
template <> ActionRow<DeleteChat> action_row() {
  return {"deleteChat", Collection::regular_high, 6, 2, delete_index, write_delete, read_delete};
}
template <> ActionRow<Lock> action_row() {
  return {"lock", Collection::regular_low, 7, 2, chat_index, write_lock, read_lock};
}

}  // namespace wa::appstate
