// tested by unit/client/rows/message_rows_test.cpp
#include "client/rows/sent_log.h"

#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kSentRowVersion = 1;
constexpr store::RecentRows kSent(store::Table::sent, 'm', limits::kSentMessagesKeptMax);

}  // namespace

void remember_sent(store::Txn& txn, const std::string& id, const SentMessage& sent) {
  RowWriter row(kSentRowVersion);
  row.text(sent.chat.text()).bytes(sent.content).i64(sent.time.ms).flag(sent.peer);
  kSent.remember(txn, id, std::move(row).finish());
}

std::optional<SentMessage> find_sent(const store::Txn& txn, const std::string& id) {
  const auto bytes = kSent.find(txn, id);
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kSentRowVersion);
  const auto chat = wire::parse_jid(row.text());
  SentMessage out;
  out.content = row.bytes();
  out.time.ms = row.i64();
  out.peer = row.flag();
  if (!chat || !row.finish()) return std::nullopt;
  out.chat = *chat;
  return out;
}

}  // namespace wa::client
