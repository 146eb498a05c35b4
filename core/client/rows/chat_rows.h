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

  bool has_record() const { return archive_ms || pin_ms || mute_ms || read_ms; }
};
std::optional<ChatRow> read_chat(ByteView row);
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

// The account setting "unarchive on new messages" (off unless the phone says so).
bool unarchives_chats(const store::Txn&);
void store_unarchives_chats(store::Txn&, bool unarchive);

}  // namespace wa::client
