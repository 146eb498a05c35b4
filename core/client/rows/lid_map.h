// PN and LID of one user (04 section 10). Table::lid_map: "p<pn user>" -> LID user, "l<lid user>" -> PN user.
// Guarantees: both directions agree, the newest mapping wins (but the own PN and LID stay each other's), and learning one
// moves the user's Signal sessions, identities and sender keys from PN to LID where the LID has none, and the tokens
// where they are newer. Rows of chats and contacts stay, and are looked for under both forms.
// Mappings are taken from server attributes and own devices only: callers check that.
#pragma once

#include <optional>

#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

// The other form, with the device kept; nullopt when unknown, or when `jid` is not of the named form.
std::optional<wire::Jid> lid_of(const store::Txn&, const wire::Jid& pn);
std::optional<wire::Jid> pn_of(const store::Txn&, const wire::Jid& lid);
// LID when known, else as given: the address of sessions, and where messages go.
wire::Jid lid_or_same(const store::Txn&, const wire::Jid&);
// PN when known, else as given: what users are shown.
wire::Jid pn_or_same(const store::Txn&, const wire::Jid&);
// Same person, in whatever form.
bool same_user(const store::Txn&, const wire::Jid&, const wire::Jid&);

// True when it was new. Ignores what is not a PN and a LID.
bool learn_lid(store::Txn&, const wire::Jid& pn, const wire::Jid& lid);
// Learns from a pair of attributes in either order; absent or equal forms are ignored.
bool learn_pair(store::Txn&, const std::optional<wire::Jid>& one, const std::optional<wire::Jid>& other);

}  // namespace wa::client
