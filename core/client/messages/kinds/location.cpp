// A place, and one that moves: as it was at first.
// tested by unit/client/messages/envelope_test.cpp
#include <cmath>
#include <cstring>

#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

void write_location(const Location& from, const Writing&, proto::Writer& out) {
  out.message(pb::Message::kLocationMessageFieldNumber, written_location(from));
}

void write_live_location(const LiveLocation& from, const Writing&, proto::Writer& out) {
  using Field = pb::LiveLocationMessage;
  proto::Writer location;
  location.real(Field::kDegreesLatitudeFieldNumber, from.latitude);
  location.real(Field::kDegreesLongitudeFieldNumber, from.longitude);
  if (from.accuracy_m > 0) location.number(Field::kAccuracyInMetersFieldNumber, from.accuracy_m);
  if (from.speed_mps > 0) location.small_real(Field::kSpeedInMpsFieldNumber, from.speed_mps);
  if (from.degrees > 0) location.number(Field::kDegreesClockwiseFromMagneticNorthFieldNumber, from.degrees);
  if (!from.caption.empty()) location.text(Field::kCaptionFieldNumber, from.caption);
  location.integer(Field::kSequenceNumberFieldNumber, from.sequence);
  location.number(Field::kTimeOffsetFieldNumber, from.time_offset);
  out.message(pb::Message::kLiveLocationMessageFieldNumber, location);
}

double real(const proto::Reader& from, int field) {
  double out = 0;
  proto::Items items = from.items();
  for (proto::Item item; items.next(item);) {
    if (item.field != field || item.wire != proto::Wire::fixed64) continue;
    std::uint64_t bits = 0;
    for (std::size_t i = 8; i-- > 0;) bits = bits << 8 | item.bytes[i];
    std::memcpy(&out, &bits, sizeof out);
  }
  return std::isfinite(out) ? out : 0;
}

void read_location(const proto::Reader& message, Content& out) {
  using Field = pb::LocationMessage;
  const bool moves = !message.has(pb::Message::kLocationMessageFieldNumber);
  const proto::Reader from = message.message(moves ? int{pb::Message::kLiveLocationMessageFieldNumber}
                                                   : int{pb::Message::kLocationMessageFieldNumber});
  Location at;
  at.latitude = real(from, Field::kDegreesLatitudeFieldNumber);
  at.longitude = real(from, Field::kDegreesLongitudeFieldNumber);
  if (!moves) {
    at.name = clean_text(from.text(Field::kNameFieldNumber));
    at.address = clean_text(from.text(Field::kAddressFieldNumber));
    at.url = clean_text(from.text(Field::kUrlFieldNumber));
    at.comment = clean_text(from.text(Field::kCommentFieldNumber));
  }
  out.live = moves || from.flag(Field::kIsLiveFieldNumber);
  out.location = std::move(at);
}

constexpr stanza::MessageTraits kLocationTraits{.type = "media", .media_type = "location"};

constexpr stanza::MessageTraits kLiveLocationTraits{.type = "media", .media_type = "livelocation"};

}  // namespace

proto::Writer written_location(const Location& from) {
  using Field = pb::LocationMessage;
  proto::Writer location;
  location.real(Field::kDegreesLatitudeFieldNumber, from.latitude);
  location.real(Field::kDegreesLongitudeFieldNumber, from.longitude);
  if (!from.name.empty()) location.text(Field::kNameFieldNumber, from.name);
  if (!from.address.empty()) location.text(Field::kAddressFieldNumber, from.address);
  if (!from.url.empty()) location.text(Field::kUrlFieldNumber, from.url);
  if (!from.comment.empty()) location.text(Field::kCommentFieldNumber, from.comment);
  return location;
}

extern const Kind kLocationKind = {
    .id = "location",
    .field = pb::Message::kLocationMessageFieldNumber,
    .traits = &kLocationTraits,
    .write = write_as<Location, write_location>,
    .text = {pb::LocationMessage::kNameFieldNumber},
    .or_text = {pb::LocationMessage::kAddressFieldNumber},
    .read = read_location,
};
extern const Kind kLiveLocationKind = {
    .id = "location",
    .field = pb::Message::kLiveLocationMessageFieldNumber,
    .traits = &kLiveLocationTraits,
    .write = write_as<LiveLocation, write_live_location>,
    .text = {pb::LiveLocationMessage::kCaptionFieldNumber},
    .read = read_location,
};

}  // namespace wa::client
