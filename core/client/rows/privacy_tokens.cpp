// tested by unit/client/rows/message_rows_test.cpp
#include "client/rows/privacy_tokens.h"

#include "client/rows/kept_people.h"
#include "client/rows/lid_map.h"
#include "crypto/hash.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;

constexpr std::uint8_t kTokensRowVersion = 1;
constexpr std::int64_t kBucketS = 7 * 86'400;
constexpr std::int64_t kBucketsKept = 4;
constexpr std::size_t kTokenBytesMax = 512;  // they have some dozens
constexpr std::int64_t kBucketsBefore = 1'000'000;  // no time is as small, no bucket as large
constexpr std::string_view kSaltRow = "nct_salt", kByLidRow = "token_by_lid";

// Rows of former versions say the bucket.
std::int64_t issued_in(ByteView row) {
  const auto value = static_cast<std::int64_t>(read_be(row));
  return value < kBucketsBefore ? value * kBucketS : value;
}

std::int64_t bucket_of(std::int64_t t_s) { return t_s / kBucketS; }

std::string row_id(const store::Txn& txn, char kind, const Jid& user) {
  return kind + lid_or_same(txn, user.user_jid()).text();
}

}  // namespace

void move_tokens(store::Txn& txn, const Jid& pn, const Jid& lid) {
  const std::string token = 't' + pn.text(), issued = 'i' + pn.text();
  if (const auto row = txn.get(Table::tokens, token)) {
    txn.erase(Table::tokens, token);
    RowReader reader(*row, kTokensRowVersion);
    const std::int64_t t_s = reader.i64();
    const Bytes bytes = reader.bytes();
    if (reader.finish()) store_token(txn, lid, bytes, t_s);
  }
  const auto row = txn.get(Table::tokens, issued);
  if (!row) return;
  txn.erase(Table::tokens, issued);
  note_token_issued(txn, lid, issued_in(*row));
}

bool takes_token(const Account& account, const Jid& user) {
  const bool person = user.server == wire::Server::pn || user.server == wire::Server::lid;
  return person && user.is_user() && user.user != "0" && !account.is_own_user(user);
}

void store_token(store::Txn& txn, const Jid& user, ByteView token, std::int64_t t_s) {
  if (token.size() > kTokenBytesMax || t_s <= 0) return;
  const std::string id = row_id(txn, 't', user);
  if (const auto known = txn.get(Table::tokens, id)) {
    RowReader row(*known, kTokensRowVersion);
    if (const std::int64_t known_t = row.i64(); row.ok() && known_t > t_s) return;
  }
  txn.put(Table::tokens, id, std::move(RowWriter(kTokensRowVersion).i64(t_s).bytes(token)).finish());
  meet(txn, user, false);
}

std::optional<Bytes> token_for(const store::Txn& txn, const Jid& user, WallTime now) {
  // One stored before the LID was known is under the PN.
  auto bytes = txn.get(Table::tokens, row_id(txn, 't', user));
  if (!bytes) bytes = txn.get(Table::tokens, 't' + pn_or_same(txn, user.user_jid()).text());
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kTokensRowVersion);
  const std::int64_t t_s = row.i64();
  Bytes token = row.bytes();
  if (!row.finish() || token.empty()) return std::nullopt;
  if (bucket_of(now.seconds()) - bucket_of(t_s) >= kBucketsKept) return std::nullopt;
  return token;
}

void drop_old_token(store::Txn& txn, const Jid& user, WallTime now) {
  if (token_for(txn, user, now)) return;
  txn.erase(Table::tokens, row_id(txn, 't', user));
  txn.erase(Table::tokens, 't' + pn_or_same(txn, user.user_jid()).text());
}

std::optional<Bytes> fallback_token_for(const store::Txn& txn, const Jid& user) {
  const auto bytes = txn.get(Table::device, kSaltRow);
  const Jid lid = lid_or_same(txn, user.user_jid());
  if (!bytes || lid.server != wire::Server::lid) return std::nullopt;
  RowReader row(*bytes, kTokensRowVersion);
  const Bytes salt = row.bytes();
  if (!row.finish() || salt.empty()) return std::nullopt;
  return to_bytes(ByteView(crypto::hmac_sha256(salt, view(lid.text()))));
}

void store_fallback_salt(store::Txn& txn, ByteView salt) {
  if (salt.empty()) return txn.erase(Table::device, kSaltRow);
  txn.put(Table::device, kSaltRow, std::move(RowWriter(kTokensRowVersion).bytes(salt)).finish());
}

bool token_issue_is_due(const store::Txn& txn, const Jid& user, WallTime now) {
  const auto known = txn.get(Table::tokens, row_id(txn, 'i', user));
  return !known || bucket_of(now.seconds()) > bucket_of(issued_in(*known));
}

std::optional<std::int64_t> token_issued_s(const store::Txn& txn, const Jid& user, WallTime now) {
  const auto known = txn.get(Table::tokens, row_id(txn, 'i', user));
  if (!known || bucket_of(now.seconds()) - bucket_of(issued_in(*known)) >= kBucketsKept) return std::nullopt;
  return issued_in(*known);
}

void note_token_issued(store::Txn& txn, const Jid& user, std::int64_t t_s) {
  const std::string id = row_id(txn, 'i', user);
  const auto known = txn.get(Table::tokens, id);
  if (t_s <= 0 || (known && issued_in(*known) >= t_s)) return;
  txn.put(Table::tokens, id, be_bytes(static_cast<std::uint64_t>(t_s), 8));
}

void note_tokens_go_to_lids(store::Txn& txn) { txn.put(Table::device, kByLidRow, Bytes{kTokensRowVersion}); }

Jid token_holder(const store::Txn& txn, const Jid& user) {
  return txn.has(Table::device, kByLidRow) ? lid_or_same(txn, user.user_jid()) : pn_or_same(txn, user.user_jid());
}

}  // namespace wa::client
