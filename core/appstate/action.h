// What a record means: typed actions and their index, version, collection and value (05 sections 9, 10).
// Guarantees: build_mutation writes the bytes of appstate_mutation.json; parse_action is total: what is not known, or not
// shaped as it should be, is UnknownAction. JIDs stay text here: the form (PN or LID) matters and is the caller's.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "appstate/patch.h"

namespace wa::appstate {

struct MessageKey {
  std::string chat, id;
  bool from_me = false;
  std::string participant;  // group messages of others only
};
// "The chat as I saw it" (05 section 10).
struct MessageRange {
  std::optional<std::int64_t> last_message_s, last_system_message_s;
  struct Entry { MessageKey key; std::int64_t timestamp_s = 0; };
  std::vector<Entry> messages;
};

struct Archive { std::string chat; bool archived = false; std::optional<MessageRange> range; };
struct Pin { std::string chat; bool pinned = false; };
struct Mute { std::string chat; bool muted = false; std::optional<std::int64_t> end_ms; };  // -1: forever
struct MarkRead { std::string chat; bool read = false; std::optional<MessageRange> range; };
struct Star { MessageKey key; bool starred = false; };
struct DeleteMessageForMe { MessageKey key; bool delete_media = false; std::int64_t message_s = 0; };
struct ClearChat {
  std::string chat;
  bool delete_starred = false, delete_media = false;
  std::optional<MessageRange> range;
};
struct DeleteChat { std::string chat; bool delete_media = false; std::optional<MessageRange> range; };
struct Lock { std::string chat; bool locked = false; };
struct Contact { std::string jid, full_name, first_name, lid, pn; bool save_on_primary = false; };
struct LidContact { std::string lid, full_name, first_name; };
struct PushName { std::string name; };
struct UnarchiveChats { bool unarchive = false; };
struct PnForLidChat { std::string lid, pn; };
struct NctSalt { Bytes salt; };
struct KeyExpiration { std::int32_t expired_epoch = 0; };
struct LabelEdit {
  std::string label, name;
  std::int32_t color = 0;
  bool deleted = false;
  std::optional<std::int32_t> predefined_id = {};  // of those that every business account has
};
struct LabelChat { std::string label, chat; bool labeled = false; };
struct LabelMessage { std::string label; MessageKey key; bool labeled = false; };
// Who sees the account's statuses. The numbers are those of the service.
enum class StatusAudience : std::uint8_t { allow_list, deny_list, contacts, close_friends, custom_list };
struct StatusPrivacy { StatusAudience audience = StatusAudience::contacts; std::vector<std::string> people; };
struct StatusMute { std::string author; bool muted = false; };
struct UnknownAction {};

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using ActionKinds = std::variant<Archive, Pin, Mute, MarkRead, Star, DeleteMessageForMe, ClearChat, DeleteChat, Lock, Contact,
                 LidContact, PushName, UnarchiveChats, PnForLidChat, NctSalt, KeyExpiration, LabelEdit, LabelChat,
                 LabelMessage, StatusPrivacy, StatusMute, UnknownAction>;
struct Action : ActionKinds {
  using ActionKinds::variant;
  Action(const Action&);
  Action(Action&&) noexcept;
  Action& operator=(const Action&);
  Action& operator=(Action&&) noexcept;
  ~Action();
};

// WA_ASSERTs on UnknownAction.
Collection collection_of(const Action&);
Mutation build_mutation(const Action&, std::int64_t timestamp_ms, Operation operation = Operation::set);

struct ReadAction {
  Operation operation = Operation::set;  // remove: the default state again, or a contact deleted
  std::int64_t timestamp_ms = 0;
  Action action;
};
ReadAction parse_action(const Mutation&);

}  // namespace wa::appstate
