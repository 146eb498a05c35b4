// tested by unit/client/messages/about_test.cpp
#include "client/rows/message_secrets.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kSecretRowVersion = 1;
constexpr store::RecentRows kEditable(Table::message_secrets, 'e', limits::kMessageSecretsKept);
constexpr store::RecentRows kWithAddOns(Table::message_secrets, 'a', limits::kPollSecretsKept);

std::string secret_key(const wire::Jid& author, const std::string& id) { return author.user_jid().text() + '|' + id; }

Bytes encode_secret(const MessageSecret& from) {
  RowWriter row(kSecretRowVersion);
  row.bytes(from.secret).i64(from.since.ms).flag(from.add_ons);
  std::size_t left = kPollOptionBytesKept;
  for (const std::string& option : from.options) {
    if (option.size() > left) break;
    left -= option.size();
    row.text(option);
  }
  return std::move(row).finish();
}

std::optional<MessageSecret> decode_secret(ByteView bytes, WallTime now) {
  RowReader row(bytes, kSecretRowVersion);
  MessageSecret out;
  out.secret = row.bytes();
  out.since.ms = row.i64();
  out.add_ons = row.flag();
  while (row.more()) out.options.push_back(row.text());
  const std::int64_t kept = out.add_ons ? limits::kPollSecretKeptMs : limits::kMessageSecretKeptMs;
  if (!row.finish() || now - out.since > kept) return std::nullopt;
  return out;
}

}  // namespace

void remember_secret(store::Txn& txn, const wire::Jid& author, const std::string& id, MessageSecret secret) {
  const store::RecentRows& ring = secret.add_ons ? kWithAddOns : kEditable;
  ring.remember(txn, secret_key(lid_or_same(txn, author.user_jid()), id), encode_secret(secret));
}

std::optional<MessageSecret> find_secret(const store::Txn& txn, const wire::Jid& author, const std::string& id,
                                         WallTime now) {
  const wire::Jid user = author.user_jid();
  for (const wire::Jid& form : {lid_or_same(txn, user), pn_or_same(txn, user)}) {
    const std::string key = secret_key(form, id);
    auto row = kWithAddOns.find(txn, key);
    if (!row) row = kEditable.find(txn, key);
    if (row) return decode_secret(*row, now);
  }
  return std::nullopt;
}

}  // namespace wa::client
