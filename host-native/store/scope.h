// Whose rows: each machine (a device, the directory) has a scope of its own.
#pragma once

#include <cstdint>
#include <string_view>

namespace wa::native {

// 63 bits of a hash of the name, so that no table of names has to be kept in step with the rows.
using Scope = std::int64_t;
Scope scope_of(std::string_view name);
inline constexpr Scope kStoreScope = 0;  // of the store itself; no hash of a name is 0

}  // namespace wa::native
