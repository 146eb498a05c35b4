// tested by unit/client/rows/message_rows_test.cpp
#include "client/rows/device_lists.h"

#include <algorithm>

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
  const std::int64_t most_ms = row.more() ? limits::kDeviceListTtlMs : limits::kNoDevicesTtlMs;
  if (!row.ok() || age_ms < 0 || age_ms > most_ms) return std::nullopt;
  std::vector<Jid> out;
  while (row.more()) {
    const auto id = static_cast<std::uint16_t>(row.u32());
    out.push_back(device_jid(user.user_jid(), id, row.flag()));
  }
  if (!row.finish()) return std::nullopt;
  return out;
}

bool has_devices(const store::Txn& txn, const Jid& user, WallTime now) {
  const auto known = known_devices(txn, user, now);
  return known && !known->empty();
}

void store_devices(store::Txn& txn, const stanza::UserDevices& user, WallTime now) {
  if (user.lid) learn_pair(txn, user.user, user.lid);
  RowWriter row(kDevicesRowVersion);
  row.i64(now.ms);
  std::size_t count = 0;
  const bool without_phone = std::none_of(user.devices.begin(), user.devices.end(), [](const auto& device) {
    return device.id == 0;
  });
  if (!user.devices.empty() && without_phone) {
    row.u32(0).flag(false);
    ++count;
  }
  for (const auto& device : user.devices) {
    if (device.id != 0 && !device.key_index && !device.hosted) continue;
    if (++count > limits::kDevicesPerUserMax) break;
    row.u32(device.id).flag(device.hosted);
  }
  txn.put(Table::device_lists, user.user.user_jid().text(), std::move(row).finish());
}

void forget_devices(store::Txn& txn, const Jid& user) {
  const Jid plain = user.user_jid();
  for (const auto& form : {std::optional(plain), lid_of(txn, plain), pn_of(txn, plain)}) {
    if (form && !lid_is_outdated(txn, *form)) txn.erase(Table::device_lists, form->text());
  }
}

// A list without a time, which no list has otherwise.
void outdate_lid(store::Txn& txn, const Jid& number) {
  txn.put(Table::device_lists, number.user_jid().text(), std::move(RowWriter(kDevicesRowVersion).i64(0)).finish());
}

bool lid_is_outdated(const store::Txn& txn, const Jid& number) {
  const auto bytes = txn.get(Table::device_lists, number.user_jid().text());
  if (!bytes) return false;
  RowReader row(*bytes, kDevicesRowVersion);
  return row.i64() == 0 && row.finish().ok();
}

}  // namespace wa::client
