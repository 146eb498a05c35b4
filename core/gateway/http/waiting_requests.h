// API requests that wait for something to happen: what for, since when, until when. Bounded by kRequestsPerDeviceMax;
// every entry leaves exactly once, by take() or expired(), and each leaving is one Reply.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "client/effect.h"
#include "client/contract.h"
#include "gateway/http/json.h"

namespace wa::gateway {

struct RejectWait {};
// The published shapes of an answer to a send: of the `number` style (with metadata), of the `to` style, of a deletion,
// of the timer of a chat.
enum class SendReply : std::uint8_t { metadata, flat, deleted, timer };
struct SendWait {
  std::string chat;
  bool quoted = false;
  SendReply style = SendReply::metadata;
  const char* message = "";                // flat: for people
  Json extra = Json::object();             // members of this request
};
struct SettingWait { Json done; };               // what a success says first
struct SyncWait { std::vector<std::string> scopes; bool full = false; };
struct QrWait {};
struct PairCodeWait { std::string phone; bool requested = false; };
struct ConnectWait {};
struct AccountWait {};                          // GET /privacy, POST /profile/picture
struct CheckWait { std::vector<std::string> numbers; };
struct ResolveWait { std::vector<std::string> inputs; };
struct ProfileWait { std::string jid; };
struct PictureWait { std::string jid; bool preview = false; std::string existing_id; };
struct BlockWait { std::string jid; bool block = true; };
struct BlocklistWait {};
struct EventsWait { std::uint64_t after = 0; };  // GET /events
struct LogoutWait { bool remove = false; };  // remove: DELETE /devices/{id}

struct Waiter {
  RequestId request = 0;
  MonoTime started, deadline;
  std::variant<RejectWait, SendWait, SettingWait, SyncWait, QrWait, PairCodeWait, ConnectWait, LogoutWait,
               EventsWait, AccountWait, CheckWait, ResolveWait, ProfileWait, PictureWait, BlockWait, BlocklistWait> what;
};

class Waiting {
 public:
  bool full() const;
  bool empty() const { return waiters_.empty(); }
  client::CommandId add(Waiter waiter);               // never 0; the caller has checked full()
  std::optional<Waiter> take(client::CommandId id);   // nullopt: nobody waits (0, or answered already)
  std::optional<Waiter> expired(MonoTime now);        // one whose deadline has passed, removed
  std::optional<MonoTime> deadline() const;
  Waiter* find(client::CommandId id);

  template <class What>
  std::vector<client::CommandId> all() const {        // in order of arrival
    std::vector<client::CommandId> out;
    for (const auto& [id, waiter] : waiters_) {
      if (std::holds_alternative<What>(waiter.what)) out.push_back(id);
    }
    return out;
  }

 private:
  std::map<client::CommandId, Waiter> waiters_;
  std::set<std::pair<MonoTime, client::CommandId>> deadlines_;
  client::CommandId next_ = 1;
};

}  // namespace wa::gateway
