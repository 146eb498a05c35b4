// Labels, and what carries them.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

using Edit = ActionValue::LabelEdit;

constexpr int kLabelEdit = ActionValue::kLabelEditActionFieldNumber,
              kAssociation = ActionValue::kLabelAssociationActionFieldNumber;

IndexParts edit_index(const LabelEdit& a) { return {a.label}; }

void write_edit(const LabelEdit& from, proto::Writer& value) {
  proto::Writer to;
  to.text(Edit::kNameFieldNumber, from.name).integer(Edit::kColorFieldNumber, from.color);
  if (from.predefined_id) to.integer(Edit::kPredefinedIdFieldNumber, *from.predefined_id);
  to.number(Edit::kDeletedFieldNumber, from.deleted);
  value.message(kLabelEdit, to);
}

std::optional<LabelEdit> read_edit(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kLabelEdit)) return std::nullopt;
  const proto::Reader edit = value.message(kLabelEdit);
  LabelEdit out{parts[1], edit.text(Edit::kNameFieldNumber), edit.int32(Edit::kColorFieldNumber),
                remove || edit.flag(Edit::kDeletedFieldNumber), std::nullopt};
  if (edit.has_number(Edit::kPredefinedIdFieldNumber)) out.predefined_id = edit.int32(Edit::kPredefinedIdFieldNumber);
  return out;
}

void write_association(const auto& a, proto::Writer& value) {
  write_flag(a.labeled, kAssociation, value);
}

IndexParts label_chat_index(const LabelChat& a) { return {a.label, a.chat}; }

std::optional<LabelChat> read_label_chat(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kAssociation)) return std::nullopt;
  return LabelChat{parts[1], parts[2], !remove && read_flag(value, kAssociation)};
}

IndexParts label_message_index(const LabelMessage& a) {
  IndexParts parts = message_parts(a.key);
  parts.insert(parts.begin(), a.label);
  return parts;
}

std::optional<LabelMessage> read_label_message(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kAssociation)) return std::nullopt;
  return LabelMessage{parts[1], read_message_parts(parts, 2), !remove && read_flag(value, kAssociation)};
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
