// Messages: what may be sent, what is told of those sent and received, and the queries that a message waits for.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"
#include "client/media/contract.h"
#include "wire/jid.h"

namespace wa::client {

// --- what a message may be (api.md 3.7): plain values, no protobuf. messages/kinds has a row for each.
// Another message of the same chat. `participant`: its author, in a group.
struct MessageRef { std::string id; bool from_me = false; std::optional<wire::Jid> participant; };

struct EmojiReaction { MessageRef target; std::string emoji; };            // an empty emoji takes the reaction back
struct Location { double latitude = 0, longitude = 0; std::string name, address, url, comment; };
struct ContactCard { std::string name, vcard; };
struct ContactCards { std::vector<ContactCard> cards; };              // at least one
struct Poll { std::string question; std::vector<std::string> options; bool several = false; };
struct Edit { MessageRef target; std::string text; };                 // of one of ours
struct Revoke { MessageRef target; };                                 // for everyone
struct DisappearAfter { std::uint32_t seconds = 0; };                 // of the chat; 0: off

// A file on the service's hosts, and how it is opened (09 section 3). Whoever has this has the file.
struct HostedFile {
  std::string url, direct_path;
  Bytes media_key, sha256, enc_sha256;
  std::uint64_t bytes = 0;              // of the plaintext
  std::int64_t media_key_time_s = 0;    // unix seconds of the upload
  std::string mimetype;
};
// A message that is a file. What its kind does not have is not written.
struct FileBody {
  MediaKind kind = MediaKind::image;
  HostedFile file;
  std::string caption, file_name;
  std::uint32_t width = 0, height = 0, seconds = 0, pages = 0;
  bool view_once = false, animated = false;
  Bytes thumbnail, waveform, sidecar, first_frame_sidecar;
  std::uint64_t first_frame_length = 0;
};

// A place that moves: only where it is at first is sent, nobody knows how it goes on (10 section 6).
struct LiveLocation {
  double latitude = 0, longitude = 0;
  std::uint32_t accuracy_m = 0, degrees = 0;   // of the compass
  float speed_mps = 0;
  std::string caption;
  std::int64_t sequence = 0;
  std::uint32_t time_offset = 0;
};
// Buttons under a text. `value`: the id of a reply, the address of a link, the number of a call, the code to copy.
struct FlowButton {
  enum class Kind : std::uint8_t { reply, url, call, copy };
  Kind kind = Kind::reply;
  std::string text, value;
};
struct Interactive {
  std::string title, body, footer;
  std::optional<FileBody> image;        // above the title
  std::vector<FlowButton> buttons;      // at least one
};
struct ChoiceRow { std::string id, title, description; };
struct ChoiceSection { std::string title; std::vector<ChoiceRow> rows; };
struct ChoiceList { std::string title, body, footer, button_text; std::vector<ChoiceSection> sections; };
struct ButtonAnswer { std::string id, text; };             // to somebody's buttons, which the context quotes
struct ListAnswer { std::string row_id, title, description; };
struct Product {
  wire::Jid business;                   // whose catalog it stands in; by number
  std::string id, title, description, currency, retailer_id, url, body, footer;
  std::int64_t price_1000 = 0, sale_price_1000 = 0;   // thousandths of the currency; 0: none
  std::uint32_t image_count = 0;
  std::optional<FileBody> image;
};
struct CatalogSection { std::string title; std::vector<std::string> product_ids; };
struct Catalog {
  wire::Jid business;
  std::string title, description, footer, button_text, header_product_id;
  std::vector<CatalogSection> sections;
};
struct GroupInvite { wire::Jid group; std::string code, name, caption; std::int64_t expires_s = 0; };
// Amounts in hundredths or whatever else the smallest part of the currency is: `per_unit` of them are one.
struct PaymentRequest {
  wire::Jid payer;
  std::string currency = {}, note = {};   // ISO 4217
  std::uint64_t amount_minor = 0;
  std::uint32_t per_unit = 100;
  std::int64_t expires_s = 0;
};
struct Payment { MessageRef request; std::string note; };   // marks the request, moves no money
struct PaymentDecline { MessageRef request; };              // of another's request
struct PaymentCancel { MessageRef request; };               // of our own
struct EventPlan {
  std::string name, description, join_link;
  std::optional<Location> location;
  std::int64_t start_s = 0, end_s = 0;  // end 0: open
  bool extra_guests = false;
};
// Comes before its parts, which name it (MessageContext::album).
struct Album { std::uint32_t images = 0, videos = 0; };

// What is shown of a link in a text. `picture`: a bigger thumbnail, uploaded as one.
struct LinkPreview {
  std::string matched, title, description;   // `matched`: the link, as it stands in the text
  bool video = false;
  Bytes thumbnail;                           // JPEG, small
  std::optional<HostedFile> picture;
  std::uint32_t width = 0, height = 0;       // of the picture
};
struct Text { std::string text; std::optional<LinkPreview> preview = {}; };

// A status that is a text (11 section 2). Colours: 0xAARRGGBB.
struct StatusText {
  std::string text;
  std::uint32_t text_argb = 0xffffffff, background_argb = 0xff1e6e4f;
  std::uint8_t font = 1;                // as the service numbers them
};

using MessageBody =
    std::variant<EmojiReaction, Location, ContactCards, Poll, Edit, Revoke, DisappearAfter, Text, FileBody,
                 LiveLocation, Interactive, ChoiceList, ButtonAnswer, ListAnswer, Product, Catalog, GroupInvite,
                 PaymentRequest, Payment, PaymentDecline, PaymentCancel, EventPlan, Album, StatusText>;

// What a message answers. `participant`: its author, in a group. `chat`: only of another chat. `type`: of Said; a text
// without.
struct QuotedMessage {
  std::string id;
  bool from_me = false;
  std::string text;
  std::optional<wire::Jid> participant = {};
  std::string type = {};
  std::optional<wire::Jid> chat = {};
};
// What stands around a content, whatever it is. Kinds that have no place for something leave it out (kinds/kind.h).
struct MessageContext {
  std::optional<QuotedMessage> quoted = {};
  std::vector<wire::Jid> mentioned = {};  // people of a group
  bool mention_all = false;               // everybody who is in the group when the message leaves
  std::uint32_t forwarded = 0;            // how often, this time included; 0: it is not. From 5 on "many times"
  std::string album = {};                 // the id of the album that it is a part of
  // `not_before` delays (auto-reply jitter); what the service has not accepted by `not_after` fails as expired instead
  // of arriving late.
  std::optional<WallTime> not_before = {}, not_after = {};
};

// --- commands
// -> MessageSent | MessageFailed. `to` is a user or a group of PN or LID form (a group takes no DisappearAfter).
struct SendMessage {
  CommandId command = 0;
  wire::Jid to;
  MessageBody body;
  std::string id = {};                 // "3EB0" and 18 hex digits, or empty: the client makes one
  MessageContext context = {};
};
// A Text, sent as by SendMessage.
struct SendText {
  CommandId command = 0;
  std::string id;
  wire::Jid to;
  std::string text;
  std::optional<WallTime> not_before, not_after;
  using Quote = QuotedMessage;
  std::optional<Quote> quoted;
  std::vector<wire::Jid> mentioned;
  bool mention_all = false;
};
// Asks the own phone for messages of a chat before the one named (12 section 6). What it sends is told as history
// (HistoryProgress), later or never.
struct RequestHistory {
  CommandId command = 0;
  wire::Jid chat;
  MessageRef before;
  WallTime before_time;
  std::uint32_t count = 50;
  std::string id = {};                 // of the request, as above
};

// --- what a message says, as it is told
// Of a file: what stands in the message. Whoever wants the bytes fetches them.
struct MediaFile {
  std::string mimetype, file_name;
  Bytes sha256;
  std::uint64_t bytes = 0;
  std::uint32_t seconds = 0, width = 0, height = 0, pages = 0;
  bool voice = false, animated = false;   // an audio that was spoken; a video or sticker that moves by itself
  MediaKind kind = MediaKind::document;
  HostedFile hosted = {};                 // where it is, by `direct_path`, and how it is opened; not what stands above
  Bytes thumbnail = {};                   // JPEG
};
// `participant`: its author. `chat`: only of another chat.
struct QuotedContent { std::string id, type, text; std::optional<wire::Jid> participant, chat; };
// What a message does to another one, its target.
enum class Change : std::uint8_t { none, edited, revoked, pinned, unpinned, kept, unkept, voted };
struct Said {
  std::string type;                       // "text", "image", "reaction", ...; "unknown": newer than this program
  std::string text;                       // or the caption, the emoji, the question: what can be read of it
  Change change = Change::none;
  std::optional<MessageRef> target;       // of a change, a reaction, a comment, an answer; with its author
  std::optional<QuotedContent> quoted;
  std::vector<wire::Jid> mentioned;
  bool mention_all = false, forwarded = false, view_once = false, live = false;   // live: a location that moves
  bool unreadable = false;                // sealed under the secret of a message that we do not have
  std::optional<MediaFile> media;
  std::optional<Location> location;
  std::vector<ContactCard> contacts;
  std::optional<Poll> poll;
  std::vector<std::string> votes;         // options by their names; one we do not know by its hash
  std::string choice;                     // the id of what was chosen of a list or of buttons
};

// --- events
struct MessageReceived : Said {
  std::string id;
  wire::Jid chat, sender;             // sender without device
  std::optional<wire::Jid> sender_pn, sender_lid;
  bool from_me = false, offline = false, is_group = false;
  bool broadcast = false;             // sent to a list of people, of whom we are one
  WallTime time;
  std::string push_name;
  bool unverified = false;            // from_me: that device did not prove that it is one of ours (own_devices.h)
};
// A status of somebody, or of another device of ours. What others say of ours (a reaction) comes as this, too.
struct StatusReceived : MessageReceived {
  bool muted = false;                 // the account does not want to see those of this person
  std::uint32_t background_argb = 0;  // of a text; 0: none
};
struct MessageSent {
  CommandId command = 0;
  std::string id;
  wire::Jid chat;
  WallTime time;
  bool from_other_device = false;
  int failed_devices = 0;
  std::vector<wire::Jid> mentioned = {};
  bool mention_all = false;
  Said said = {};
};
// Older messages of a chat, which the phone was asked for (RequestHistory), newest first. Parts of one answer have the
// same request.
struct HistoryMessages { std::string request_id; wire::Jid chat; std::vector<MessageReceived> messages; };
// no_file: what came of the file of the message is told by FileFailed.
enum class SendFailure : std::uint8_t { refused, unknown_recipient, no_devices, timeout, queue_full, expired, no_file };
struct MessageFailed {
  CommandId command = 0;
  std::string id;
  wire::Jid chat;
  SendFailure why = SendFailure::refused;
  int upstream_code = 0;
};
enum class ReceiptKind : std::uint8_t { delivered, read, played };
struct MessageReceipt {
  ReceiptKind kind = ReceiptKind::delivered;
  std::vector<std::string> ids;
  wire::Jid chat, by;
  WallTime time;
  std::uint16_t device = 0;           // of `by`
};
// `unavailable`: not an unreadable message, but one that came without its content: why, in the words of the service.
struct MessageUndecryptable {
  std::string id;
  wire::Jid chat, sender;
  WallTime time;
  int reason = 0;
  bool hidden = false;
  std::string unavailable = {};
};
// How long messages of a chat live; 0: for ever.
struct ChatTimerChanged {
  std::string id;
  wire::Jid chat, by;
  bool from_me = false;
  std::uint32_t seconds = 0;
  WallTime time;
};

// --- queries
// An id: for one group message.
struct DeviceQuery { std::vector<wire::Jid> users; std::string message_id; bool by_other_id = false; };
struct GroupQuery { wire::Jid group; std::string message_id; };
struct BundleQuery { std::vector<wire::Jid> devices; std::string message_id; };
struct ResendQuery { wire::Jid device; std::string message_id; };  // the bundle of a device that could not read us
struct AudienceQuery { std::string message_id; };                   // who sees a status that waits

struct MessagesContract {
  using Commands = Kinds<SendText, SendMessage, RequestHistory>;
  using Events =
      Kinds<MessageReceived, StatusReceived, MessageSent, MessageFailed, MessageReceipt, MessageUndecryptable,
            ChatTimerChanged, HistoryMessages>;
  using Queries = Kinds<DeviceQuery, GroupQuery, BundleQuery, ResendQuery, AudienceQuery>;
};

}  // namespace wa::client
