// tested by unit/client/rows/message_rows_test.cpp
#include "client/rows/device_lists.h"

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;
using wire::Jid;
using wire::Server;

constexpr std::uint8_t kDevicesRowVersion = 1;

Jid device_jid(const Jid& user, std::uint16_t id, bool hosted) {
  Jid out = user;
  out.device = id;
  if (hosted) out.server = user.server == Server::lid ? Server::hosted_lid : Server::hosted;
  return out;
}

}  // namespace

std::optional<std::vector<Jid>> known_devices(const store::Txn& txn, const Jid& user, WallTime now) {
  const auto bytes = txn.get(Table::device_lists, user.user_jid().text());
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kDevicesRowVersion);
  const std::int64_t age_ms = now.ms - row.i64();
  // A negative age means the clock was set back: the age is not known.
  if (!row.ok() || age_ms < 0 || age_ms > limits::kDeviceListTtlMs) return std::nullopt;
  std::vector<Jid> out;
  while (row.more()) {
    const auto id = static_cast<std::uint16_t>(row.u32());
    out.push_back(device_jid(user.user_jid(), id, row.flag()));
  }
  if (!row.finish()) return std::nullopt;
  return out;
}

void store_devices(store::Txn& txn, const stanza::UserDevices& user, WallTime now) {
  if (user.lid) learn_pair(txn, user.user, user.lid);
  RowWriter row(kDevicesRowVersion);
  row.i64(now.ms);
  std::size_t count = 0;
  for (const auto& device : user.devices) {
    if (device.id != 0 && !device.key_index && !device.hosted) continue;
    if (++count > limits::kDevicesPerUserMax) break;
    row.u32(device.id).flag(device.hosted);
  }
  txn.put(Table::device_lists, user.user.user_jid().text(), std::move(row).finish());
}

void forget_devices(store::Txn& txn, const Jid& user) {
  const Jid plain = user.user_jid();
  txn.erase(Table::device_lists, plain.text());
  if (const auto lid = lid_of(txn, plain)) txn.erase(Table::device_lists, lid->text());
  if (const auto pn = pn_of(txn, plain)) txn.erase(Table::device_lists, pn->text());
}

}  // namespace wa::client
