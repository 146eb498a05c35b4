// tested by unit/client/rows/census_test.cpp
#include "client/rows/kept_people.h"

#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/lid_map.h"
#include "signal/session.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::uint8_t kOwnUsersRowVersion = 1;
constexpr store::RecentRows kKnown(Table::people, 'k', kKnownPeopleKept);
constexpr store::RecentRows kStrangers(Table::people, 's', kStrangersKept);
constexpr std::string_view kOwnUsersRow = "own";

bool is_met(const store::Txn& txn, const Jid& jid) {
  return kKnown.has(txn, jid.text()) || kStrangers.has(txn, jid.text());
}

bool is_own_user(const store::Txn& txn, const Jid& jid) {
  const auto row = txn.get(Table::people, kOwnUsersRow);
  if (!row) return false;
  RowReader reader(*row, kOwnUsersRowVersion);
  const std::string pn = reader.text(), lid = reader.text();
  return jid.user == pn || jid.user == lid;
}

void erase_rows(store::Txn& txn, const Jid& form) {
  const std::string text = form.text();
  const bool lid = form.server == Server::lid;
  if (form.is_user()) {
    for (const Server server : {form.server, lid ? Server::hosted_lid : Server::hosted}) {
      const std::string name = signal::address_of(Jid{form.user, server}).name;
      signal::erase_user(txn, name);
      txn.erase_all(Table::sender_keys, name + '.');
    }
    txn.erase(Table::tokens, 't' + text);
    txn.erase(Table::tokens, 'i' + text);
    txn.erase(Table::lid_map, (lid ? 'l' : 'p') + form.user);
  }
  txn.erase(Table::device_lists, text);
  if (const auto contact = load_contact(txn, form); contact && contact->full_name.empty() && contact->first_name.empty()) {
    txn.erase(Table::contacts, text);
  }
  const auto chat = load_chat(txn, form);
  const bool set = chat && (chat->has_record() || chat->archived || chat->pinned || chat->muted_until_ms);
  if (chat && !set) txn.erase(Table::chats, text);
}

void part(store::Txn& txn, std::string_view key) {
  const auto jid = wire::parse_jid(key);
  if (!jid) return;
  const Jid now = lid_or_same(txn, *jid);  // the LID may have been learnt since
  if ((now != *jid && is_met(txn, now)) || is_own_user(txn, now)) return;
  const auto other = other_form(txn, now);
  erase_rows(txn, now);
  if (other) erase_rows(txn, *other);
}

}  // namespace

void meet(store::Txn& txn, const Jid& jid, bool we_know) {
  const Jid who = lid_or_same(txn, jid.user_jid());
  if (!who.is_user() && who.server != Server::group) return;
  const std::string key = who.text();
  bool known = we_know || kKnown.has(txn, key);
  if (!known && !kStrangers.has(txn, key)) {  // met under the number before
    const auto other = other_form(txn, who);
    known = other && kKnown.has(txn, other->text());
  }
  if (known) kStrangers.forget(txn, key);
  const auto gone = (known ? kKnown : kStrangers).refresh(txn, key);
  if (gone) part(txn, *gone);
}

void note_own_users(store::Txn& txn, const Jid& pn, const Jid& lid) {
  txn.put(Table::people, kOwnUsersRow, std::move(RowWriter(kOwnUsersRowVersion).text(pn.user).text(lid.user)).finish());
}

}  // namespace wa::client
