// What one room has found for others, or wants of them: values that a room collects in its Turn (turn.notify). They
// are forwarded after the room has returned, in order, in the same step; each is heard by one room at least (rooms.h).
// Does not hold what goes to the service: see Ask, and link/out.h.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/contract.h"

namespace wa::client {

// A query that leaves when the room has returned, after its notices. If it cannot leave, QueryLinkLost is its answer.
struct Ask {
  wire::Node iq;   // without id
  Query what;
};

// --- what a received message means. Key shares, history and mappings come from own devices only (checked by Inbox).
struct KeyShareNotice { std::vector<SharedKey> keys; };
struct KeyRequestNotice { wire::Jid device; std::vector<SharedKey> keys; };  // ids without data
// The newest message of a chat, as the archive of that chat must name it (05 section 6).
struct ChatNotice { wire::Jid chat; LastMessage last; };
struct PushNameNotice { wire::Jid who; std::string name; std::int64_t t = 0; };
// An unreadable message: the own phone is asked for it (a peer message of this id) unless it arrives soon.
struct MissingNotice { std::string request_id; Bytes request; };
struct ArrivedNotice { std::string request_id; };
// HistoryNotification (history/contract.h) is a notice, too. Once it was read, its message gets a `hist_sync` receipt.
struct HistoryReadNotice { std::string stanza_id; };
// Messages of one chat that the phone was asked for, each a WebMessageInfo.
struct HistoryMessagesNotice { std::string request_id; wire::Jid chat; std::vector<Bytes> messages; };

// --- what app state and history say of people and of the account
struct LearntMapping { wire::Jid pn, lid; };              // of one user
// A trusted-contact token of a chat (04 section 11).
// We wrote to this person, or the person was set up anew and has lost what we gave.
struct TokenDue { wire::Jid user; bool lost = false; };
struct LearntToken { wire::Jid user; Bytes token; std::int64_t t = 0, issued_s = 0; };  // issued_s: ours, the last time
struct OwnNameNotice { std::string name; };
struct KeysMissing { std::vector<Bytes> key_ids; };       // for one APP_STATE_SYNC_KEY_REQUEST to the own devices
struct KeyAnswer { wire::Jid device; std::vector<SharedKey> keys; };  // without data: we do not have it either

// --- messages to own devices (messages/peer_delivery.h)
// The service did not take it: what it promised is open again.
struct PeerLost { Bytes request; std::vector<Bytes> key_ids; };
struct PeerFanout { Bytes request; std::vector<wire::Jid> companions; };

// --- files of the service
struct HostsKnown {};                                     // or that nothing more will be known of them (media/hosts.h)
// A message with a file was told; where the file is (files/files.h keeps that).
struct FileTold {
  std::string id;
  wire::Jid chat, author;
  bool from_me = false, view_once = false;
  WallTime time;
  MediaFile file;
};
struct FileHosted { SendMessage message; };               // its file is at the service: it may leave

// --- the link and the account
struct RefsUsedUp {};                                     // nobody scanned, no code is alive
struct AvailabilityShown { bool available = false; };     // presence, as the service was told

using Notices = Kinds<KeyShareNotice, HistoryNotification, ChatNotice, PushNameNotice, MissingNotice, ArrivedNotice,
                      HistoryReadNotice, HistoryMessagesNotice, LearntMapping, LearntToken, OwnNameNotice,
                      KeysMissing, RefsUsedUp, AvailabilityShown, KeyRequestNotice, KeyAnswer, PeerLost,
                      PeerFanout, TokenDue, HostsKnown, FileTold, FileHosted>;
// A class, as Event is. Moved only: nobody keeps two.
using NoticeKinds = VariantOf<Notices>;
struct Notice : NoticeKinds {
  using NoticeKinds::variant;
  Notice(Notice&&) noexcept;
  Notice& operator=(Notice&&) noexcept;
  ~Notice();
};

}  // namespace wa::client
