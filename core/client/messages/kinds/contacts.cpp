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

constexpr std::size_t kCardsReadMax = 257;

ContactCard card_in(const proto::Reader& from) {
  using Field = pb::ContactMessage;
  return {clean_text(from.text(Field::kDisplayNameFieldNumber)), clean_text(from.text(Field::kVcardFieldNumber))};
}

void read_contacts(const proto::Reader& message, Content& out) {
  if (message.has(pb::Message::kContactMessageFieldNumber)) {
    out.contacts.push_back(card_in(message.message(pb::Message::kContactMessageFieldNumber)));
    return;
  }
  const proto::Reader all = message.message(pb::Message::kContactsArrayMessageFieldNumber);
  for (proto::Repeated each = all.repeated(pb::ContactsArrayMessage::kContactsFieldNumber);
       out.contacts.size() < kCardsReadMax && each.next();) {
    out.contacts.push_back(card_in(each.message()));
  }
}

constexpr stanza::MessageTraits kCardTraits{.type = "media", .media_type = "vcard"};
constexpr stanza::MessageTraits kCardsTraits{.type = "media", .media_type = "contact_array"};

}  // namespace

extern const Kind kContactKind = {
    .id = "contact",
    .field = pb::Message::kContactMessageFieldNumber,
    .traits = &kCardTraits,
    .write = write_as<ContactCards, write_contacts>,
    .text = {pb::ContactMessage::kDisplayNameFieldNumber},
    .read = read_contacts,
};
extern const Kind kContactsKind = {
    .id = "contact",
    .field = pb::Message::kContactsArrayMessageFieldNumber,
    .traits = &kCardsTraits,
    .text = {pb::ContactsArrayMessage::kDisplayNameFieldNumber},
    .read = read_contacts,
};

}  // namespace wa::client
