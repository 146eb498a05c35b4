// The session of a device: what state it is in, connecting it, logging it out, removing it. Stop (the row of the user's
// wish is the client's) and Logout are requests as they are.
#pragma once

#include "client/client.h"
#include "gateway/webhooks/audience.h"

namespace wa::gateway {

enum class DeviceState : std::uint8_t { disconnected, connecting, pairing, connected, reconnecting, passkey_required };
DeviceState state_of(const client::Status&);
// Now while it is connected; nullopt: never seen.
std::optional<WallTime> last_seen_of(const client::Status&, const store::Txn&, WallTime now);
std::optional<std::int64_t> retry_in_s(const client::Status&, MonoTime now);

enum class ConnectStart : std::uint8_t {
  needs_pairing,      // nothing is begun
  already_connected,  // nothing happens
  too_many_wait,      // nothing is begun
  started,            // and announced: connect_outcome() of every event says what comes of it
  refused,            // by the client: `error`
};
ConnectStart start_connect(bool room_to_wait, client::Client&, const Audience&, client::Turn&, Error& error);

enum class ConnectNews : std::uint8_t { none, connected, logged_out, refused };
struct ConnectOutcome { ConnectNews news = ConnectNews::none; int upstream_code = 0; };
ConnectOutcome connect_outcome(const client::Event&);

// Of whoever waits for a logout. It does not matter who began it: the phone may be faster than the request.
bool ends_logout(const client::Event&);

// A logout of a paired device, whatever its link: it is brought up for that when it is down. `id`: of what waits; it is
// told every event until the outcome is not `none`, or forgets the account when its time is up.
Result<void> start_logout(client::CommandId id, client::Client&, client::Turn&);
enum class LogoutNews : std::uint8_t { none, told, forgotten };  // the service knows, or may not
LogoutNews logout_news(client::CommandId id, const client::Event&, client::Client&, client::Turn&);
void forget_account(client::Client&, client::Turn&);

// Removing logs out first, also when the link is down: it is brought up once more for that. An unpaired device has
// nothing to log out: it is stopped, and the answer is true.
bool remove_unpaired(client::Client&, client::Turn&);
// Of a paired one. `id`: of what waits; it is told every event until logged_out_for_removal() says true, or its time is
// up, and then the device counts as removed all the same: the user wants it gone; the phone may show it for a while.
void start_removal(client::CommandId id, client::Client&, client::Turn&);
bool logged_out_for_removal(client::CommandId id, const client::Event&, client::Client&, client::Turn&);

}  // namespace wa::gateway
