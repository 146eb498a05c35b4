// By which of the two ids of a user direct chats go: a property of the account, not of the contact (04 section 8).
// Table::device "direct_chats": what the sources say (pairing, the phone, history, a property of the service), and what
// a refusal has taught. Guarantees: what says that the account is migrated stays; an account of which nothing is known
// goes by LID. Outlives a logout; another account starts anew (erase_former_person).
#pragma once

#include "store/store.h"

namespace wa::client {

enum class DirectChats : std::uint8_t { unknown, by_number, by_lid };

DirectChats told_direct_chats(const store::Txn&);     // by the sources
bool direct_chats_go_by_number(const store::Txn&);    // by the refusals, else by the sources
void note_migrated(store::Txn&);
void note_paired_unmigrated(store::Txn&);             // nothing, when it is known to be migrated
// The service refused the other one, and took this.
void note_direct_refusal(store::Txn&, DirectChats taken);
void forget_direct_chats(store::Txn&);

}  // namespace wa::client
