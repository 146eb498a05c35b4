// The link: what it is asked for, what it tells, and the queries that keep it.
#pragma once

#include <optional>
#include <string>

#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"

namespace wa::client {

struct Start {};                               // want the link: connect, and reconnect until Stop
struct Stop {};                                // close the link, keep credentials
// -> LoggedOut. `forget`: whatever the link is, and without telling the service; else it must be online.
struct Logout { CommandId command = 0; bool forget = false; };

enum class LinkState : std::uint8_t {
  idle,          // not wanted, or nothing to do until the user acts
  connecting,    // socket, handshake, login
  pairing,       // registration connection is up: QR or code possible
  online,        // logged in and active
  waiting,       // will reconnect at `retry_at`
};
struct LinkChanged { LinkState state = LinkState::idle; std::optional<MonoTime> retry_at; };
struct LoggedIn { std::string lid; WallTime server_time; };           // device.connected
struct Disconnected { const char* reason = ""; };                      // device.disconnected (was online)
// Credentials are erased. `told`: the service confirmed what the user wanted.
struct LoggedOut { const char* reason = ""; int code = 0; CommandId command = 0; bool told = false; };
struct StreamReplaced {};
struct TemporaryBan { int code = 0; std::int64_t expire_s = 0; };
struct ConnectFailure { int code = 0; const char* reason = ""; std::string version; };  // version when refused as too old
struct KeepaliveTimeout {};
struct KeepaliveRestored {};
struct OfflinePreview { std::uint64_t messages = 0, receipts = 0, notifications = 0, calls = 0, total = 0; };
struct OfflineCompleted { std::uint64_t count = 0; };

struct ActiveQuery {};
struct PingQuery { std::int64_t sent_ms = 0; };
struct PropsQuery {};
struct LogoutQuery { CommandId command = 0; };
struct IgnoredQuery {};  // of any room: nothing to do with the answer

struct LinkContract {
  using Commands = Kinds<Start, Stop, Logout>;
  using Events = Kinds<LinkChanged, LoggedIn, Disconnected, LoggedOut, StreamReplaced, TemporaryBan, ConnectFailure,
                       KeepaliveTimeout, KeepaliveRestored, OfflinePreview, OfflineCompleted>;
  using Queries = Kinds<IgnoredQuery, ActiveQuery, PingQuery, PropsQuery, LogoutQuery>;
};

}  // namespace wa::client
