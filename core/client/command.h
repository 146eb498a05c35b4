// What a gateway may ask of its device. `execute` answers at once with an error when the command cannot be taken
// (not_ready, invalid_argument, conflict, full); otherwise exactly one *Done event with the same CommandId follows,
// in this step or a later one. Commands that are obligations (SendText, SetChat) are rows before they are sent and
// survive a restart; their CommandId does not.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/event.h"
#include "client/messages/kinds/kind.h"

namespace wa::client {

struct Start {};                       // want the link: connect, and reconnect until Stop
struct Stop {};                        // close the link, keep credentials
struct RequestPairCode { CommandId command = 0; std::string phone_digits; };  // -> PairCodeReady | PairCodeFailed
struct Logout { CommandId command = 0; };                                     // -> LoggedOut

// -> RejectDone. `from` may be the caller's PN or LID, with or without device; used when call_id is not known.
struct RejectCall { CommandId command = 0; std::string call_id; wire::Jid from; };

// -> MessageSent | MessageFailed. `to` is a user or a group of PN or LID form. `not_before` delays (auto-reply jitter);
// what the service has not accepted by `not_after` fails as expired instead of arriving late.
struct SendText {
  CommandId command = 0;
  std::string id;                      // chosen by build_message_id, or empty: the client makes one
  wire::Jid to;
  std::string text;
  std::optional<WallTime> not_before, not_after;
  struct Quote { std::string id; bool from_me = false; std::string text; std::optional<wire::Jid> participant; };
  std::optional<Quote> quoted;
  std::vector<wire::Jid> mentioned;    // people of a group
  bool mention_all = false;            // everybody who is in the group when the message leaves
};

// -> MessageSent | MessageFailed. `to` is a user or a group (which takes no DisappearAfter). Kept like a text.
struct SendMessage { CommandId command = 0; wire::Jid to; MessageBody body; };

// Signs of life: no event follows, the service acknowledges none of them.
struct ShowTyping { CommandId command = 0; wire::Jid chat; bool composing = true, audio = false; };
struct ShowPresence { CommandId command = 0; bool available = true; };
struct WatchPresence { CommandId command = 0; wire::Jid who; };
struct MarkMessagesRead { CommandId command = 0; wire::Jid chat, sender; std::vector<std::string> ids; WallTime time; };

// -> ChatSettingDone. Archive also unpins, in the same patch. Every setting but delete_message can be wanted.
struct SetChat {
  CommandId command = 0;
  wire::Jid chat;
  ChatSetting setting = ChatSetting::archive;
  bool value = true;                           // label_edit: false deletes the label
  std::int64_t mute_until_ms = -1;             // mute only; -1 forever
  std::optional<WallTime> last_message_hint;
  SettingDetail detail;
};

// -> SyncDone. Names of collections; empty means all five. `full` drops the state and asks for snapshots.
struct SyncAppState { CommandId command = 0; std::vector<std::string> collections; bool full = false; };

struct AskPrivacy { CommandId command = 0; };                        // -> PrivacyDone
struct SetOwnPicture { CommandId command = 0; Bytes jpeg; };         // -> OwnPictureDone

// Questions about people -> UsersFound, PictureFound or BlocklistFound, or PeopleFailed. Not kept over a lost link.
struct AskNumbers { CommandId command = 0; std::vector<std::string> numbers; };  // digits; at most kUsersPerQueryMax
struct AskProfile { CommandId command = 0; wire::Jid who; };
struct AskPicture { CommandId command = 0; wire::Jid who; bool preview = false; std::string existing_id; };
struct AskBlocklist { CommandId command = 0; };
struct ChangeBlock { CommandId command = 0; wire::Jid who; bool block = true; };

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using CommandKinds = std::variant<Start, Stop, RequestPairCode, Logout, RejectCall, SendText, SetChat, SyncAppState,
                             AskPrivacy, SetOwnPicture, AskNumbers, AskProfile, AskPicture, AskBlocklist, ChangeBlock,
                             SendMessage, ShowTyping, ShowPresence, WatchPresence, MarkMessagesRead>;
struct Command : CommandKinds {
  using CommandKinds::variant;
  Command(const Command&);
  Command(Command&&) noexcept;
  Command& operator=(const Command&);
  Command& operator=(Command&&) noexcept;
  ~Command();
};

}  // namespace wa::client
