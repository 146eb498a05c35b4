// Who the people of the address book are.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

IndexParts contact_index(const Contact& a) { return {a.jid}; }
IndexParts lid_index(const auto& a) { return {a.lid}; }

void write_contact(const Contact& from, ActionValue& value) {
  ActionValue::Contact* to = value.mutable_contact_action();
  if (!from.full_name.empty()) to->set_full_name(from.full_name);
  if (!from.first_name.empty()) to->set_first_name(from.first_name);
  if (!from.lid.empty()) to->set_lid_jid(from.lid);
  if (from.save_on_primary) to->set_save_on_primary_addressbook(true);
  if (!from.pn.empty()) to->set_pn_jid(from.pn);
}

std::optional<Contact> read_contact(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_contact_action()) return std::nullopt;
  const ActionValue::Contact& from = value.contact_action();
  return Contact{parts[1], from.full_name(), from.first_name(), from.lid_jid(), from.pn_jid(),
                 from.save_on_primary_addressbook()};
}

void write_lid_contact(const LidContact& a, ActionValue& value) {
  value.mutable_lid_contact_action()->set_full_name(a.full_name);
  value.mutable_lid_contact_action()->set_first_name(a.first_name);
}

std::optional<LidContact> read_lid_contact(const IndexParts& parts, const ActionValue& value, bool remove) {
  if (!remove && !value.has_lid_contact_action()) return std::nullopt;
  return LidContact{parts[1], value.lid_contact_action().full_name(), value.lid_contact_action().first_name()};
}

void write_pn_for_lid(const PnForLidChat& a, ActionValue& value) {
  value.mutable_pn_for_lid_chat_action()->set_value(a.pn);
}

std::optional<PnForLidChat> read_pn_for_lid(const IndexParts& parts, const ActionValue& value, bool) {
  return PnForLidChat{parts[1], value.pn_for_lid_chat_action().value()};
}

}  // namespace

template <> ActionRow<Contact> action_row() {
  return {"contact", Collection::critical_unblock_low, 2, 2, contact_index, write_contact, read_contact};
}
template <> ActionRow<LidContact> action_row() {
  return {"lid_contact", Collection::critical_unblock_low, 1, 2, lid_index, write_lid_contact, read_lid_contact};
}
template <> ActionRow<PnForLidChat> action_row() {
  return {"pnForLidChat", Collection::regular, 8, 2, lid_index, write_pn_for_lid, read_pn_for_lid};
}

}  // namespace wa::appstate
