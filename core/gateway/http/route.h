// A route of the API as data, and what the functions that answer it look like. Does not: know any of them (routes.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/effect.h"
#include "gateway/http/role.h"
#include "gateway/http/target.h"

namespace wa::gateway {

struct DeviceCall;
struct DirectoryCall;
using Answer = std::optional<Reply>;
using DeviceFunction = Answer (*)(DeviceCall&);        // nullopt: a later event answers
using DirectoryFunction = Answer (*)(DirectoryCall&);  // nullopt: the device answers

enum class Access : std::uint8_t {
  user,    // any valid token
  master,  // the master token only
};

enum class BodyRule : std::uint8_t { none, optional, required };

struct Route {
  const char* method;
  const char* pattern;          // "/chats/{jid}/pin"
  DirectoryFunction directory = nullptr;  // answered by the directory,
  DeviceFunction device = nullptr;        // or (also) by the device the request is addressed to,
  const char* family = "";                // or known and not offered: 501 with the family's name
  BodyRule body = BodyRule::none;
  Access access = Access::user;
  Role least = Role::user;      // whoever has less is refused before the body is looked at
  bool device_in_body = false;  // device_id may come in the body (api.md 1.5)
  bool connects = false;        // may open a connection: counts against the tenant's budget
};

// Which of all routes a request means: asked here, answered where all families are known (routes.cpp).
struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string> params;  // the {..} of the pattern, in order
  std::string allow;                // when only other methods match: "GET, PUT"
};
RouteMatch find_route(std::string_view method, const Target& target);

}  // namespace wa::gateway
