// Who the people of the address book are.
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

using Of = ActionValue::Contact;
using OfLid = ActionValue::LidContact;

constexpr int kContact = ActionValue::kContactActionFieldNumber,
              kLidContact = ActionValue::kLidContactActionFieldNumber,
              kPnForLid = ActionValue::kPnForLidChatActionFieldNumber;

IndexParts contact_index(const Contact& a) { return {a.jid}; }
IndexParts lid_index(const auto& a) { return {a.lid}; }

void write_contact(const Contact& from, proto::Writer& value) {
  proto::Writer to;
  if (!from.full_name.empty()) to.text(Of::kFullNameFieldNumber, from.full_name);
  if (!from.first_name.empty()) to.text(Of::kFirstNameFieldNumber, from.first_name);
  if (!from.lid.empty()) to.text(Of::kLidJidFieldNumber, from.lid);
  if (from.save_on_primary) to.number(Of::kSaveOnPrimaryAddressbookFieldNumber, true);
  if (!from.pn.empty()) to.text(Of::kPnJidFieldNumber, from.pn);
  value.message(kContact, to);
}

std::optional<Contact> read_contact(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kContact)) return std::nullopt;
  const proto::Reader from = value.message(kContact);
  return Contact{parts[1], from.text(Of::kFullNameFieldNumber), from.text(Of::kFirstNameFieldNumber),
                 from.text(Of::kLidJidFieldNumber), from.text(Of::kPnJidFieldNumber),
                 from.flag(Of::kSaveOnPrimaryAddressbookFieldNumber)};
}

void write_lid_contact(const LidContact& a, proto::Writer& value) {
  proto::Writer to;
  to.text(OfLid::kFullNameFieldNumber, a.full_name).text(OfLid::kFirstNameFieldNumber, a.first_name);
  value.message(kLidContact, to);
}

std::optional<LidContact> read_lid_contact(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kLidContact)) return std::nullopt;
  const proto::Reader from = value.message(kLidContact);
  return LidContact{parts[1], from.text(OfLid::kFullNameFieldNumber), from.text(OfLid::kFirstNameFieldNumber)};
}

void write_pn_for_lid(const PnForLidChat& a, proto::Writer& value) {
  value.message(kPnForLid, proto::Writer().text(ActionValue::Text::kValueFieldNumber, a.pn));
}

std::optional<PnForLidChat> read_pn_for_lid(const IndexParts& parts, const proto::Reader& value, bool) {
  return PnForLidChat{parts[1], value.message(kPnForLid).text(ActionValue::Text::kValueFieldNumber)};
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
