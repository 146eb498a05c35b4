// Kinds that are rare: by their names and the text that stands in them. Some are written, too.
// tested by unit/client/messages/kinds_test.cpp
#include <algorithm>

#include "client/messages/kinds/said.h"
#include "e2e.pb.h"
#include "proto/writer.h"

namespace wa::client {

namespace {

using Message = pb::Message;

// Which request it is about.
template <int Field>
void read_request(const proto::Reader& message, Content& out) { out.key = read_key(message.message(Field).message(1)); }

proto::Writer note(const std::string& text) {
  proto::Writer extended, out;
  extended.text(Message::ExtendedText::kTextFieldNumber, text);
  return std::move(out.message(Message::kExtendedTextMessageFieldNumber, extended));
}

// Thousandths of the currency, whatever its smallest part is.
void write_payment_request(const PaymentRequest& from, const Writing&, proto::Writer& out) {
  using Field = pb::RequestPaymentMessage;
  constexpr std::uint64_t kThousand = 1000;
  const std::uint64_t amount = from.amount_minor * kThousand / std::max<std::uint32_t>(from.per_unit, 1);
  proto::Writer request, money;
  money.number(pb::Money::kValueFieldNumber, amount)
      .number(pb::Money::kOffsetFieldNumber, kThousand)
      .text(pb::Money::kCurrencyCodeFieldNumber, from.currency);
  request.text(Field::kCurrencyCodeIso4217FieldNumber, from.currency)
      .number(Field::kAmount1000FieldNumber, amount)
      .text(Field::kRequestFromFieldNumber, from.payer.user_jid().text());
  if (!from.note.empty()) request.message(Field::kNoteMessageFieldNumber, note(from.note));
  if (from.expires_s > 0) request.integer(Field::kExpiryTimestampFieldNumber, from.expires_s);
  out.message(Message::kRequestPaymentMessageFieldNumber, request.message(Field::kAmountFieldNumber, money));
}

void write_payment(const Payment& from, const Writing& with, proto::Writer& out) {
  using Field = pb::SendPaymentMessage;
  proto::Writer payment;
  if (!from.note.empty()) payment.message(Field::kNoteMessageFieldNumber, note(from.note));
  payment.message(Field::kRequestMessageKeyFieldNumber, written_key(from.request, with.chat));
  out.message(Message::kSendPaymentMessageFieldNumber, payment);
}

void write_payment_decline(const PaymentDecline& from, const Writing& with, proto::Writer& out) {
  proto::Writer answer;
  answer.message(pb::PaymentAnswer::kKeyFieldNumber, written_key(from.request, with.chat));
  out.message(Message::kDeclinePaymentRequestMessageFieldNumber, answer);
}

void write_payment_cancel(const PaymentCancel& from, const Writing& with, proto::Writer& out) {
  proto::Writer answer;
  answer.message(pb::PaymentAnswer::kKeyFieldNumber, written_key(from.request, with.chat));
  out.message(Message::kCancelPaymentRequestMessageFieldNumber, answer);
}

void write_invite(const GroupInvite& from, const Writing&, proto::Writer& out) {
  using Field = pb::GroupInviteMessage;
  proto::Writer invite;
  invite.text(Field::kGroupJidFieldNumber, from.group.text())
      .text(Field::kInviteCodeFieldNumber, from.code)
      .integer(Field::kInviteExpirationFieldNumber, from.expires_s)
      .text(Field::kGroupNameFieldNumber, from.name);
  if (!from.caption.empty()) invite.text(Field::kCaptionFieldNumber, from.caption);
  out.message(Message::kGroupInviteMessageFieldNumber, invite);
}

void write_product(const Product& from, const Writing& with, proto::Writer& out) {
  using Field = pb::ProductMessage;
  using Snapshot = Field::Snapshot;
  proto::Writer product, message;
  const auto put = [](proto::Writer& to, int field, const std::string& text) {
    if (!text.empty()) to.text(field, text);
  };
  if (from.image) product.message(Snapshot::kProductImageFieldNumber, written_file(*from.image, with.now));
  product.text(Snapshot::kProductIdFieldNumber, from.id).text(Snapshot::kTitleFieldNumber, from.title);
  put(product, Snapshot::kDescriptionFieldNumber, from.description);
  put(product, Snapshot::kCurrencyCodeFieldNumber, from.currency);
  if (from.price_1000 > 0) product.integer(Snapshot::kPriceAmount1000FieldNumber, from.price_1000);
  put(product, Snapshot::kRetailerIdFieldNumber, from.retailer_id);
  put(product, Snapshot::kUrlFieldNumber, from.url);
  if (from.image_count > 0) product.number(Snapshot::kProductImageCountFieldNumber, from.image_count);
  if (from.sale_price_1000 > 0) product.integer(Snapshot::kSalePriceAmount1000FieldNumber, from.sale_price_1000);
  message.message(Field::kProductFieldNumber, product);
  message.text(Field::kBusinessOwnerJidFieldNumber, from.business.text());
  put(message, Field::kBodyFieldNumber, from.body);
  put(message, Field::kFooterFieldNumber, from.footer);
  out.message(Message::kProductMessageFieldNumber, message);
}

void write_event(const EventPlan& from, const Writing&, proto::Writer& out) {
  using Field = pb::EventMessage;
  proto::Writer event;
  event.number(Field::kIsCanceledFieldNumber, false).text(Field::kNameFieldNumber, from.name);
  if (!from.description.empty()) event.text(Field::kDescriptionFieldNumber, from.description);
  if (from.location) event.message(Field::kLocationFieldNumber, written_location(*from.location));
  if (!from.join_link.empty()) event.text(Field::kJoinLinkFieldNumber, from.join_link);
  event.integer(Field::kStartTimeFieldNumber, from.start_s);
  if (from.end_s > 0) event.integer(Field::kEndTimeFieldNumber, from.end_s);
  if (from.extra_guests) event.number(Field::kExtraGuestsAllowedFieldNumber, true);
  out.message(Message::kEventMessageFieldNumber, event);
}

void write_album(const Album& from, const Writing&, proto::Writer& out) {
  using Field = pb::AlbumMessage;
  proto::Writer album;
  if (from.images > 0) album.number(Field::kExpectedImageCountFieldNumber, from.images);
  if (from.videos > 0) album.number(Field::kExpectedVideoCountFieldNumber, from.videos);
  out.message(Message::kAlbumMessageFieldNumber, album);
}

constexpr stanza::MessageTraits kInviteTraits{.type = "media", .media_type = "url"};
constexpr stanza::MessageTraits kProductTraits{.type = "media", .media_type = "product"};
constexpr stanza::MessageTraits kOrderTraits{.type = "media", .media_type = "order"};
constexpr stanza::MessageTraits kEventTraits{.type = "event", .meta = {"event_type", "creation"}};

}  // namespace

extern const Kind kGroupInviteKind = {
    .id = "group_invite",
    .field = Message::kGroupInviteMessageFieldNumber,
    .traits = &kInviteTraits,
    .write = write_as<GroupInvite, write_invite>,
    .text = {6},       // caption
    .or_text = {4},    // name of the group
    .context = 7,
};
extern const Kind kNewsletterInviteKind = {
    .id = "newsletter_invite",
    .field = Message::kNewsletterAdminInviteMessageFieldNumber,
    .text = {4},
    .or_text = {2},
    .context = 6,
};
extern const Kind kProductKind = {
    .id = "product",
    .field = Message::kProductMessageFieldNumber,
    .traits = &kProductTraits,
    .write = write_as<Product, write_product>,
    .text = {5},       // body
    .or_text = {1, 3}, // title of the product
};
extern const Kind kOrderKind = {
    .id = "order",
    .field = Message::kOrderMessageFieldNumber,
    .traits = &kOrderTraits,
    .text = {6},
    .or_text = {7},
};
extern const Kind kEventKind = {
    .id = "event",
    .field = Message::kEventMessageFieldNumber,
    .traits = &kEventTraits,
    .write = write_as<EventPlan, write_event>,
    .text = {3},
    .context = 1,
};
extern const Kind kEventInviteKind = {
    .id = "event_invite",
    .field = Message::kEventInviteMessageFieldNumber,
    .context = 0,
};
extern const Kind kAlbumKind = {
    .id = "album",
    .field = Message::kAlbumMessageFieldNumber,
    .write = write_as<Album, write_album>,
};
extern const Kind kPollResultKind = {
    .id = "poll_result",
    .field = Message::kPollResultSnapshotMessageFieldNumber,
    .text = {1},
    .context = 3,
};
extern const Kind kPollResultV3Kind = {
    .id = "poll_result",
    .field = Message::kPollResultSnapshotMessageV3FieldNumber,
    .text = {1},
    .context = 3,
};
extern const Kind kPaymentRequestKind = {
    .id = "payment_request",
    .field = Message::kRequestPaymentMessageFieldNumber,
    .write = write_as<PaymentRequest, write_payment_request>,
    .text = {4, 1},    // noteMessage, when it is a plain text
    .context = 0,
};
extern const Kind kPaymentKind = {
    .id = "payment",
    .field = Message::kSendPaymentMessageFieldNumber,
    .write = write_as<Payment, write_payment>,
    .text = {2, 1},
    .context = 0,
};
extern const Kind kPaymentDeclinedKind = {
    .id = "payment_declined",
    .field = Message::kDeclinePaymentRequestMessageFieldNumber,
    .write = write_as<PaymentDecline, write_payment_decline>,
    .read = read_request<Message::kDeclinePaymentRequestMessageFieldNumber>,
    .context = 0,
};
extern const Kind kPaymentCancelledKind = {
    .id = "payment_cancelled",
    .field = Message::kCancelPaymentRequestMessageFieldNumber,
    .write = write_as<PaymentCancel, write_payment_cancel>,
    .read = read_request<Message::kCancelPaymentRequestMessageFieldNumber>,
    .context = 0,
};
extern const Kind kPaymentInviteKind = {
    .id = "payment_invite",
    .field = Message::kPaymentInviteMessageFieldNumber,
    .context = 0,
};
extern const Kind kPhoneNumberWantedKind = {
    .id = "request_phone_number",
    .field = Message::kRequestPhoneNumberMessageFieldNumber,
    .context = 1,
};
extern const Kind kCallLogKind = {.id = "call_log", .field = Message::kCallLogMessageFieldNumber, .context = 0};

}  // namespace wa::client
