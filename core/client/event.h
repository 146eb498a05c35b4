// What a device tells its gateway: facts, typed; no policy and no JSON. The order of events is the order of facts.
// Times are the service's unless the name says otherwise. JIDs of chats and people carry no device number.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/jid.h"

namespace wa::client {

using CommandId = std::uint64_t;  // chosen by the gateway; comes back in the matching *Done event

// --- connection and pairing
enum class LinkState : std::uint8_t {
  idle,          // not wanted, or nothing to do until the user acts
  connecting,    // socket, handshake, login
  pairing,       // registration connection is up: QR or code possible
  online,        // logged in and active
  waiting,       // will reconnect at `retry_at`
};
struct LinkChanged { LinkState state = LinkState::idle; std::optional<MonoTime> retry_at; };
struct LoggedIn { std::string lid; WallTime server_time; };           // device.connected
struct Disconnected { const char* reason = ""; };                      // device.disconnected (was online)
struct QrGenerated { std::string text; std::int64_t valid_ms = 0; };   // a secret: never logged
struct QrExhausted {};
struct PairCodeReady { CommandId command = 0; std::string code; std::int64_t valid_ms = 0; };  // "ABCD-1234"
struct PairCodeFailed { CommandId command = 0; int upstream_code = 0; const char* reason = ""; };
struct PairSucceeded { wire::Jid jid; wire::Jid lid; std::string platform; std::string business_name; };
struct PairFailed { const char* reason = ""; };
struct PasskeyRequired {};
struct LoggedOut { const char* reason = ""; int code = 0; CommandId command = 0; };  // credentials are erased
struct StreamReplaced {};
struct TemporaryBan { int code = 0; std::int64_t expire_s = 0; };
struct ConnectFailure { int code = 0; const char* reason = ""; std::string version; };  // version when refused as too old
struct KeepaliveTimeout {};
struct KeepaliveRestored {};

// --- calls
enum class CallEventKind : std::uint8_t { offer, accept, pre_accept, reject, terminate, relay_latency, transport, unknown };
enum class CallBy : std::uint8_t { unknown, us, other_device, peer };
struct CallEvent {
  CallEventKind kind = CallEventKind::offer;
  std::string call_id;
  wire::Jid from;                     // as received (device kept)
  std::optional<wire::Jid> from_pn, from_lid;  // both ids of the caller where known
  wire::Jid creator;                  // as received
  std::optional<wire::Jid> group;
  bool is_group = false, is_video = false, offline = false, silenced = false;
  bool first = true;                  // the first offer of this call (offers and notices are de-duplicated by call id)
  bool missed = false;                // this event made the call a missed one
  WallTime time;
  std::string platform, version, reason;
  std::optional<std::int64_t> duration_s;
  CallBy by = CallBy::unknown;
};
enum class RejectOutcome : std::uint8_t { confirmed, unconfirmed, already_ended, refused, link_lost };
struct RejectDone {
  CommandId command = 0;
  std::string call_id;
  RejectOutcome outcome = RejectOutcome::confirmed;
  int upstream_code = 0;
  std::optional<wire::Jid> caller;
  bool is_group = false;
  bool offline = false;
};

// --- messages
struct MessageReceived {
  std::string id;
  wire::Jid chat, sender;             // sender without device
  std::optional<wire::Jid> sender_pn, sender_lid;
  bool from_me = false, offline = false, is_group = false;
  WallTime time;
  std::string push_name;
  std::string type;                   // "text", "image", "reaction", ... content only for text
  std::string text;
  bool unverified = false;            // from_me: that device did not prove that it is one of ours (own_devices.h)
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
};
enum class SendFailure : std::uint8_t { refused, unknown_recipient, no_devices, timeout, queue_full, expired };
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
};
struct MessageUndecryptable { std::string id; wire::Jid chat, sender; WallTime time; int reason = 0; bool hidden = false; };

struct ContactPresence { wire::Jid jid; bool available = false; std::optional<WallTime> last_seen; };
struct ChatPresence { wire::Jid chat, sender; std::string state, media; };  // "composing", "paused"; "text", "audio"

// --- chats and app state
enum class ChatSetting : std::uint8_t {  // stored: append only
  archive, pin, mute, mark_read, star, delete_chat, clear_chat, delete_message, label_edit, label_chat, label_message,
};
// What some settings name beside the chat.
struct SettingDetail {
  std::string message_id;       // star, delete_message, label_message: with the two below the key of the message
  bool from_me = false;
  std::string participant;      // JID text: the author, of a message of another in a group
  std::string label;            // label_*: its id
  std::string label_name;       // label_edit
  std::int32_t label_color = 0;
  bool delete_starred = false;  // clear_chat
  bool delete_media = false;    // clear_chat, delete_chat
};
struct ChatChanged {
  ChatSetting setting = ChatSetting::archive;
  wire::Jid chat;                     // label_edit: none
  bool value = false;                 // archived, pinned, muted, read, starred, labeled; label_edit: false when deleted
  std::int64_t muted_until_ms = 0;    // -1: forever
  WallTime time;
  bool from_full_sync = false, by_us = false;
  SettingDetail detail;
};
enum class SettingOutcome : std::uint8_t { applied, unchanged, conflict, refused, timeout, blocked };
struct ChatSettingDone {
  CommandId command = 0;
  SettingOutcome outcome = SettingOutcome::applied;
  std::uint64_t version = 0;
  bool degraded = false;
  int upstream_code = 0;
};
struct CollectionSynced { std::string name; std::uint64_t version = 0; bool full = false; };
struct CollectionFailed { std::string name; const char* reason = ""; };
struct SyncDone { CommandId command = 0; bool ok = true; const char* reason = ""; };
struct SettingChanged { const char* name = ""; bool value = false; };  // "unarchive_chats"

// --- the account
enum class AccountOutcome : std::uint8_t { done, refused, timeout, link_lost };
struct PrivacyDone {
  CommandId command = 0;
  AccountOutcome outcome = AccountOutcome::done;
  int upstream_code = 0;
  std::vector<std::pair<std::string, std::string>> categories;  // "last" -> "contacts", as the service names them
};
struct OwnPictureDone {
  CommandId command = 0;
  AccountOutcome outcome = AccountOutcome::done;
  int upstream_code = 0;
  std::string picture_id;
};
// --- people
struct UserFound {
  std::string number;                 // digits as asked for
  bool exists = false;
  std::optional<wire::Jid> jid, lid;  // jid: the PN where it is known
  std::string about, picture_id, verified_name;
  std::vector<wire::Jid> devices;
};
struct UsersFound { CommandId command = 0; std::vector<UserFound> users; };
struct PictureFound {
  CommandId command = 0;
  bool unchanged = false;
  std::string id, url, type, direct_path;
};
struct BlocklistFound { CommandId command = 0; std::vector<wire::Jid> blocked; std::string dhash; };
struct PeopleFailed { CommandId command = 0; int upstream_code = 0; };  // -1: no answer; 0: an answer that says nothing

// --- the rest
struct ContactChanged { wire::Jid jid; std::string full_name, first_name; };
struct PushNameChanged { wire::Jid jid; std::string name; };
struct HistoryProgress { std::string sync_type; std::uint32_t progress = 0, chunk = 0, conversations = 0; };
struct OfflinePreview { std::uint64_t messages = 0, receipts = 0, notifications = 0, calls = 0, total = 0; };
struct OfflineCompleted { std::uint64_t count = 0; };
struct IdentityChanged { wire::Jid jid; };  // of others, never the own account

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using EventKinds = std::variant<
    LinkChanged, LoggedIn, Disconnected, QrGenerated, QrExhausted, PairCodeReady, PairCodeFailed, PairSucceeded, PairFailed,
    PasskeyRequired, LoggedOut, StreamReplaced, TemporaryBan, ConnectFailure, KeepaliveTimeout, KeepaliveRestored,
    CallEvent, RejectDone, MessageReceived, MessageSent, MessageFailed, MessageReceipt, MessageUndecryptable, ChatChanged,
    ChatSettingDone, CollectionSynced, CollectionFailed, SyncDone, SettingChanged, ContactChanged, PushNameChanged,
    HistoryProgress, OfflinePreview, OfflineCompleted, IdentityChanged, PrivacyDone, OwnPictureDone, UsersFound, PictureFound,
    BlocklistFound, PeopleFailed, ContactPresence, ChatPresence>;
struct Event : EventKinds {
  using EventKinds::variant;
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

}  // namespace wa::client
