#include "client/rows/chat_lists.h"

#include <algorithm>
#include <deque>
#include <functional>

#include "client/rows/list_view.h"
#include "client/rows/lid_map.h"

namespace wa::client {
namespace {

using store::Row;
using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::size_t kCopiedFrom = 1'001;  // longer lists than that copy the tables they look into

// Streams begin behind the key, and read no more at once than a short page wants.
std::string behind(std::string_view key) { return key.empty() ? std::string() : std::string(key) + '\0'; }
std::size_t step_of(std::size_t limit) { return std::min(limit + 1, kScanStep); }

// The JID of a row, when the row is where rows of that JID are.
std::optional<Jid> jid_of(const Row& row) {
  auto jid = wire::parse_jid(row.id);
  if (!jid || row.id.size() != jid->user.size() + 1 + wire::server_name(jid->server).size()) return std::nullopt;
  if (jid->user_jid() != *jid) return std::nullopt;  // of a hosted device, as rows were kept once
  return jid;
}

// Tells entries until there are `limit` or too much was read, but looks at one key at least.
template <class List, class Entry>
ListEnd tell_all(List& list, const ListView& view, std::string_view after, std::size_t limit,
                 const std::function<void(const Entry&)>& tell) {
  ListEnd out{std::string(after), false};
  std::size_t told = 0;
  for (std::string key; !list.next().empty(); std::swap(out.last, key)) {
    out.more = view.spent() && out.last != after;
    if (out.more) return out;
    key = list.next();
    const std::optional<Entry> entry = list.take(key);
    if (!entry) continue;
    out.more = told++ == limit;
    if (out.more) return out;
    tell(*entry);
  }
  return out;
}

// --- chats

class ChatList {
 public:
  ChatList(const store::Txn& rows, std::string_view after, std::size_t limit)
      : rows_(rows), chats_(rows, Table::chats, {}, behind(after), step_of(limit)),
        contacts_(rows, Table::contacts, {}, behind(after), step_of(limit)) {}

  // The smallest key that was not looked at; empty at the end.
  std::string_view next() {
    const Row *chat = chats_.front(), *contact = contacts_.front();
    if (!chat) return contact ? std::string_view(contact->id) : std::string_view();
    return contact && contact->id < chat->id ? contact->id : chat->id;
  }
  // What stands at that key, when it is listed there.
  std::optional<ChatSummary> take(const std::string& key) {
    std::optional<ChatRow> chat;
    std::optional<ContactRow> contact;
    const auto jid = jid_of(chats_.front() && chats_.front()->id == key ? *chats_.front() : *contacts_.front());
    if (chats_.front() && chats_.front()->id == key) {
      chat = read_chat(chats_.front()->value);
      chats_.pop();
    }
    if (contacts_.front() && contacts_.front()->id == key) {
      contact = read_contact(contacts_.front()->value);
      contacts_.pop();
    }
    return jid ? entry(*jid, key, std::move(chat), contact) : std::nullopt;
  }

 private:
  std::optional<ChatSummary> entry(const Jid& jid, const std::string& key, std::optional<ChatRow> chat,
                                   const std::optional<ContactRow>& contact) const {
    const bool stored = chat.has_value();
    if (!stored && (!contact || contact->full_name.empty())) return std::nullopt;  // a push name alone makes no contact
    const auto other = other_form(rows_, jid);
    KnownChat known{jid, {}};
    if (other) known = known_chat(jid, std::move(chat), *other, load_chat(rows_, *other));
    else if (chat) known.row = *std::move(chat);
    if (!(known.jid == jid)) return std::nullopt;  // listed by its other form
    if (!stored && other && other->text() < key) {
      const auto earlier = load_contact(rows_, *other);
      if (earlier && !earlier->full_name.empty()) return std::nullopt;
    }
    ChatSummary out;
    out.jid = other && jid.server != Server::pn ? *other : jid;
    if (out.jid.is_user()) out.name = name_of(contact, other, out.jid == jid);
    if (out.name.empty()) out.name = std::move(known.row.name);
    out.archived = known.row.archived;
    out.pinned = known.row.pinned;
    out.muted_until_ms = known.row.muted_until_ms;
    out.last_message_s = known.row.last ? known.row.last->timestamp_s : 0;
    out.unread = known.row.read == ReadState::unread;
    out.unread_messages = known.row.unread;
    for (ChatLabel& label : known.row.labels) {
      if (label.on && rows_.has(Table::labels, label.id)) out.labels.push_back(std::move(label.id));
    }
    return out;
  }

  // The name by the form that is shown goes before the one by the other form.
  std::string name_of(const std::optional<ContactRow>& own, const std::optional<Jid>& other, bool own_first) const {
    std::string out = own ? own->shown() : std::string();
    if (!other || (own_first && !out.empty())) return out;
    const auto contact = load_contact(rows_, *other);
    return contact && !contact->shown().empty() ? contact->shown() : out;
  }

  const store::Txn& rows_;
  RowStream chats_, contacts_;
};

// --- contacts

// People by their numbers in the order of the JIDs' texts, from a key on: the LID map has them in the order of the numbers
// alone, where 12 stands before 123; but 123@... before 12@...
class NumberStream {
 public:
  NumberStream(const store::Txn& rows, std::string_view after, std::size_t limit)
      : rows_(rows), after_(after), stream_(rows, Table::lid_map, "p", start_of(after), step_of(limit)) {
    const std::string_view user = after.substr(0, after.find('@'));
    for (std::size_t length = 1; length <= user.size(); ++length) {
      const std::string id = "p" + std::string(user.substr(0, length));
      if (auto row = rows_.get(Table::lid_map, id)) take({id, *std::move(row)});
    }
  }

  struct Person { std::string key; Jid shown, lid; };
  const Person* front() {
    while (people_.empty()) {
      const Row* row = stream_.front();
      if (!row && held_.empty()) return nullptr;
      if (row) {
        take(*row);
        stream_.pop();
      } else {
        release();
      }
    }
    return &people_.front();
  }
  void pop() { people_.pop_front(); }

 private:
  static std::string start_of(std::string_view after) {
    return after.empty() ? std::string("p") : "p" + std::string(after.substr(0, after.find('@'))) + '@';
  }
  // A number waits until all that begin with it and come before it are there.
  void take(const Row& row) {
    const std::string number = row.id.substr(1);
    const auto waits = [&](const std::string& held) {
      return number.size() > held.size() && number.compare(0, held.size(), held) == 0 && number[held.size()] < '@';
    };
    while (!held_.empty() && !waits(held_.back().number)) release();
    held_.push_back({number, to_string(ByteView(row.value))});
  }
  void release() {
    const Held one = std::move(held_.back());
    held_.pop_back();
    Person person{{}, {one.number, Server::pn}, {one.lid, Server::lid}};
    person.key = person.shown.text();
    if (person.key > after_) people_.push_back(std::move(person));
  }

  struct Held { std::string number, lid; };
  const store::Txn& rows_;
  std::string after_;
  RowStream stream_;
  std::vector<Held> held_;      // each begins with the one before it
  std::deque<Person> people_;
};

class ContactList {
 public:
  ContactList(const store::Txn& rows, std::string_view after, std::size_t limit)
      : rows_(rows), contacts_(rows, Table::contacts, {}, behind(after), step_of(limit)), people_(rows, after, limit) {}

  std::string_view next() {
    const Row* contact = contacts_.front();
    const auto* person = people_.front();
    if (!contact) return person ? std::string_view(person->key) : std::string_view();
    return person && person->key < contact->id ? person->key : contact->id;
  }
  std::optional<ContactSummary> take(const std::string& key) {
    std::optional<NumberStream::Person> person;
    if (people_.front() && people_.front()->key == key) {
      person = *people_.front();
      people_.pop();
    }
    std::optional<ContactRow> own;
    std::optional<Jid> jid;
    if (contacts_.front() && contacts_.front()->id == key) {
      jid = jid_of(*contacts_.front());
      own = read_contact(contacts_.front()->value);
      contacts_.pop();
    }
    if (person) return merged(*person, std::move(own));
    if (!jid || !own || pn_of(rows_, *jid)) return std::nullopt;  // a LID with a number is listed by that
    return ContactSummary{*jid, *std::move(own)};
  }

 private:
  // Each part of the row whose key comes first, when it is there.
  std::optional<ContactSummary> merged(const NumberStream::Person& person, std::optional<ContactRow> own) const {
    auto hidden = load_contact(rows_, person.lid);
    if (!own && !hidden) return std::nullopt;
    ContactRow first = own.value_or(ContactRow{}), second = hidden.value_or(ContactRow{});
    if (person.lid.text() < person.key) std::swap(first, second);
    for (std::string ContactRow::*part : {&ContactRow::full_name, &ContactRow::first_name, &ContactRow::push_name}) {
      if ((first.*part).empty()) first.*part = std::move(second.*part);
    }
    return ContactSummary{person.shown, std::move(first)};
  }

  const store::Txn& rows_;
  RowStream contacts_;
  NumberStream people_;
};

template <class List, class Entry>
ListEnd read_list(const store::Txn& txn, std::string_view after, std::size_t limit, std::initializer_list<Table> tables,
                  const std::function<void(const Entry&)>& tell, std::size_t work) {
  const ListView view(txn, work);
  if (limit >= kCopiedFrom) {
    for (const Table table : tables) view.copy(table);
  }
  const store::Txn rows(view);
  List list(rows, after, limit);
  return tell_all(list, view, after, limit, tell);
}

}  // namespace

ListEnd list_chats(const store::Txn& txn, std::string_view after, std::size_t limit,
                   const std::function<void(const ChatSummary&)>& tell, std::size_t work) {
  return read_list<ChatList>(txn, after, limit, {Table::lid_map, Table::chats, Table::contacts}, tell, work);
}

ListEnd list_contacts(const store::Txn& txn, std::string_view after, std::size_t limit,
                      const std::function<void(const ContactSummary&)>& tell, std::size_t work) {
  return read_list<ContactList>(txn, after, limit, {Table::lid_map, Table::contacts}, tell, work);
}

// --- the newest first

namespace {

constexpr std::int64_t kLastSecond = 9'999'999'999;  // so that the newest stands first in the order of texts
constexpr std::size_t kSecondDigits = 10;

std::string newest_key(std::int64_t last_s, std::string_view jid) {
  const std::string left = std::to_string(kLastSecond - std::clamp<std::int64_t>(last_s, 0, kLastSecond));
  return std::string(kSecondDigits - left.size(), '0') + left + std::string(jid);
}

// One pass over the rows of chats, without what the entries need beside: the places behind `after`, in order.
std::vector<std::string> newest_keys(const store::Txn& txn, std::string_view after) {
  std::vector<std::string> out;
  for (RowStream chats(txn, Table::chats, {}, {}, kScanStep); const Row* row = chats.front(); chats.pop()) {
    const std::int64_t last_s = read_last_message_s(row->value);
    if (last_s <= 0) continue;
    std::string key = newest_key(last_s, row->id);
    if (key > after) out.push_back(std::move(key));
  }
  return out;
}

// A chat that is known by two forms stands where the newer of its last messages does.
bool stands_at_other(const store::Txn& txn, const Jid& jid, std::string_view key) {
  const auto other = other_form(txn, jid);
  const auto row = other ? load_chat(txn, *other) : std::nullopt;
  return row && row->last && newest_key(row->last->timestamp_s, other->text()) < key;
}

}  // namespace

bool is_newest_key(std::string_view key) {
  return key.size() > kSecondDigits && wire::parse_jid(key.substr(kSecondDigits)).has_value() &&
         std::all_of(key.begin(), key.begin() + kSecondDigits, [](char c) { return c >= '0' && c <= '9'; });
}

ListEnd list_newest_chats(const store::Txn& txn, std::string_view after, std::size_t limit,
                          const std::function<void(const ChatSummary&)>& tell) {
  ListEnd out{std::string(after), false};
  std::vector<std::string> keys = newest_keys(txn, after);
  std::make_heap(keys.begin(), keys.end(), std::greater<>());
  for (std::size_t told = 0; !keys.empty(); keys.pop_back()) {
    std::pop_heap(keys.begin(), keys.end(), std::greater<>());
    const std::string& key = keys.back();
    const auto jid = wire::parse_jid(std::string_view(key).substr(kSecondDigits));
    if (!jid || stands_at_other(txn, *jid, key)) continue;
    const auto chat = find_chat_summary(txn, *jid);
    if (!chat) continue;
    out.more = told++ == limit;
    if (out.more) return out;
    tell(*chat);
    out.last = key;
  }
  return out;
}

std::optional<ChatSummary> find_chat_summary(const store::Txn& txn, const Jid& jid) {
  const Jid given = jid.user_jid();
  for (const auto& form : {std::optional<Jid>(given), other_form(txn, given)}) {
    if (!form) continue;
    const std::string key = form->text();
    std::string before = key;  // no JID stands between the two
    --before.back();
    ChatList list(txn, before + '\x7f', 1);
    if (list.next() != key) continue;
    if (auto found = list.take(key)) return found;
  }
  return std::nullopt;
}

}  // namespace wa::client
