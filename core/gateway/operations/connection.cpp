// tested by unit/gateway/operations/connection_test.cpp
#include "gateway/operations/connection.h"

#include <algorithm>

#include "gateway/last_seen.h"
#include "gateway/operations/operation.h"
#include "gateway/webhooks/published/table.h"

namespace wa::gateway {

DeviceState state_of(const client::Status& status) {
  if (status.passkey_required) return DeviceState::passkey_required;
  switch (status.link) {
    case client::LinkState::online: return DeviceState::connected;
    case client::LinkState::connecting: return DeviceState::connecting;
    case client::LinkState::pairing: return DeviceState::pairing;
    case client::LinkState::waiting: return DeviceState::reconnecting;
    case client::LinkState::idle: break;
  }
  return DeviceState::disconnected;
}

std::optional<WallTime> last_seen_of(const client::Status& status, const store::Txn& txn, WallTime now) {
  return status.link == client::LinkState::online ? now : load_last_seen(txn);
}

std::optional<std::int64_t> retry_in_s(const client::Status& status, MonoTime now) {
  if (!status.retry_at) return std::nullopt;
  return std::max<std::int64_t>(0, (*status.retry_at - now) / 1000);
}

ConnectStart start_connect(bool room_to_wait, client::Client& client, const Audience& audience, client::Turn& turn,
                           Error& error) {
  const client::Status status = client.status();
  if (!status.paired) return ConnectStart::needs_pairing;
  if (status.link == client::LinkState::online) return ConnectStart::already_connected;
  if (!room_to_wait) return ConnectStart::too_many_wait;
  if (const auto taken = client.execute(client::Start{}, turn); !taken.ok()) {
    error = taken.error();
    return ConnectStart::refused;
  }
  announce(ManualReconnect{}, audience, turn);
  return ConnectStart::started;
}

ConnectOutcome connect_outcome(const client::Event& event) {
  if (std::get_if<client::LoggedIn>(&event)) return {ConnectNews::connected};
  if (const auto* out = std::get_if<client::LoggedOut>(&event)) return {ConnectNews::logged_out, out->code};
  if (const auto* refused = std::get_if<client::ConnectFailure>(&event)) return {ConnectNews::refused, refused->code};
  return {};
}

bool ends_logout(const client::Event& event) { return std::holds_alternative<client::LoggedOut>(event); }

bool remove_unpaired(client::Client& client, client::Turn& turn) {
  if (client.status().paired) return false;
  (void)client.execute(client::Stop{}, turn);
  return true;
}

Result<void> start_logout(client::CommandId id, client::Client& client, client::Turn& turn) {
  if (is_online(client)) return client.execute(client::Logout{id}, turn);
  return client.execute(client::Start{}, turn);
}

LogoutNews logout_news(client::CommandId id, const client::Event& event, client::Client& client, client::Turn& turn) {
  if (const auto* out = std::get_if<client::LoggedOut>(&event)) {
    return out->told || out->code != 0 ? LogoutNews::told : LogoutNews::forgotten;
  }
  if (std::get_if<client::LoggedIn>(&event)) (void)client.execute(client::Logout{id}, turn);  // the link was down
  return LogoutNews::none;
}

void forget_account(client::Client& client, client::Turn& turn) { (void)client.execute(client::Logout{0, true}, turn); }

void start_removal(client::CommandId id, client::Client& client, client::Turn& turn) {
  (void)start_logout(id, client, turn);
}

bool logged_out_for_removal(client::CommandId id, const client::Event& event, client::Client& client,
                            client::Turn& turn) {
  return logout_news(id, event, client, turn) != LogoutNews::none;
}

}  // namespace wa::gateway
