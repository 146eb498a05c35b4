#include "appstate/action.h"

#include "proto/message.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

template <class... F>
struct Overloaded : F... { using F::operator()...; };
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

using Parts = std::vector<std::string>;
using Value = pb::SyncActionValue;

const char* digit(bool value) { return value ? "1" : "0"; }

// One row per action: what its index starts with, where it lives, which version this client writes (05 section 9).
struct Kind {
  const char* name;
  Collection collection;
  std::int32_t version;
};
constexpr Kind kKinds[] = {
    {"archive", Collection::regular_low, 3},
    {"pin_v1", Collection::regular_low, 5},
    {"mute", Collection::regular_high, 2},
    {"markChatAsRead", Collection::regular_low, 3},
    {"star", Collection::regular_high, 2},
    {"deleteMessageForMe", Collection::regular_high, 3},
    {"clearChat", Collection::regular_high, 6},
    {"deleteChat", Collection::regular_high, 6},
    {"lock", Collection::regular_low, 7},
    {"contact", Collection::critical_unblock_low, 2},
    {"lid_contact", Collection::critical_unblock_low, 1},
    {"setting_pushName", Collection::critical_block, 1},
    {"setting_unarchiveChats", Collection::regular_low, 4},
    {"pnForLidChat", Collection::regular, 8},
    {"nct_salt_sync", Collection::regular_high, 1},
    {"sentinel", Collection::regular_low, 3},
    {"label_edit", Collection::regular, 3},
    {"label_jid", Collection::regular, 3},
    {"label_message", Collection::regular, 3},
};
static_assert(std::size(kKinds) + 1 == std::variant_size_v<ActionKinds>);

const Kind& kind_of(const Action& action) {
  WA_ASSERT(action.index() < std::size(kKinds));
  return kKinds[action.index()];
}

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

Parts message_parts(const char* name, const MessageKey& key) {
  const bool of_other_in_group = !key.from_me && !key.participant.empty();
  return {name, key.chat, key.id, digit(key.from_me), of_other_in_group ? key.participant : "0"};
}

Parts index_parts(const Action& action, const char* name) {
  return std::visit(
      Overloaded{
          [&](const Star& a) { return message_parts(name, a.key); },
          [&](const DeleteMessageForMe& a) { return message_parts(name, a.key); },
          [&](const ClearChat& a) { return Parts{name, a.chat, digit(a.delete_starred), digit(a.delete_media)}; },
          [&](const DeleteChat& a) { return Parts{name, a.chat, digit(a.delete_media)}; },
          [&](const Contact& a) { return Parts{name, a.jid}; },
          [&](const LidContact& a) { return Parts{name, a.lid}; },
          [&](const PnForLidChat& a) { return Parts{name, a.lid}; },
          [&](const PushName&) { return Parts{name}; },
          [&](const UnarchiveChats&) { return Parts{name}; },
          [&](const NctSalt&) { return Parts{name}; },
          [&](const KeyExpiration&) { return Parts{name}; },
          [&](const LabelEdit& a) { return Parts{name, a.label}; },
          [&](const LabelChat& a) { return Parts{name, a.label, a.chat}; },
          [&](const LabelMessage& a) {
            Parts parts = message_parts(name, a.key);
            parts.insert(parts.begin() + 1, a.label);
            return parts;
          },
          [&](const UnknownAction&) { return Parts{name}; },
          [&](const auto& a) { return Parts{name, a.chat}; },
      },
      action);
}

void write_contact(const Contact& from, Value::Contact* to) {
  if (!from.full_name.empty()) to->set_full_name(from.full_name);
  if (!from.first_name.empty()) to->set_first_name(from.first_name);
  if (!from.lid.empty()) to->set_lid_jid(from.lid);
  if (from.save_on_primary) to->set_save_on_primary_addressbook(true);
  if (!from.pn.empty()) to->set_pn_jid(from.pn);
}

void write_label(const LabelEdit& from, Value::LabelEdit* to) {
  to->set_name(from.name);
  to->set_color(from.color);
  to->set_deleted(from.deleted);
}

void write_value(const Action& action, Value& value) {
  std::visit(
      Overloaded{
          [&](const Archive& a) {
            value.mutable_archive_chat_action()->set_value(a.archived);
            write_optional_range(a.range, value.mutable_archive_chat_action());
          },
          [&](const Pin& a) { value.mutable_pin_action()->set_value(a.pinned); },
          [&](const Mute& a) {
            value.mutable_mute_action()->set_muted(a.muted);
            if (a.end_ms) value.mutable_mute_action()->set_mute_end_timestamp(*a.end_ms);
          },
          [&](const MarkRead& a) {
            value.mutable_mark_chat_as_read_action()->set_value(a.read);
            write_optional_range(a.range, value.mutable_mark_chat_as_read_action());
          },
          [&](const Star& a) { value.mutable_star_action()->set_value(a.starred); },
          [&](const DeleteMessageForMe& a) {
            value.mutable_delete_message_for_me_action()->set_delete_media(a.delete_media);
            value.mutable_delete_message_for_me_action()->set_message_timestamp(a.message_s);
          },
          [&](const ClearChat& a) { write_optional_range(a.range, value.mutable_clear_chat_action()); },
          [&](const DeleteChat& a) { write_optional_range(a.range, value.mutable_delete_chat_action()); },
          [&](const Lock& a) { value.mutable_lock_chat_action()->set_value(a.locked); },
          [&](const Contact& a) { write_contact(a, value.mutable_contact_action()); },
          [&](const LidContact& a) {
            value.mutable_lid_contact_action()->set_full_name(a.full_name);
            value.mutable_lid_contact_action()->set_first_name(a.first_name);
          },
          [&](const PushName& a) { value.mutable_push_name_setting()->set_value(a.name); },
          [&](const UnarchiveChats& a) { value.mutable_unarchive_chats_setting()->set_value(a.unarchive); },
          [&](const PnForLidChat& a) { value.mutable_pn_for_lid_chat_action()->set_value(a.pn); },
          [&](const NctSalt& a) { value.mutable_nct_salt_sync_action()->set_salt(a.salt.data(), a.salt.size()); },
          [&](const KeyExpiration& a) { value.mutable_key_expiration()->set_expired_key_epoch(a.expired_epoch); },
          [&](const LabelEdit& a) { write_label(a, value.mutable_label_edit_action()); },
          [&](const LabelChat& a) { value.mutable_label_association_action()->set_value(a.labeled); },
          [&](const LabelMessage& a) { value.mutable_label_association_action()->set_value(a.labeled); },
          [&](const UnknownAction&) {},
      },
      action);
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

// Chat, id, from_me and participant stand at `from`.
MessageKey read_message_parts(const Parts& parts, std::size_t from = 1) {
  return {parts[from], parts[from + 1], parts[from + 2] == "1", parts[from + 3] == "0" ? "" : parts[from + 3]};
}

Contact read_contact(const std::string& jid, const Value::Contact& from) {
  return {jid, from.full_name(), from.first_name(), from.lid_jid(), from.pn_jid(), from.save_on_primary_addressbook()};
}

std::optional<std::int64_t> read_end(const Value::Mute& mute) {
  return mute.has_mute_end_timestamp() ? std::optional<std::int64_t>(mute.mute_end_timestamp()) : std::nullopt;
}

// A SET needs its field; a REMOVE is known by its index alone. More index parts than known are tolerated.
Action read_chat_action(const Parts& parts, const Value& value, bool remove) {
  const std::string& name = parts[0];
  const std::string& chat = parts[1];
  if (name == "archive" && (remove || value.has_archive_chat_action())) {
    return Archive{chat, value.archive_chat_action().value(), read_optional_range(value.archive_chat_action())};
  }
  if (name == "pin_v1" && (remove || value.has_pin_action())) return Pin{chat, value.pin_action().value()};
  if (name == "mute" && (remove || value.has_mute_action())) {
    return Mute{chat, value.mute_action().muted(), read_end(value.mute_action())};
  }
  if (name == "markChatAsRead" && (remove || value.has_mark_chat_as_read_action())) {
    return MarkRead{chat, value.mark_chat_as_read_action().value(),
                    read_optional_range(value.mark_chat_as_read_action())};
  }
  if (name == "clearChat" && parts.size() >= 4) {
    return ClearChat{chat, parts[2] == "1", parts[3] == "1", read_optional_range(value.clear_chat_action())};
  }
  if (name == "deleteChat") {
    return DeleteChat{chat, parts.size() >= 3 && parts[2] == "1", read_optional_range(value.delete_chat_action())};
  }
  if (name == "lock" && (remove || value.has_lock_chat_action())) return Lock{chat, value.lock_chat_action().value()};
  return UnknownAction{};
}

Action read_label_action(const Parts& parts, const Value& value, bool remove) {
  const std::string& label = parts[1];
  const bool labeled = !remove && value.label_association_action().value();
  if (parts[0] == "label_edit" && (remove || value.has_label_edit_action())) {
    const Value::LabelEdit& edit = value.label_edit_action();
    return LabelEdit{label, edit.name(), edit.color(), remove || edit.deleted()};
  }
  if (!remove && !value.has_label_association_action()) return UnknownAction{};
  if (parts[0] == "label_jid" && parts.size() >= 3) return LabelChat{label, parts[2], labeled};
  if (parts[0] == "label_message" && parts.size() >= 6) return LabelMessage{label, read_message_parts(parts, 2), labeled};
  return UnknownAction{};
}

Action read_action(const Parts& parts, const Value& value, bool remove) {
  if (parts.empty()) return UnknownAction{};
  const std::string& name = parts[0];
  if (name == "setting_pushName" && value.has_push_name_setting()) return PushName{value.push_name_setting().value()};
  if (name == "setting_unarchiveChats") return UnarchiveChats{value.unarchive_chats_setting().value()};
  if (name == "nct_salt_sync") return NctSalt{to_bytes(value.nct_salt_sync_action().salt())};
  if (name == "sentinel" && value.has_key_expiration()) {
    return KeyExpiration{value.key_expiration().expired_key_epoch()};
  }
  if (parts.size() < 2) return UnknownAction{};
  if (name == "contact" && (remove || value.has_contact_action())) {
    return read_contact(parts[1], value.contact_action());
  }
  if (name == "lid_contact" && (remove || value.has_lid_contact_action())) {
    return LidContact{parts[1], value.lid_contact_action().full_name(), value.lid_contact_action().first_name()};
  }
  if (name == "pnForLidChat") return PnForLidChat{parts[1], value.pn_for_lid_chat_action().value()};
  if (name == "star" && parts.size() >= 5) return Star{read_message_parts(parts), value.star_action().value()};
  if (name == "deleteMessageForMe" && parts.size() >= 5) {
    const auto& action = value.delete_message_for_me_action();
    return DeleteMessageForMe{read_message_parts(parts), action.delete_media(), action.message_timestamp()};
  }
  if (name.rfind("label_", 0) == 0) return read_label_action(parts, value, remove);
  return read_chat_action(parts, value, remove);
}

}  // namespace

Collection collection_of(const Action& action) { return kind_of(action).collection; }

Mutation build_mutation(const Action& action, std::int64_t timestamp_ms, Operation operation) {
  const Kind& kind = kind_of(action);
  Mutation mutation;
  mutation.operation = operation;
  mutation.version = kind.version;
  mutation.index = build_index(index_parts(action, kind.name));
  Value value;
  value.set_timestamp(timestamp_ms);
  write_value(action, value);
  mutation.value = proto::serialise(value);
  return mutation;
}

ReadAction parse_action(const Mutation& mutation) {
  ReadAction read{mutation.operation, 0, UnknownAction{}};
  const auto parts = parse_index(mutation.index);
  Value value;
  if (!parts || !proto::parse(value, mutation.value)) return read;
  read.timestamp_ms = value.timestamp();
  read.action = read_action(*parts, value, mutation.operation == Operation::remove);
  return read;
}

Action::Action(const Action&) = default;
Action::Action(Action&&) noexcept = default;
Action& Action::operator=(const Action&) = default;
Action& Action::operator=(Action&&) noexcept = default;
Action::~Action() = default;

}  // namespace wa::appstate
