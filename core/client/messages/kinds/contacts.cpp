// Contact cards: one is a message of its own, several stand in an array.
// tested by unit/client/messages/envelope_test.cpp
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

void write_contacts(const ContactCards& from, const Writing&, proto::Writer& out) {
  if (from.cards.size() == 1) {
    out.message(pb::Message::kContactMessageFieldNumber, card(from.cards[0]));
    return;
  }
  using Field = pb::ContactsArrayMessage;
  proto::Writer all;
  all.text(Field::kDisplayNameFieldNumber, std::to_string(from.cards.size()) + " contacts");
  for (const ContactCard& each : from.cards) all.message(Field::kContactsFieldNumber, card(each));
  out.message(pb::Message::kContactsArrayMessageFieldNumber, all);
}

constexpr stanza::MessageTraits kCardTraits{.type = "media", .media_type = "vcard"};
constexpr stanza::MessageTraits kCardsTraits{.type = "media", .media_type = "contact_array"};

}  // namespace

extern const Kind kContactKind = {
    .id = "contact",
    .is = has_field<pb::Message::kContactMessageFieldNumber>,
    .traits = &kCardTraits,
    .write = write_as<ContactCards, write_contacts>,
};
extern const Kind kContactsKind = {
    .id = "contact",
    .is = has_field<pb::Message::kContactsArrayMessageFieldNumber>,
    .traits = &kCardsTraits,
};

}  // namespace wa::client
