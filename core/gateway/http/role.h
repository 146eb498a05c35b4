// What a user may do, from the least to the most, and its published names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wa::gateway {

enum class Role : std::uint8_t { user = 0, manager = 1, admin = 2 };
const char* role_name(Role);
std::optional<Role> parse_role(std::string_view);  // nullopt: no role of this name

}  // namespace wa::gateway
