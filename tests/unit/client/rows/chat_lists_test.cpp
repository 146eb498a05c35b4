// The lists of chats and contacts against a plain description of them, over drawn rows; and the laws of their pages.
#include "client/rows/chat_lists.h"
#include "client/rows/contact_rows.h"

#include <map>
#include <set>

#include "client/rows/list_view.h"
#include "client/rows/lid_map.h"
#include "unit/client/scripted_turn.h"

using namespace wa;
using namespace wa::client;
using store::Table;

namespace {

using Lines = std::vector<std::string>;  // an entry a line

std::string line_of(const ChatSummary& chat) {
  return chat.jid.text() + '|' + chat.name + '|' + (chat.archived ? "a" : "") + (chat.pinned ? "p" : "") + '|' +
         std::to_string(chat.muted_until_ms) + '|' + std::to_string(chat.last_message_s);
}
std::string line_of(const ContactSummary& contact) {
  return contact.jid.text() + '|' + contact.row.full_name + '|' + contact.row.first_name + '|' + contact.row.push_name;
}

// By the form that is shown, else by the other.
std::string shown_name(const store::Txn& txn, const wire::Jid& jid) {
  for (const auto& form : {std::optional(pn_or_same(txn, jid)), std::optional(jid), other_form(txn, jid)}) {
    const auto contact = form ? load_contact(txn, *form) : std::nullopt;
    if (contact && !contact->shown().empty()) return contact->shown();
  }
  return {};
}

// Every chat by the form it is known by; then who is in the address book and has no chat.
Lines plain_chats(const store::Txn& txn) {
  std::map<std::string, ChatRow> chats;
  for (const auto& row : txn.scan(Table::chats, {}, 100'000)) {
    const KnownChat known = find_chat(txn, *wire::parse_jid(row.id));
    chats[known.jid.text()] = known.row;
  }
  for (const auto& row : txn.scan(Table::contacts, {}, 100'000)) {
    const auto jid = *wire::parse_jid(row.id);
    const auto other = other_form(txn, jid);
    const bool named = !load_contact(txn, jid)->full_name.empty();
    if (named && (!other || chats.count(other->text()) == 0)) chats.try_emplace(row.id);
  }
  Lines out;
  for (const auto& [id, row] : chats) {
    ChatSummary chat;
    chat.jid = pn_or_same(txn, *wire::parse_jid(id));
    chat.archived = row.archived;
    chat.pinned = row.pinned;
    chat.muted_until_ms = row.muted_until_ms;
    if (chat.jid.is_user()) chat.name = shown_name(txn, *wire::parse_jid(id));
    if (chat.name.empty()) chat.name = row.name;
    if (row.last) chat.last_message_s = row.last->timestamp_s;
    out.push_back(line_of(chat));
  }
  return out;
}

Lines plain_contacts(const store::Txn& txn) {
  std::map<std::string, ContactSummary> contacts;
  for (const auto& row : txn.scan(Table::contacts, {}, 100'000)) {
    const auto jid = *wire::parse_jid(row.id);
    const wire::Jid shown = pn_or_same(txn, jid);
    ContactSummary& out = contacts[shown.text()];
    out.jid = shown;
    const ContactRow contact = *load_contact(txn, jid);
    if (out.row.full_name.empty()) out.row.full_name = contact.full_name;
    if (out.row.first_name.empty()) out.row.first_name = contact.first_name;
    if (out.row.push_name.empty()) out.row.push_name = contact.push_name;
  }
  Lines out;
  for (const auto& [id, contact] : contacts) out.push_back(line_of(contact));
  return out;
}

struct Drawn {
  test::CountingRandom random;
  explicit Drawn(std::uint64_t seed) { random.next = seed << 32; }
  std::uint64_t below(std::uint64_t n) { return read_be(random.bytes(4)) % n; }

  // Few digits: numbers often begin with each other.
  wire::Jid jid() {
    static constexpr wire::Server kServers[] = {wire::Server::pn, wire::Server::lid, wire::Server::pn, wire::Server::lid,
                                                wire::Server::hosted, wire::Server::hosted_lid, wire::Server::group};
    std::string user;
    for (std::uint64_t i = 0, length = 1 + below(3); i < length; ++i) user += static_cast<char>('1' + below(3));
    return {user, kServers[below(std::size(kServers))]};
  }
  std::string name() { return below(3) == 0 ? std::string() : "n" + std::to_string(below(1000)); }

  void chat(store::Txn& txn) {
    ChatRow row;
    row.archived = below(2) == 0;
    row.pinned = below(3) == 0;
    row.archive_ms = static_cast<std::int64_t>(below(4));
    row.pin_ms = static_cast<std::int64_t>(below(4));
    row.muted_until_ms = static_cast<std::int64_t>(below(3)) - 1;
    if (below(2) == 0) row.last = LastMessage{"id", false, "", static_cast<std::int64_t>(below(5))};
    row.name = name();
    store_chat(txn, jid(), row);
  }
  void contact(store::Txn& txn) { store_contact(txn, jid(), {name(), name(), name()}); }
  void pair(store::Txn& txn) {
    wire::Jid pn = jid(), lid = jid();
    pn.server = wire::Server::pn;
    lid.server = wire::Server::lid;
    learn_lid(txn, pn, lid);
  }
  void fill(store::Txn& txn, std::uint64_t rows) {
    for (std::uint64_t i = 0; i < rows; ++i) {
      chat(txn);
      contact(txn);
      if (below(2) == 0) pair(txn);
    }
  }
};

template <class Entry>
using ListFunction = ListEnd (*)(const store::Txn&, std::string_view, std::size_t, const std::function<void(const Entry&)>&, std::size_t);

// `between` happens after every page.
template <class Entry>
Lines in_pages(ListFunction<Entry> list, const store::Txn& txn, std::size_t limit, std::size_t work, const std::function<void()>& between) {
  Lines out;
  std::string after;
  for (;;) {
    std::size_t told = 0;
    const ListEnd end = list(txn, after, limit, [&](const Entry& entry) { out.push_back(line_of(entry)); ++told; }, work);
    REQUIRE(told <= limit);
    if (!end.more) return out;
    REQUIRE(end.last > after);
    REQUIRE((told == limit || work != kListWorkMax));
    after = end.last;
    between();
  }
}

}  // namespace

TEST_CASE("lists of chats and contacts are what they are described to be, whole and in pages of any size") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Drawn drawn(seed * 7919);
    store::MemoryStore disk;
    store::Txn txn(disk);
    drawn.fill(txn, seed);
    const Lines chats = plain_chats(txn), contacts = plain_contacts(txn);
    const auto quiet = [] {};
    for (std::size_t limit = 1; limit <= std::max(chats.size(), contacts.size()) + 1; ++limit) {
      INFO("limit " << limit);
      REQUIRE(in_pages<ChatSummary>(list_chats, txn, limit, kListWorkMax, quiet) == chats);
      REQUIRE(in_pages<ContactSummary>(list_contacts, txn, limit, kListWorkMax, quiet) == contacts);
    }
    for (const std::size_t work : {0u, 100u, 2'000u, 30'000u}) {  // too little work ends a page early, and loses nothing
      for (const std::size_t limit : {std::size_t{7}, std::size_t{10'000}}) {
        REQUIRE(in_pages<ChatSummary>(list_chats, txn, limit, work, quiet) == chats);
        REQUIRE(in_pages<ContactSummary>(list_contacts, txn, limit, work, quiet) == contacts);
      }
    }
  }
}

TEST_CASE("chats and contacts that stay are told once, whatever comes and goes between the pages") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    Drawn drawn(seed * 7919);
    store::MemoryStore disk;
    store::Txn txn(disk);
    std::set<std::string> staying;
    for (int i = 0; i < 40; ++i) {
      const wire::Jid stays{"77" + std::to_string(drawn.below(1000)), wire::Server::pn};
      store_contact(txn, stays, {"stays", "", ""});
      staying.insert(stays.text());
    }
    const auto change = [&] {
      wire::Jid other{std::to_string(drawn.below(100'000)), wire::Server::pn};
      if (staying.count(other.text()) == 0) store_contact(txn, other, {"comes", "", ""});
      for (const auto& row : txn.scan(Table::contacts, {}, 1 + drawn.below(100))) {
        if (staying.count(row.id) == 0 && drawn.below(3) == 0) txn.erase(Table::contacts, row.id);
      }
    };
    for (const std::size_t limit : {1u, 3u, 10u}) {
      for (const bool of_chats : {true, false}) {
        const Lines lines = of_chats ? in_pages<ChatSummary>(list_chats, txn, limit, kListWorkMax, change)
                                     : in_pages<ContactSummary>(list_contacts, txn, limit, kListWorkMax, change);
        std::multiset<std::string> seen;
        for (const std::string& line : lines) seen.insert(line.substr(0, line.find('|')));
        for (const std::string& jid : staying) REQUIRE(seen.count(jid) == 1);
      }
    }
  }
}

TEST_CASE("a list of 80,000 rows is cut where its work is done, and goes on from there") {
  store::MemoryStore disk;
  {
    store::Txn txn(disk);
    for (int i = 0; i < 40'000; ++i) {
      const wire::Jid pn{std::to_string(5'511'900'000'000 + i), wire::Server::pn}, lid{std::to_string(100'000'000 + i), wire::Server::lid};
      txn.put(Table::lid_map, "p" + pn.user, to_bytes(lid.user));
      txn.put(Table::lid_map, "l" + lid.user, to_bytes(pn.user));
      store_contact(txn, pn, {"Maria", "", ""});
      store_contact(txn, lid, {"", "", "maria!"});
    }
    disk.apply(txn.take());
  }
  const store::Txn txn(disk);
  std::size_t contacts = 0, chats = 0, pages = 0;
  std::string after;
  for (bool more = true; more; ++pages) {
    const ListEnd end = list_contacts(txn, after, 10'000, [&](const ContactSummary&) { ++contacts; });
    more = end.more;
    after = end.last;
  }
  CHECK(contacts == 40'000);
  CHECK(pages < 80);
  const ListEnd cut = list_chats(txn, "", 10'000, [&](const ChatSummary&) { ++chats; });
  CHECK(cut.more);
}
