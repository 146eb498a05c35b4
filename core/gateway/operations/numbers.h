// Phone numbers and the accounts behind them: the service may know an account by another number than the one that
// people write (Brazil with and without the ninth digit, Mexico 52 and 521, Argentina 54 and 549), so it is asked once,
// and the answer is kept. Table::numbers: digits -> account, the newest kNumbersKept, asked again after a month.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/client.h"
#include "store/store.h"

namespace wa::gateway {

// The account of a number; nullopt: nobody has told.
std::optional<wire::Jid> known_account(const store::Txn&, const wire::Jid& typed, const client::Status&, WallTime now);
// What the service said of numbers it was asked for.
void note_accounts(store::Txn&, const client::UsersFound&, WallTime now);

}  // namespace wa::gateway
