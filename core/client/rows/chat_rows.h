// What is known of chats and contacts, as rows: settings of app state, the last message key, names.
// Table::chats: chat JID as text -> ChatRow. Table::contacts: JID as text -> ContactRow. Table::device "unarchive_chats".
// A 1:1 chat may be known by PN and by LID: find_chat looks at both forms and list_chats shows one of them.
// Guarantees: never content, only ids and times of messages. A row that cannot be read counts as absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "client/event.h"
#include "store/store.h"

namespace wa::client {

inline constexpr std::size_t kNameBytesMax = 1024;  // of a chat, a contact, this account
inline constexpr std::size_t kScanStep = 512;  // rows read at a time where a table is walked

struct LastMessage {
  std::string id;
  bool from_me = false;
  std::string participant;      // JID text; groups: author of a message of others
  std::int64_t timestamp_s = 0;
};

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
std::optional<ChatRow> load_chat(const store::Txn&, const wire::Jid& chat);
void store_chat(store::Txn&, const wire::Jid& chat, const ChatRow&);

// The same user in the other namespace, from the LID map; nullopt for groups and unknown users.
std::optional<wire::Jid> other_form(const store::Txn&, const wire::Jid& jid);

// The form under which the account knows the chat (05 section 10): the one with a record, else the one with the last
// message, else as given. `row` is empty when neither form is known.
struct KnownChat { wire::Jid jid; ChatRow row; };
KnownChat find_chat(const store::Txn&, const wire::Jid& chat);

struct ContactRow {
  std::string full_name, first_name;  // from the address book (app state)
  std::string push_name;              // what they call themselves
  const std::string& shown() const {
    return !full_name.empty() ? full_name : !first_name.empty() ? first_name : push_name;
  }
};
std::optional<ContactRow> load_contact(const store::Txn&, const wire::Jid& who);
void store_contact(store::Txn&, const wire::Jid& who, const ContactRow&);
// True when it changed something.
bool note_push_name(store::Txn&, const wire::Jid& who, std::string_view push_name);

// The account setting "unarchive on new messages" (off unless the phone says so).
bool unarchives_chats(const store::Txn&);
void store_unarchives_chats(store::Txn&, bool unarchive);

// For GET /contacts: everybody with a name, each once, by PN where known.
struct ContactSummary { wire::Jid jid; ContactRow row; };
std::vector<ContactSummary> list_contacts(const store::Txn&, std::size_t limit);

// For GET /chats: chats and named contacts, each once, named by PN where known.
struct ChatSummary {
  wire::Jid jid;
  std::string name;
  bool archived = false, pinned = false;
  std::int64_t muted_until_ms = 0;    // -1: forever; times that have passed are given as stored
  std::int64_t last_message_s = 0;
};
std::vector<ChatSummary> list_chats(const store::Txn&, std::size_t limit);
std::vector<ChatSummary> list_chats(const store::StoreView&, std::size_t limit);
// The one of them that is asked for by either form; nullopt: neither a chat nor a named contact.
std::optional<ChatSummary> find_chat_summary(const store::Txn&, const wire::Jid&);

}  // namespace wa::client
