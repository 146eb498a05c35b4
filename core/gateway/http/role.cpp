// tested by unit/gateway/directory/users_api_test.cpp
#include "gateway/http/role.h"

namespace wa::gateway {

const char* role_name(Role role) {
  switch (role) {
    case Role::user: return "user";
    case Role::manager: return "manager";
    case Role::admin: break;
  }
  return "admin";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::user, Role::manager, Role::admin}) {
    if (text == role_name(role)) return role;
  }
  return std::nullopt;
}

}  // namespace wa::gateway
