// A place, and one that moves (which is only read).
// tested by unit/client/messages/envelope_test.cpp
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_location(const Location& from, const Writing&, proto::Writer& out) {
  using Field = pb::LocationMessage;
  proto::Writer location;
  location.real(Field::kDegreesLatitudeFieldNumber, from.latitude);
  location.real(Field::kDegreesLongitudeFieldNumber, from.longitude);
  if (!from.name.empty()) location.text(Field::kNameFieldNumber, from.name);
  if (!from.address.empty()) location.text(Field::kAddressFieldNumber, from.address);
  if (!from.url.empty()) location.text(Field::kUrlFieldNumber, from.url);
  if (!from.comment.empty()) location.text(Field::kCommentFieldNumber, from.comment);
  out.message(pb::Message::kLocationMessageFieldNumber, location);
}

constexpr stanza::MessageTraits kLocationTraits{.type = "media", .media_type = "location"};

}  // namespace

extern const Kind kLocationKind = {
    .id = "location",
    .is = has_field<pb::Message::kLocationMessageFieldNumber>,
    .traits = &kLocationTraits,
    .write = write_as<Location, write_location>,
};
extern const Kind kLiveLocationKind = {
    .id = "location",
    .is = has_field<pb::Message::kLiveLocationMessageFieldNumber>,
};

}  // namespace wa::client
