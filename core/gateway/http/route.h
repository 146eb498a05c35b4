// An endpoint of the API as a row: what the router, the 405 answers, the check of the published description and the
// answering of requests read. Its functions stand beside it, in the file of its family. Does not: know any of them
// (routes.cpp joins the families).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/effect.h"
#include "gateway/http/role.h"
#include "gateway/http/target.h"

namespace wa::client {
struct Event;
}

namespace wa::gateway {

struct DeviceCall;
struct WaitingCall;
struct DirectoryCall;
using Answer = std::optional<Reply>;
using DirectoryFunction = Answer (*)(DirectoryCall&);                   // nullopt: the device answers
using StartFunction = Answer (*)(DeviceCall&);                          // nullopt: the request waits
using FinishFunction = Answer (*)(WaitingCall&, const client::Event&);  // nullopt: it waits on
using ExpireFunction = Reply (*)(WaitingCall&);

enum class Access : std::uint8_t {
  user,    // any valid token
  master,  // the master token only
};

enum class BodyRule : std::uint8_t { none, optional, required };

// For the endpoints whose errors are nested with codes of their own (api.md 2.2, 2.4).
struct NestedCodes { const char *invalid, *failed, *timeout; };

// Answered by the directory, or (also) by the device the request is addressed to, or known and not offered.
struct Endpoint {
  const char* method = "";
  const char* pattern = "";     // "/chats/{jid}/pin"
  BodyRule body = BodyRule::none;
  Access access = Access::user;
  Role least = Role::user;      // whoever has less is refused before the body is looked at
  bool sends = false;           // a message: ?wait= and Prefer: respond-async
  bool loose = false;           // unknown members of the body are warned of, not refused (api.md 6.6)
  bool files = false;           // its body may carry files (file_bodies.h)
  const NestedCodes* nested = nullptr;
  bool connects = false;        // may open a connection: counts against the tenant's budget
  const char* family = "";      // not offered: 501 with the family's name
  DirectoryFunction directory = nullptr;
  StartFunction start = nullptr;
  // Of a request that waits: it is told events until it answers or its time is up.
  FinishFunction finish = nullptr;  // the event that carries its command: MessageSent, ChatSettingDone, ...
  FinishFunction watch = nullptr;   // every event: LoggedIn, QrGenerated, ... answer whoever waits for them
  ExpireFunction expire = nullptr;  // without one: 504 with the text of `late`
  std::int64_t timeout_ms = 0;
  const char* late = "no answer in time; the effect may still happen";
  bool removes = false;             // with the answer the device is Removed
};

void this_endpoint_is_not_whole();  // nowhere defined
// The rows of a family. One that nobody answers, or that waits without having begun, does not compile.
class Endpoints {
 public:
  template <std::size_t Count>
  consteval Endpoints(const Endpoint (&rows)[Count]) : rows_(rows) {
    for (const Endpoint& row : rows) {
      const bool offered = row.directory || row.start;
      const bool waits = row.finish || row.watch || row.expire;
      if (offered == (*row.family != '\0') || (waits && !row.start)) this_endpoint_is_not_whole();
    }
  }
  const Endpoint* begin() const { return rows_.data(); }
  const Endpoint* end() const { return rows_.data() + rows_.size(); }

 private:
  std::span<const Endpoint> rows_;
};

using Family = Endpoints (*)();
// All families, joined in files of their own. A program that leaves some out has another file in the place of that one
// (host-wasm/profiles): what nobody names is not linked.
std::span<const Family> device_families();     // routes.cpp
std::span<const Family> directory_families();  // directory/families.cpp

// Which of all endpoints a request means.
struct RouteMatch {
  const Endpoint* endpoint = nullptr;
  std::vector<std::string> params;  // the {..} of the pattern, in order
  std::string allow;                // when only other methods match: "GET, PUT"
};
RouteMatch find_route(std::string_view method, const Target& target);

}  // namespace wa::gateway
