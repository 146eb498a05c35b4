// Privacy tokens (12). Table::tokens: "t<user>" -> token and its time, "i<user>" -> for when ours was issued last, in
// seconds. Users are kept by LID where known. Table::device "nct_salt": salt of the fallback token, which app state and
// history bring; "token_by_lid": the service wants ours issued to LIDs.
// Guarantees: a token older than four buckets of seven days is not used; ours is due once per bucket and user, and
// counts as issued when the service took it.
#pragma once

#include <optional>

#include "base/time.h"
#include "client/rows/account.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

// People, but not ourselves, and not what only looks like a person.
bool takes_token(const Account&, const wire::Jid& user);
// Ignored: older ones than the one known, and those without a time.
void store_token(store::Txn&, const wire::Jid& user, ByteView token, std::int64_t t_s);
// A mapping was learnt: what stands under the number goes to the LID, unless what is there is newer.
void move_tokens(store::Txn&, const wire::Jid& pn, const wire::Jid& lid);
std::optional<Bytes> token_for(const store::Txn&, const wire::Jid& user, WallTime now);
void drop_old_token(store::Txn&, const wire::Jid& user, WallTime now);   // what token_for does not give any more
// HMAC over the LID; nullopt without a salt or without a LID.
std::optional<Bytes> fallback_token_for(const store::Txn&, const wire::Jid& user);
void store_fallback_salt(store::Txn&, ByteView salt);   // empty: there is none any more

bool token_issue_is_due(const store::Txn&, const wire::Jid& user, WallTime now);
// For when ours was issued, while others may still use it.
std::optional<std::int64_t> token_issued_s(const store::Txn&, const wire::Jid& user, WallTime now);
void note_token_issued(store::Txn&, const wire::Jid& user, std::int64_t t_s);   // an older time is ignored
void note_tokens_go_to_lids(store::Txn&);
// As the service wants it named: by number where known, unless it wants LIDs.
wire::Jid token_holder(const store::Txn&, const wire::Jid& user);

}  // namespace wa::client
