// Contact cards: one is a message of its own, several stand in an array.
// tested by unit/client/messages/envelope_test.cpp
#include "base/encoding.h"
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

proto::Writer card(const ContactCard& from) {
  using Field = pb::ContactMessage;
  proto::Writer out;
  out.text(Field::kDisplayNameFieldNumber, from.name).text(Field::kVcardFieldNumber, from.vcard);
  return out;
}

void write_contacts(const ContactCards& from, const Writing&, pb::Message& out) {
  if (from.cards.size() == 1) {
    out.set_contact_message(to_string(card(from.cards[0]).written()));
    return;
  }
  using Field = pb::ContactsArrayMessage;
  proto::Writer all;
  all.text(Field::kDisplayNameFieldNumber, std::to_string(from.cards.size()) + " contacts");
  for (const ContactCard& each : from.cards) all.message(Field::kContactsFieldNumber, card(each));
  out.set_contacts_array_message(to_string(all.written()));
}

constexpr stanza::MessageTraits kCardTraits{.type = "media", .media_type = "vcard"};
constexpr stanza::MessageTraits kCardsTraits{.type = "media", .media_type = "contact_array"};

}  // namespace

extern const Kind kContactKind = {
    .id = "contact",
    .is = [](const pb::Message& m) { return m.has_contact_message(); },
    .traits = &kCardTraits,
    .write = write_as<ContactCards, write_contacts>,
};
extern const Kind kContactsKind = {
    .id = "contact",
    .is = [](const pb::Message& m) { return m.has_contacts_array_message(); },
    .traits = &kCardsTraits,
};

}  // namespace wa::client
