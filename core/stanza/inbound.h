// Typed stanzas from the service. Above this module nobody reads attribute strings: parse_inbound is total and gives a
// closed set; a stanza that lacks what its kind demands becomes Unknown (still acknowledged by its `ack`).
// Facts: 01 sections 5, 6, 9; 03; 04 sections 6, 7, 12; 05 section 6; 06 section 1; 07.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "stanza/notifications/notification.h"
#include "wire/node.h"

namespace wa::stanza {

using wire::Jid;
using wire::Node;

struct Success { std::int64_t t = 0; std::string lid, display_name; };
struct Failure { int reason = 0; int code = 0; std::int64_t expire_s = 0; std::string message; };
struct StreamError {
  int code = 0;                 // 0 when absent
  std::string conflict;         // "replaced", "device_removed", ... ; empty: no conflict child
  std::optional<std::string> unacked_id;   // <ack id class/> child
  std::string unacked_class;
  bool not_well_formed = false;
};
struct StreamEnd {};

// IQ answers, matched by id. The payload node is interpreted by the flow that asked, with the parse_* functions below.
struct IqResult { std::string id; Node node; };
struct IqError { std::string id; int code = 0; std::string text; std::int64_t backoff_s = 0; };
// IQs from the service that want an answer.
struct PairDevice { std::string id; std::vector<std::string> refs; };
struct PairSuccess {
  std::string id;
  Bytes device_identity;
  Jid jid;
  std::optional<Jid> lid;
  std::string platform, business_name;
  Bytes client_props;
};
struct Ping { std::string id; Jid from; };

// <ack class id [error] [phash] t/>: the service's answer to message, call, receipt stanzas of ours.
// refresh_lid: the LID it was sent to is out of date.
struct Ack {
  std::string cls, id, type, phash;
  int error = 0;
  std::int64_t t = 0;
  std::optional<Jid> from;
  bool refresh_lid = false;
};

// What every acknowledgement of a received stanza must repeat (07 section 3).
struct AckInfo {
  std::string cls, id, type;
  Jid from;
  std::optional<Jid> participant, recipient;
  std::string foreign_from = {};  // instead of `from`: a sender that is no JID we know; only in Unknown
};

struct Enc { std::string type; Bytes ciphertext; int version = 2; bool hide_failure = false; };
struct Message {
  AckInfo ack;
  std::string id, type, notify, category, addressing_mode,
      unavailable;  // unavailable: the child's type, or "unavailable"
  Jid from;
  std::optional<Jid> participant, recipient, sender_pn, sender_lid, participant_pn, participant_lid,
      peer_recipient_pn, peer_recipient_lid, recipient_pn, recipient_lid;
  std::int64_t t = 0;
  bool offline = false;
  std::string edit;
  std::vector<Enc> encs;
  Bytes device_identity;        // ADVSignedDeviceIdentity of a sender who opens a session; may be empty
};

enum class CallKind : std::uint8_t {
  offer,
  offer_notice,
  accept,
  pre_accept,
  reject,
  terminate,
  relay_latency,
  transport,
  enc_rekey,
  other
};
struct Call {
  AckInfo ack;                 // type = the child's tag
  CallKind kind = CallKind::other;
  std::string tag, call_id, reason, platform, version, notify;
  Jid from, creator;
  std::optional<Jid> caller_pn, caller_lid, sender_lid, participant, group;
  bool video = false, is_group = false, offline = false, silenced = false;
  std::int64_t t = 0;
  std::optional<std::int64_t> duration_s;
  std::vector<Call> also;      // what its other children say; one acknowledgement is for all
};

struct RetryKeys {
  Bytes identity, prekey_value, signed_prekey_value, signature, device_identity;
  std::optional<std::uint32_t> prekey_id;
  std::uint32_t signed_prekey_id = 0;
};
// A group's summary (07 section 4): who did it, and when.
struct ReceiptOf { std::string id; Jid user; std::int64_t t = 0; };
struct Receipt {
  AckInfo ack;
  std::string type;            // "" = delivered
  std::vector<std::string> ids;
  Jid from;
  std::optional<Jid> participant, recipient;
  std::int64_t t = 0;
  bool offline = false;
  int retry_count = 0;         // type retry
  std::optional<std::uint32_t> registration_id;
  std::optional<RetryKeys> keys;
  std::vector<ReceiptOf> users;  // of a summary; at most kReceiptUsersMax
};

struct Notification {
  AckInfo ack;
  std::string type;
  Jid from;
  std::optional<Jid> participant, sender_lid;
  std::int64_t t = 0;
  bool offline = false;
  Node node;                   // children are interpreted by parse_notification (notifications/notification.h)
};
// <ib>: never acknowledged.
struct EdgeRouting { Bytes routing_info; };
struct OfflinePreview {
  std::uint64_t total = 0, messages = 0, receipts = 0, notifications = 0, appdata = 0, calls = 0;
};
struct OfflineDone { std::uint64_t count = 0; };
struct Dirty { std::string type; std::string timestamp; };
struct DowngradeWebclient {};
struct ClientExpiration { std::int64_t t = 0; };
struct OtherIb {};

struct Presence { Jid from; std::string type; std::int64_t last = 0; };
struct ChatState { Jid from; std::optional<Jid> participant; std::string state, media; };
struct Unknown { std::optional<AckInfo> ack; std::string tag; };

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using InboundKinds = std::variant<Success, Failure, StreamError, StreamEnd, IqResult, IqError, PairDevice, PairSuccess, Ping,
                             Ack, Message, Call, Receipt, Notification, EdgeRouting, OfflinePreview, OfflineDone, Dirty,
                             DowngradeWebclient, ClientExpiration, OtherIb, Presence, ChatState, Unknown>;
struct Inbound : InboundKinds {
  using InboundKinds::variant;
  Inbound(const Inbound&);
  Inbound(Inbound&&) noexcept;
  Inbound& operator=(const Inbound&);
  Inbound& operator=(Inbound&&) noexcept;
  ~Inbound();
};
Inbound parse_inbound(Node node);

// An <ib> says as many things as it has children. It keeps the first; the others, each in one of its own, are returned.
std::vector<Node> take_more(Node& stanza);

}  // namespace wa::stanza
