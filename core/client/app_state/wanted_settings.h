// Chat settings that must reach the service: rows of Table::intents, and what each needs now.
// An intent is stored before anything is sent and erased when the service confirmed it, refused it for good, or when
// there is nothing to do. The newer of two intents for one setting of one chat replaces the older.
#pragma once

#include <vector>

#include "appstate/action.h"
#include "client/app_state/contract.h"
#include "client/rows/chat_rows.h"

namespace wa::client {

using IntentId = std::uint64_t;

struct ChatIntent {
  IntentId id = 0;                  // grows
  ChatSetting setting = ChatSetting::archive;
  wire::Jid chat;
  bool value = false;
  std::int64_t mute_until_ms = 0;
  std::int64_t hint_s = 0;          // time of the last message, as the caller knows it; 0: none. clear_chat, delete_chat:
                                    // of the newest that may go, as it was when they were asked for
  bool sent = false;                // a patch with it left, so it may have been applied
  std::uint8_t conflicts = 0;       // how often the service answered 409
  int refused = 0;                  // the code of a refusal that a full resync may cure; 0: none
  SettingDetail detail;
};

// What the setting is of: a chat (a user or a group), and a message or a label where it needs one.
bool is_complete(const SetChat&);

// Gives the id. Errors: full (too many are waiting).
Result<IntentId> add_intent(store::Txn&, const SetChat&, WallTime now);
void store_intent(store::Txn&, const ChatIntent&);
void erase_intent(store::Txn&, const ChatIntent&);
std::vector<ChatIntent> load_intents(const store::Txn&, appstate::Collection, std::size_t limit);  // oldest first

// For GET /appstate: the collections as they stand.
struct CollectionHealth {
  std::string name;
  std::uint64_t version = 0;
  const char* state = "ok";     // ok, blocked, degraded
  const char* last_error = "";
  std::size_t pending = 0;       // intents
};
std::vector<CollectionHealth> app_state_health(const store::Txn&);

// The same setting of the same thing, the chat in any form.
bool same_target(const store::Txn&, const ChatIntent&, const ChatIntent&);
// They cannot go in one patch: what one needs depends on the other.
bool in_each_others_way(const store::Txn&, const ChatIntent&, const ChatIntent&);

// What must be uploaded. Empty: the chat is in the wanted state and no newer message came since.
std::vector<appstate::Action> plan(const store::Txn&, const ChatIntent&, WallTime now);

}  // namespace wa::client
