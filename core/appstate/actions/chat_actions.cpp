// What is done to a chat or to a message in it.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

// --- the range of messages

void write_key(const MessageKey& from, pb::SyncMessageKey* to) {
  to->set_remote_jid(from.chat);
  to->set_from_me(from.from_me);
  to->set_id(from.id);
  if (!from.participant.empty()) to->set_participant(from.participant);
}

void write_range(const MessageRange& from, pb::SyncMessageRange* to) {
  if (from.last_message_s) to->set_last_message_timestamp(*from.last_message_s);
  if (from.last_system_message_s) to->set_last_system_message_timestamp(*from.last_system_message_s);
  for (const MessageRange::Entry& entry : from.messages) {
    pb::SyncMessageRange::Entry* message = to->add_messages();
    write_key(entry.key, message->mutable_key());
    message->set_timestamp(entry.timestamp_s);
  }
}

template <class Field>
void write_optional_range(const std::optional<MessageRange>& range, Field* field) {
  if (range) write_range(*range, field->mutable_message_range());
}

std::optional<MessageRange> read_range(const pb::SyncMessageRange& from) {
  MessageRange range;
  if (from.has_last_message_timestamp()) range.last_message_s = from.last_message_timestamp();
  if (from.has_last_system_message_timestamp()) range.last_system_message_s = from.last_system_message_timestamp();
  for (const auto& entry : from.messages()) {
    range.messages.push_back(
        {{entry.key().remote_jid(), entry.key().id(), entry.key().from_me(), entry.key().participant()},
         entry.timestamp()});
  }
  return range;
}

template <class Field>
std::optional<MessageRange> read_optional_range(const Field& field) {
  return field.has_message_range() ? read_range(field.message_range()) : std::nullopt;
}

// --- the actions

IndexParts chat_index(const auto& a) { return {a.chat}; }
IndexParts key_index(const auto& a) { return message_parts(a.key); }

void write_archive(const Archive& a, ActionValue& value) {
  value.mutable_archive_chat_action()->set_value(a.archived);
  write_optional_range(a.range, value.mutable_archive_chat_action());
}

std::optional<Archive> read_archive(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_archive_chat_action()) return std::nullopt;
  const auto& action = value.archive_chat_action();
  return Archive{parts[1], action.value(), read_optional_range(action)};
}

void write_pin(const Pin& a, ActionValue& value) { value.mutable_pin_action()->set_value(a.pinned); }

std::optional<Pin> read_pin(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_pin_action()) return std::nullopt;
  return Pin{parts[1], value.pin_action().value()};
}

void write_mute(const Mute& a, ActionValue& value) {
  value.mutable_mute_action()->set_muted(a.muted);
  if (a.end_ms) value.mutable_mute_action()->set_mute_end_timestamp(*a.end_ms);
}

std::optional<Mute> read_mute(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_mute_action()) return std::nullopt;
  const auto& action = value.mute_action();
  Mute out{parts[1], action.muted(), std::nullopt};
  if (action.has_mute_end_timestamp()) out.end_ms = action.mute_end_timestamp();
  return out;
}

void write_mark_read(const MarkRead& a, ActionValue& value) {
  value.mutable_mark_chat_as_read_action()->set_value(a.read);
  write_optional_range(a.range, value.mutable_mark_chat_as_read_action());
}

std::optional<MarkRead> read_mark_read(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_mark_chat_as_read_action()) return std::nullopt;
  const auto& action = value.mark_chat_as_read_action();
  return MarkRead{parts[1], action.value(), read_optional_range(action)};
}

void write_star(const Star& a, ActionValue& value) { value.mutable_star_action()->set_value(a.starred); }

std::optional<Star> read_star(const IndexParts& parts, const ActionValue& value, bool) {
  return Star{read_message_parts(parts, 1), value.star_action().value()};
}

void write_delete_message(const DeleteMessageForMe& a, ActionValue& value) {
  value.mutable_delete_message_for_me_action()->set_delete_media(a.delete_media);
  value.mutable_delete_message_for_me_action()->set_message_timestamp(a.message_s);
}

std::optional<DeleteMessageForMe> read_delete_message(const IndexParts& parts, const ActionValue& value, bool) {
  const auto& action = value.delete_message_for_me_action();
  return DeleteMessageForMe{read_message_parts(parts, 1), action.delete_media(), action.message_timestamp()};
}

IndexParts clear_index(const ClearChat& a) { return {a.chat, digit(a.delete_starred), digit(a.delete_media)}; }

void write_clear(const ClearChat& a, ActionValue& value) {
  write_optional_range(a.range, value.mutable_clear_chat_action());
}

std::optional<ClearChat> read_clear(const IndexParts& parts, const ActionValue& value, bool) {
  return ClearChat{parts[1], parts[2] == "1", parts[3] == "1", read_optional_range(value.clear_chat_action())};
}

IndexParts delete_index(const DeleteChat& a) { return {a.chat, digit(a.delete_media)}; }

void write_delete(const DeleteChat& a, ActionValue& value) {
  write_optional_range(a.range, value.mutable_delete_chat_action());
}

std::optional<DeleteChat> read_delete(const IndexParts& parts, const ActionValue& value, bool) {
  const bool media = parts.size() >= 3 && parts[2] == "1";
  return DeleteChat{parts[1], media, read_optional_range(value.delete_chat_action())};
}

void write_lock(const Lock& a, ActionValue& value) { value.mutable_lock_chat_action()->set_value(a.locked); }

std::optional<Lock> read_lock(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_lock_chat_action()) return std::nullopt;
  return Lock{parts[1], value.lock_chat_action().value()};
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
