// What is known of chats, as rows: settings of app state, the last message key, names of groups.
// Table::chats: chat JID as text -> ChatRow. Table::device "unarchive_chats".
// A 1:1 chat may be known by PN and by LID: find_chat looks at both forms, and a list shows one of them (chat_lists.h).
// Guarantees: never content, only ids and times of messages. A row that cannot be read counts as absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/ids.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

inline constexpr std::size_t kScanStep = 512;  // rows read at a time where a table is walked

enum class ReadState : std::uint8_t { unknown, read, unread };

// A label that the chat carries, or was taken off it (`on` false, kept so that an older record does not put it back).
struct ChatLabel { std::string id; std::int64_t time_ms = 0; bool on = true; };
inline constexpr std::size_t kChatLabelsMax = 32;  // those taken off go first, then more are refused
// Of disappearing messages. seconds 0: off. set_s: when it was set, by the service's clock; 0: not known.
struct ChatTimer { std::uint32_t seconds = 0; std::int64_t set_s = 0; };

struct ChatRow {
  bool archived = false, pinned = false;
  std::int64_t muted_until_ms = 0;   // 0: not muted; -1: forever
  ReadState read = ReadState::unknown;
  std::optional<LastMessage> last;   // id may be empty when only a time is known
  // Of the record that set it; 0: there is none. They break ties between records of one snapshot.
  std::int64_t archive_ms = 0, pin_ms = 0, mute_ms = 0, read_ms = 0;
  // The newest message the archive or read record has seen (message range), in seconds.
  std::int64_t archive_range_s = 0, read_range_s = 0;
  std::string name;                  // of groups, from history
  std::uint32_t unread = 0;          // messages of others since the account read; 0 in a chat that was only marked
  std::vector<ChatLabel> labels;
  ChatTimer timer;

  bool has_record() const { return archive_ms || pin_ms || mute_ms || read_ms; }
};
std::optional<ChatRow> read_chat(ByteView row);
// Of the last message alone, in seconds; 0: there is none. Costs less than the whole row.
std::int64_t read_last_message_s(ByteView row);
std::optional<ChatRow> load_chat(const store::Txn&, const wire::Jid& chat);
void store_chat(store::Txn&, const wire::Jid& chat, const ChatRow&);

// The same user in the other namespace, from the LID map; nullopt for groups and unknown users.
std::optional<wire::Jid> other_form(const store::Txn&, const wire::Jid& jid);

// The form under which the account knows the chat (05 section 10): the one with a record, else the one with the last
// message, else as given. `row` is empty when neither form is known.
struct KnownChat { wire::Jid jid; ChatRow row; };
KnownChat find_chat(const store::Txn&, const wire::Jid& chat);
// The same of what was read already.
KnownChat known_chat(const wire::Jid& chat, std::optional<ChatRow> row, const wire::Jid& other,
                     std::optional<ChatRow> other_row);

// The account has read these messages of the chat, here or on another device; with the last one, all of it.
void note_read(store::Txn&, const wire::Jid& chat, const std::vector<std::string>& ids);
void set_label(ChatRow&, const ChatLabel&);  // unless a newer record has spoken of it
// The timer of a chat in any form; a group's is that of its metadata (group_members.h), here is when it was set.
ChatTimer timer_of(const store::Txn&, const wire::Jid& chat);
// An older setting than the one known changes nothing.
void note_timer(store::Txn&, const wire::Jid& chat, const ChatTimer&);

// The account setting "unarchive on new messages" (off unless the phone says so).
bool unarchives_chats(const store::Txn&);
void store_unarchives_chats(store::Txn&, bool unarchive);

}  // namespace wa::client
