// tested by unit/client/pairing/pairing_test.cpp
#include "client/rows/account.h"

#include "client/rows/direct_chats.h"
#include "client/rows/kept_people.h"
#include "client/rows/privacy_row.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kRow = "creds";
constexpr std::string_view kFormerRow = "creds.former";
constexpr std::uint32_t kRegistrationIdMax = 16380;

void put_jid(RowWriter& row, const wire::Jid& jid) {
  row.text(jid.user).u8(static_cast<std::uint8_t>(jid.server)).u32(jid.device);
}

wire::Jid take_jid(RowReader& row) {
  wire::Jid jid;
  jid.user = row.text();
  jid.server = static_cast<wire::Server>(row.u8());
  jid.device = static_cast<std::uint16_t>(row.u32());
  return jid;
}

Bytes encode(const Account& account) {
  RowWriter row(kVersion);
  row.bytes(account.noise_key.private_key.bytes()).bytes(account.identity.private_key.bytes());
  row.u32(account.registration_id).bytes(account.adv_secret).flag(account.paired);
  put_jid(row, account.pn);
  put_jid(row, account.lid);
  row.bytes(account.signed_device_identity).text(account.platform).text(account.business_name).text(account.push_name);
  row.u32(account.login_counter).flag(account.wanted).bytes(account.routing_info);
  return std::move(row).finish();
}

Result<Account> decode(ByteView bytes) {
  RowReader row(bytes, kVersion);
  Account account;
  account.noise_key = crypto::KeyPair::from_private(row.array<32>());
  account.identity = crypto::KeyPair::from_private(row.array<32>());
  account.registration_id = row.u32();
  account.adv_secret = row.array<32>();
  account.paired = row.flag();
  account.pn = take_jid(row);
  account.lid = take_jid(row);
  account.signed_device_identity = row.bytes();
  account.platform = row.text();
  account.business_name = row.text();
  account.push_name = row.text();
  account.login_counter = row.u32();
  account.wanted = row.flag();
  account.routing_info = row.bytes();
  WA_TRY(row.finish());
  return account;
}

}  // namespace

bool Account::is_own_user(const wire::Jid& jid) const {
  const bool by_lid = jid.server == wire::Server::lid || jid.server == wire::Server::hosted_lid;
  return jid.is_user() && jid.user == (by_lid ? lid : pn).user;
}

const wire::Jid& Account::own_jid_for(const wire::Jid& other) const {
  const bool by_lid = other.server == wire::Server::lid || other.server == wire::Server::hosted_lid;
  return by_lid && !lid.user.empty() ? lid : pn;
}

bool splits_own_user(const store::Txn& txn, const wire::Jid& pn, const wire::Jid& lid) {
  const auto row = txn.get(Table::device, kRow);
  const auto account = row ? decode(*row) : Result<Account>(Errc::not_ready, "");
  return account && !account->lid.user.empty() && account->is_own_user(pn) != account->is_own_user(lid);
}

Account make_account(store::Txn& txn, Now now, Random& random) {
  Account account;
  account.noise_key = crypto::KeyPair::generate(random);
  account.identity = crypto::KeyPair::generate(random);
  account.registration_id = 1 + random.below(kRegistrationIdMax);
  account.adv_secret = random.array<32>();
  signal::store_signed_prekey(txn, signal::make_signed_prekey(account.identity, 1, now.wall.ms, random));
  store_account(txn, account);
  return account;
}

Result<std::optional<Account>> load_account(const store::StoreView& view) {
  auto row = view.get({Table::device, std::string(kRow)});
  if (!row) return std::optional<Account>();
  WA_TRY(Account account, decode(*row));
  return std::optional<Account>(std::move(account));
}

void store_account(store::Txn& txn, const Account& account) {
  txn.put(Table::device, kRow, encode(account));
  note_own_users(txn, account.pn, account.lid);
}

void erase_account(store::Txn& txn, const Account& account) {
  if (account.paired) txn.put(Table::device, kFormerRow, encode(account));
  erase_account_rows(txn);
}

void erase_former_person(store::Txn& txn, const wire::Jid& pn) {
  const auto row = txn.get(Table::device, kFormerRow);
  const auto former = row ? decode(*row) : Result<Account>(Errc::not_ready, "");
  if (former && former->pn.user == pn.user) return;
  forget_direct_chats(txn);
  for (Table table : {Table::chats, Table::contacts, Table::labels, Table::calls, Table::lid_map, Table::cooldowns}) {
    txn.erase_all(table);
  }
}

void erase_account_rows(store::Txn& txn) {
  txn.erase(Table::device, kRow);
  txn.erase_all(Table::device, "t:");  // when its settings were set
  forget_privacy(txn);
  for (Table table :
       {Table::prekeys, Table::signed_prekeys, Table::sessions, Table::identities, Table::sender_keys, Table::sent,
        Table::retries, Table::handled, Table::device_lists, Table::tokens, Table::app_keys, Table::collections,
        Table::app_records, Table::intents, Table::outbox, Table::peer, Table::people, Table::message_secrets,
        Table::status, Table::file_jobs, Table::received_files}) {
    txn.erase_all(table);
  }
}

}  // namespace wa::client
