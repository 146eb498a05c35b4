// tested by unit/gateway/operations/operation_test.cpp
#include "gateway/operations/operation.h"

#include <algorithm>

namespace wa::gateway {
namespace {

void set_id(client::Command& command, client::CommandId id) {
  std::visit(
      [id](auto& one) {
        if constexpr (requires { one.command; }) one.command = id;
      },
      static_cast<client::CommandKinds&>(command));
}

}  // namespace

Result<client::CommandId> begin_operation(client::Command command, Waiter waiter, Waiting& waiting,
                                          client::Client& client, client::Turn& turn) {
  if (waiting.full()) return {Errc::full, "too many requests wait"};
  if (!is_online(client)) return {Errc::not_ready, "not connected"};
  const client::CommandId id = waiting.add(std::move(waiter));
  set_id(command, id);
  auto taken = client.execute(std::move(command), turn);
  if (taken.ok()) return id;
  waiting.take(id);
  return taken.error();
}

Result<void> perform(client::Command command, client::Client& client, client::Turn& turn) {
  if (!is_online(client)) return {Errc::not_ready, "not connected"};
  return client.execute(std::move(command), turn);
}

bool is_online(const client::Client& client) { return client.status().link == client::LinkState::online; }

Unready unready(const client::Status& status, MonoTime now) {
  Unready out;
  out.paired = status.paired;
  if (status.link == client::LinkState::connecting) out.retry_s = 1;
  if (status.link == client::LinkState::waiting && status.retry_at) {
    out.retry_s = std::max<std::int64_t>(1, (*status.retry_at - now + 999) / 1000);
  }
  return out;
}

}  // namespace wa::gateway
