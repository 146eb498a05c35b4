// App state: what may be set about chats, what is told of settings and collections, and the queries of both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "appstate/chat_settings.h"
#include "base/bytes.h"
#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"
#include "wire/jid.h"

namespace wa::client {

using appstate::ChatSetting;
using appstate::SettingDetail;

// --- commands
// -> ChatSettingDone. Archive also unpins, in the same patch. Every setting but delete_message and lock can be wanted.
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

// --- events
struct ChatChanged {
  ChatSetting setting = ChatSetting::archive;
  wire::Jid chat;                     // label_edit: none
  bool value = false;                 // archived, muted, starred, labeled, ...; label_edit: false when deleted
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

// --- queries
struct CollectionFetch { std::vector<std::uint8_t> collections; };
struct PatchUpload { std::uint8_t collection = 0; std::uint64_t version = 0; };

// --- what messages bring
struct SharedKey {
  Bytes key_id;
  Bytes key_data;  // empty: that device does not have it
  std::int64_t timestamp_ms = 0;
};

struct AppStateContract {
  using Commands = Kinds<SetChat, SyncAppState>;
  using Events =
      Kinds<ChatChanged, ChatSettingDone, CollectionSynced, CollectionFailed, SyncDone, SettingChanged>;
  using Queries = Kinds<CollectionFetch, PatchUpload>;
};

}  // namespace wa::client
