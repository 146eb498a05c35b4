// Whose rows are kept. What anybody out there can make grow is kept per person or group: sessions, identities, sender keys,
// device lists, tokens, push names, LID mappings, and chats for which nobody set anything. row_bounds.h lists it all.
// Two rings: people we have to do with (we wrote to them, the own phone named them), and all the others. Who was not met for
// the longest time gives way, and strangers never push out the people we have to do with.
// Guarantees: a meeting looks at a fixed number of rows and usually writes none; the own user never gives way, nor do
// settings and address book names, which the account's own app state bounds. Losing a session is safe: the next message
// leads to a retry receipt, and what we send asks for keys.
// Rows of Table::people: the rings, by the text of the JID (the LID where known), and "own": the users of the own account.
#pragma once

#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

inline constexpr std::uint32_t kStrangersKept = 8192;
inline constexpr std::uint32_t kKnownPeopleKept = 32'768;

// For every row that is stored under somebody's name.
void meet(store::Txn&, const wire::Jid&, bool we_know);
void note_own_users(store::Txn&, const wire::Jid& pn, const wire::Jid& lid);

}  // namespace wa::client
