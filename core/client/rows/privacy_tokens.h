// Privacy tokens (04 section 11). Table::tokens: "t<user>" -> token and its time, "i<user>" -> when ours was last
// issued. Users are kept by LID where known. Table::device "nct_salt": salt of the fallback token, which app state and
// history bring. Guarantees: a token older than four buckets of seven days is not used; ours is issued once per bucket
// and user.
#pragma once

#include <optional>

#include "base/time.h"
#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

// Older ones than the one known are ignored.
void store_token(store::Txn&, const wire::Jid& user, ByteView token, std::int64_t t_s);
// A mapping was learnt: what stands under the number goes to the LID, unless what is there is newer.
void move_tokens(store::Txn&, const wire::Jid& pn, const wire::Jid& lid);
std::optional<Bytes> token_for(const store::Txn&, const wire::Jid& user, WallTime now);
// HMAC over the LID; nullopt without a salt or without a LID.
std::optional<Bytes> fallback_token_for(const store::Txn&, const wire::Jid& user);
void store_fallback_salt(store::Txn&, ByteView salt);
// True once per bucket: the caller sends the issue.
bool note_token_issue(store::Txn&, const wire::Jid& user, WallTime now);

}  // namespace wa::client
