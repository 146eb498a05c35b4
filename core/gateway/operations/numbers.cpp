// tested by unit/gateway/api/numbers_test.cpp
#include "gateway/operations/numbers.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

constexpr std::uint8_t kNumberRowVersion = 1;
constexpr store::RecentRows kAccounts(store::Table::numbers, 'n', limits::kNumbersKept);

}  // namespace

std::optional<wire::Jid> known_account(const store::Txn& txn, const wire::Jid& typed, const client::Status& status,
                                       WallTime now) {
  if (typed.user == status.phone) return typed;
  if (const auto bytes = kAccounts.find(txn, typed.user)) {
    RowReader row(*bytes, kNumberRowVersion);
    const WallTime asked{row.i64()};
    const auto jid = wire::parse_jid(row.text());
    if (row.finish() && jid && now - asked <= limits::kNumberKeptMs) return jid;
  }
  if (client::lid_of(txn, typed)) return typed;
  return std::nullopt;
}

void note_accounts(store::Txn& txn, const client::UsersFound& found, WallTime now) {
  for (const client::UserFound& user : found.users) {
    const std::string& number = user.number.empty() && user.jid ? user.jid->user : user.number;
    if (number.empty() || number.size() > limits::kPhoneDigitsMax) continue;
    kAccounts.forget(txn, number);
    if (!user.exists) continue;
    const bool told = user.jid && user.jid->server == wire::Server::pn;
    const wire::Jid account = told ? user.jid->user_jid() : wire::Jid{number, wire::Server::pn};
    RowWriter row(kNumberRowVersion);
    row.i64(now.ms).text(account.text());
    kAccounts.remember(txn, number, std::move(row).finish());
  }
}

}  // namespace wa::gateway
