// tested by unit/client/rows/message_rows_test.cpp
#include "client/rows/lid_map.h"

#include "client/rows/account.h"
#include "client/rows/kept_people.h"
#include "client/rows/privacy_tokens.h"
#include "signal/session.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

std::optional<Jid> mapped(const store::Txn& txn, char form, const Jid& jid, Server target) {
  if (jid.user.empty()) return std::nullopt;
  const auto row = txn.get(Table::lid_map, form + jid.user);
  if (!row || row->empty()) return std::nullopt;
  Jid out = jid;
  out.user = to_string(ByteView(*row));
  out.server = target;
  return out;
}

}  // namespace

std::optional<Jid> lid_of(const store::Txn& txn, const Jid& pn) {
  if (pn.server == Server::pn || pn.server == Server::legacy) return mapped(txn, 'p', pn, Server::lid);
  if (pn.server == Server::hosted) return mapped(txn, 'p', pn, Server::hosted_lid);
  return std::nullopt;
}

std::optional<Jid> pn_of(const store::Txn& txn, const Jid& lid) {
  if (lid.server == Server::lid) return mapped(txn, 'l', lid, Server::pn);
  if (lid.server == Server::hosted_lid) return mapped(txn, 'l', lid, Server::hosted);
  return std::nullopt;
}

Jid lid_or_same(const store::Txn& txn, const Jid& jid) { return lid_of(txn, jid).value_or(jid); }
Jid pn_or_same(const store::Txn& txn, const Jid& jid) { return pn_of(txn, jid).value_or(jid); }

bool same_user(const store::Txn& txn, const Jid& a, const Jid& b) {
  return a.user_jid() == b.user_jid() || lid_or_same(txn, a).user_jid() == lid_or_same(txn, b).user_jid();
}

bool learn_lid(store::Txn& txn, const Jid& pn, const Jid& lid) {
  if (pn.server != Server::pn || lid.server != Server::lid || pn.user.empty() || lid.user.empty()) return false;
  const auto known_lid = txn.get(Table::lid_map, 'p' + pn.user);
  const auto known_pn = txn.get(Table::lid_map, 'l' + lid.user);
  const bool same_lid = known_lid && text_of(*known_lid) == lid.user,
             same_pn = known_pn && text_of(*known_pn) == pn.user;
  if (same_lid && same_pn) return false;
  // The own pair is known from pairing and login: only what would take it apart needs the look at the account.
  if ((known_lid || known_pn) && splits_own_user(txn, pn, lid)) return false;
  // The newest wins: what pointed at either of them by another mapping goes.
  if (known_lid && !same_lid) txn.erase(Table::lid_map, 'l' + to_string(ByteView(*known_lid)));
  if (known_pn && !same_pn) txn.erase(Table::lid_map, 'p' + to_string(ByteView(*known_pn)));
  txn.put(Table::lid_map, 'p' + pn.user, to_bytes(lid.user));
  txn.put(Table::lid_map, 'l' + lid.user, to_bytes(pn.user));
  signal::migrate_sessions(txn, signal::address_of(pn).name, signal::address_of(lid).name);
  move_tokens(txn, pn, lid);
  meet(txn, lid, false);
  return true;
}

bool learn_pair(store::Txn& txn, const std::optional<Jid>& one, const std::optional<Jid>& other) {
  if (!one || !other) return false;
  return one->server == Server::lid ? learn_lid(txn, *other, *one) : learn_lid(txn, *one, *other);
}

}  // namespace wa::client
