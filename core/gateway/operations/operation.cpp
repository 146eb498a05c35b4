// tested by unit/gateway/api/device_requests_test.cpp
#include "gateway/operations/operation.h"

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

Result<void> begin_operation(client::Command command, Waiter waiter, Waiting& waiting, client::Client& client,
                             client::Turn& turn) {
  if (waiting.full()) return {Errc::full, "too many requests wait"};
  if (client.status().link != client::LinkState::online) return {Errc::not_ready, "not connected"};
  const client::CommandId id = waiting.add(std::move(waiter));
  set_id(command, id);
  auto taken = client.execute(std::move(command), turn);
  if (!taken.ok()) waiting.take(id);
  return taken;
}

}  // namespace wa::gateway
