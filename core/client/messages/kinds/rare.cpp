// Kinds that are only read, by their names and the text that stands in them.
// tested by unit/client/messages/kinds_test.cpp
#include "client/messages/kinds/said.h"
#include "e2e.pb.h"

namespace wa::client {

namespace {

using Message = pb::Message;

// Which request it is about.
template <int Field>
void read_request(const proto::Reader& message, Content& out) { out.key = read_key(message.message(Field).message(1)); }

}  // namespace

extern const Kind kGroupInviteKind = {
    .id = "group_invite",
    .field = Message::kGroupInviteMessageFieldNumber,
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
    .text = {5},       // body
    .or_text = {1, 3}, // title of the product
};
extern const Kind kOrderKind = {
    .id = "order",
    .field = Message::kOrderMessageFieldNumber,
    .text = {6},
    .or_text = {7},
};
extern const Kind kEventKind = {
    .id = "event",
    .field = Message::kEventMessageFieldNumber,
    .text = {3},
    .context = 1,
};
extern const Kind kEventInviteKind = {
    .id = "event_invite",
    .field = Message::kEventInviteMessageFieldNumber,
    .context = 0,
};
extern const Kind kAlbumKind = {.id = "album", .field = Message::kAlbumMessageFieldNumber};
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
    .text = {4, 1},    // noteMessage, when it is a plain text
    .context = 0,
};
extern const Kind kPaymentKind = {
    .id = "payment",
    .field = Message::kSendPaymentMessageFieldNumber,
    .text = {2, 1},
    .context = 0,
};
extern const Kind kPaymentDeclinedKind = {
    .id = "payment_declined",
    .field = Message::kDeclinePaymentRequestMessageFieldNumber,
    .read = read_request<Message::kDeclinePaymentRequestMessageFieldNumber>,
    .context = 0,
};
extern const Kind kPaymentCancelledKind = {
    .id = "payment_cancelled",
    .field = Message::kCancelPaymentRequestMessageFieldNumber,
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
