// GET /chats and GET /contacts as lists: who is in them, in the order of their keys, from any key on.
// Guarantees: a list that is read in pages is the list that is read whole; an entry that stays is in one page, whatever comes
// and goes meanwhile. What a page reads is bounded (kListWorkMax), whatever the rows are: it may end before `limit`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"

namespace wa::client {

inline constexpr std::size_t kListWorkMax = 300'000;  // units of list_view.h: below 50 ms over a database

struct ListEnd {
  std::string last;   // the key to go on after, when there is more
  bool more = false;
};

// Everybody with a name, each once, by PN where known. The key is the JID that is shown.
struct ContactSummary { wire::Jid jid; ContactRow row; };
ListEnd list_contacts(const store::Txn&, std::string_view after, std::size_t limit,
                      const std::function<void(const ContactSummary&)>& tell, std::size_t work = kListWorkMax);

// Chats and named contacts, each once, named by PN where known. The key is the JID that the account knows the chat by.
struct ChatSummary {
  wire::Jid jid;
  std::string name;
  bool archived = false, pinned = false;
  std::int64_t muted_until_ms = 0;    // -1: forever; times that have passed are given as stored
  std::int64_t last_message_s = 0;
  bool unread = false;                // may be so without a message: the account marked it
  std::uint32_t unread_messages = 0;
  std::vector<std::string> labels;    // ids, those that exist
};
ListEnd list_chats(const store::Txn&, std::string_view after, std::size_t limit,
                   const std::function<void(const ChatSummary&)>& tell, std::size_t work = kListWorkMax);

// Of the chats that had a message, the newest first; those of one second by their keys. `after` and ListEnd::last say a
// place in this order.
ListEnd list_newest_chats(const store::Txn&, std::string_view after, std::size_t limit,
                          const std::function<void(const ChatSummary&)>& tell);
bool is_newest_key(std::string_view key);

// The one of them that is known by this JID, by either form; nullopt: neither a chat nor a named contact.
std::optional<ChatSummary> find_chat_summary(const store::Txn&, const wire::Jid&);

}  // namespace wa::client
