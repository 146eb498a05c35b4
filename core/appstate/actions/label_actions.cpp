// Labels, and what carries them.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

IndexParts edit_index(const LabelEdit& a) { return {a.label}; }

void write_edit(const LabelEdit& from, ActionValue& value) {
  ActionValue::LabelEdit* to = value.mutable_label_edit_action();
  to->set_name(from.name);
  to->set_color(from.color);
  to->set_deleted(from.deleted);
  if (from.predefined_id) to->set_predefined_id(*from.predefined_id);
}

std::optional<LabelEdit> read_edit(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_label_edit_action()) return std::nullopt;
  const ActionValue::LabelEdit& edit = value.label_edit_action();
  LabelEdit out{parts[1], edit.name(), edit.color(), remove || edit.deleted()};
  if (edit.has_predefined_id()) out.predefined_id = edit.predefined_id();
  return out;
}

void write_association(const auto& a, ActionValue& value) {
  value.mutable_label_association_action()->set_value(a.labeled);
}

IndexParts label_chat_index(const LabelChat& a) { return {a.label, a.chat}; }

std::optional<LabelChat> read_label_chat(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_label_association_action()) return std::nullopt;
  return LabelChat{parts[1], parts[2], !remove && value.label_association_action().value()};
}

IndexParts label_message_index(const LabelMessage& a) {
  IndexParts parts = message_parts(a.key);
  parts.insert(parts.begin(), a.label);
  return parts;
}

std::optional<LabelMessage> read_label_message(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_label_association_action()) return std::nullopt;
  return LabelMessage{parts[1], read_message_parts(parts, 2), !remove && value.label_association_action().value()};
}

}  // namespace

template <> ActionRow<LabelEdit> action_row() {
  return {"label_edit", Collection::regular, 3, 2, edit_index, write_edit, read_edit};
}
template <> ActionRow<LabelChat> action_row() {
  return {"label_jid", Collection::regular, 3, 3, label_chat_index, write_association, read_label_chat};
}
template <> ActionRow<LabelMessage> action_row() {
  return {"label_message", Collection::regular, 3, 6, label_message_index, write_association, read_label_message};
}

}  // namespace wa::appstate
