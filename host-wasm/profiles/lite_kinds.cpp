// Kinds of messages whose contents core-lite.wasm does not look into: they are told by their type, with what text they
// have, and none of them is sent. Stand in the places of those in core/client/messages/kinds. Weak: where something else
// of such a file is needed, the file counts.
#include "client/messages/kinds/kind.h"
#include "e2e.pb.h"

namespace wa::client {

using pb::Message;

// media.cpp
[[gnu::weak]] extern const Kind kImageKind = {
    .id = "image",
    .field = Message::kImageMessageFieldNumber,
    .text = {pb::ImageMessage::kCaptionFieldNumber},
};
[[gnu::weak]] extern const Kind kVideoKind = {
    .id = "video",
    .field = Message::kVideoMessageFieldNumber,
    .text = {pb::VideoMessage::kCaptionFieldNumber},
};
[[gnu::weak]] extern const Kind kPtvKind = {
    .id = "video",
    .field = Message::kPtvMessageFieldNumber,
    .text = {pb::VideoMessage::kCaptionFieldNumber},
};
[[gnu::weak]] extern const Kind kAudioKind = {.id = "audio", .field = Message::kAudioMessageFieldNumber};
[[gnu::weak]] extern const Kind kDocumentKind = {
    .id = "document",
    .field = Message::kDocumentMessageFieldNumber,
    .text = {pb::DocumentMessage::kCaptionFieldNumber},
};
[[gnu::weak]] extern const Kind kStickerKind = {.id = "sticker", .field = Message::kStickerMessageFieldNumber};
[[gnu::weak]] extern const Kind kStickerPackKind = {
    .id = "sticker_pack",
    .field = Message::kStickerPackMessageFieldNumber,
    .text = {pb::StickerPackMessage::kNameFieldNumber},
    .context = 11,
};

// contacts.cpp
[[gnu::weak]] extern const Kind kContactKind = {
    .id = "contact",
    .field = Message::kContactMessageFieldNumber,
    .text = {pb::ContactMessage::kDisplayNameFieldNumber},
};
[[gnu::weak]] extern const Kind kContactsKind = {
    .id = "contact",
    .field = Message::kContactsArrayMessageFieldNumber,
    .text = {pb::ContactsArrayMessage::kDisplayNameFieldNumber},
};

// location.cpp
[[gnu::weak]] extern const Kind kLocationKind = {
    .id = "location",
    .field = Message::kLocationMessageFieldNumber,
    .text = {pb::LocationMessage::kNameFieldNumber},
    .or_text = {pb::LocationMessage::kAddressFieldNumber},
};
[[gnu::weak]] extern const Kind kLiveLocationKind = {
    .id = "location",
    .field = Message::kLiveLocationMessageFieldNumber,
    .text = {pb::LiveLocationMessage::kCaptionFieldNumber},
};

// list.cpp
[[gnu::weak]] extern const Kind kListKind = {
    .id = "list",
    .field = Message::kListMessageFieldNumber,
    .text = {2},
    .or_text = {1},
    .context = 8,
};
[[gnu::weak]] extern const Kind kCatalogKind = {.id = "", .field = Message::kListMessageFieldNumber, .context = 8};
[[gnu::weak]] extern const Kind kButtonsKind = {
    .id = "buttons",
    .field = Message::kButtonsMessageFieldNumber,
    .text = {6},
    .or_text = {1},
    .context = 8,
};
[[gnu::weak]] extern const Kind kTemplateKind = {
    .id = "template",
    .field = Message::kTemplateMessageFieldNumber,
    .text = {4, 6},
    .or_text = {2, 6},
    .context = 3,
};
[[gnu::weak]] extern const Kind kInteractiveKind = {
    .id = "interactive",
    .field = Message::kInteractiveMessageFieldNumber,
    .text = {2, 1},
    .or_text = {1, 1},
    .context = 15,
};
[[gnu::weak]] extern const Kind kListAnswerKind = {
    .id = "list_response",
    .field = Message::kListResponseMessageFieldNumber,
    .text = {1},
    .or_text = {5},
    .choice = {3, 1},
    .context = 4,
};
[[gnu::weak]] extern const Kind kButtonAnswerKind = {
    .id = "buttons_response",
    .field = Message::kButtonsResponseMessageFieldNumber,
    .text = {2},
    .choice = {1},
    .context = 3,
};
[[gnu::weak]] extern const Kind kTemplateAnswerKind = {
    .id = "template_response",
    .field = Message::kTemplateButtonReplyMessageFieldNumber,
    .text = {2},
    .choice = {1},
    .context = 3,
};
[[gnu::weak]] extern const Kind kInteractiveAnswerKind = {
    .id = "interactive_response",
    .field = Message::kInteractiveResponseMessageFieldNumber,
    .text = {1, 1},
    .context = 15,
};

// rare.cpp
[[gnu::weak]] extern const Kind kGroupInviteKind = {
    .id = "group_invite",
    .field = Message::kGroupInviteMessageFieldNumber,
    .text = {6},
    .or_text = {4},
    .context = 7,
};
[[gnu::weak]] extern const Kind kNewsletterInviteKind = {
    .id = "newsletter_invite",
    .field = Message::kNewsletterAdminInviteMessageFieldNumber,
    .text = {4},
    .or_text = {2},
    .context = 6,
};
[[gnu::weak]] extern const Kind kProductKind = {
    .id = "product",
    .field = Message::kProductMessageFieldNumber,
    .text = {5},
    .or_text = {1, 3},
};
[[gnu::weak]] extern const Kind kOrderKind = {
    .id = "order",
    .field = Message::kOrderMessageFieldNumber,
    .text = {6},
    .or_text = {7},
};
[[gnu::weak]] extern const Kind kEventKind = {
    .id = "event",
    .field = Message::kEventMessageFieldNumber,
    .text = {3},
    .context = 1,
};
[[gnu::weak]] extern const Kind kEventInviteKind = {
    .id = "event_invite",
    .field = Message::kEventInviteMessageFieldNumber,
    .context = 0,
};
[[gnu::weak]] extern const Kind kAlbumKind = {.id = "album", .field = Message::kAlbumMessageFieldNumber};
[[gnu::weak]] extern const Kind kPollResultKind = {
    .id = "poll_result",
    .field = Message::kPollResultSnapshotMessageFieldNumber,
    .text = {1},
    .context = 3,
};
[[gnu::weak]] extern const Kind kPollResultV3Kind = {
    .id = "poll_result",
    .field = Message::kPollResultSnapshotMessageV3FieldNumber,
    .text = {1},
    .context = 3,
};
[[gnu::weak]] extern const Kind kPaymentRequestKind = {
    .id = "payment_request",
    .field = Message::kRequestPaymentMessageFieldNumber,
    .text = {4, 1},
    .context = 0,
};
[[gnu::weak]] extern const Kind kPaymentKind = {
    .id = "payment",
    .field = Message::kSendPaymentMessageFieldNumber,
    .text = {2, 1},
    .context = 0,
};
[[gnu::weak]] extern const Kind kPaymentDeclinedKind = {
    .id = "payment_declined",
    .field = Message::kDeclinePaymentRequestMessageFieldNumber,
    .context = 0,
};
[[gnu::weak]] extern const Kind kPaymentCancelledKind = {
    .id = "payment_cancelled",
    .field = Message::kCancelPaymentRequestMessageFieldNumber,
    .context = 0,
};
[[gnu::weak]] extern const Kind kPaymentInviteKind = {
    .id = "payment_invite",
    .field = Message::kPaymentInviteMessageFieldNumber,
    .context = 0,
};
[[gnu::weak]] extern const Kind kPhoneNumberWantedKind = {
    .id = "request_phone_number",
    .field = Message::kRequestPhoneNumberMessageFieldNumber,
    .context = 1,
};
[[gnu::weak]] extern const Kind kCallLogKind = {
    .id = "call_log",
    .field = Message::kCallLogMessageFieldNumber,
    .context = 0,
};

}  // namespace wa::client
