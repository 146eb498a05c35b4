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
constexpr std::string_view kSaltRow = "nct_salt";

std::string row_id(const store::Txn& txn, char kind, const Jid& user) {
  return kind + lid_or_same(txn, user.user_jid()).text();
}

}  // namespace

void move_tokens(store::Txn& txn, const Jid& pn, const Jid& lid) {
  const std::string token = 't' + pn.text(), issued = 'i' + pn.text(), issued_now = 'i' + lid.text();
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
  const auto known = txn.get(Table::tokens, issued_now);
  if (!known || read_be(*known) < read_be(*row)) txn.put(Table::tokens, issued_now, *row);
}

void store_token(store::Txn& txn, const Jid& user, ByteView token, std::int64_t t_s) {
  if (token.size() > kTokenBytesMax) return;
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
  if (now.seconds() / kBucketS - t_s / kBucketS >= kBucketsKept) return std::nullopt;
  return token;
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
  txn.put(Table::device, kSaltRow, std::move(RowWriter(kTokensRowVersion).bytes(salt)).finish());
}

bool note_token_issue(store::Txn& txn, const Jid& user, WallTime now) {
  const std::string id = row_id(txn, 'i', user);
  const auto bucket = static_cast<std::uint64_t>(now.seconds() / kBucketS);
  if (const auto known = txn.get(Table::tokens, id); known && read_be(*known) == bucket) return false;
  txn.put(Table::tokens, id, be_bytes(bucket, 8));
  return true;
}

}  // namespace wa::client
