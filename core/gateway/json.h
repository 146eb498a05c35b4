// JSON of the API and of webhooks: a thin, bounded layer over nlohmann/json. Guarantees: parsing never throws, refuses
// text nested deeper than kJsonDepthMax before building anything, and text that is not UTF-8; members keep their order.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wa::gateway {

using Json = nlohmann::ordered_json;

// Whole text or nothing. nullopt: malformed, over-nested or trailing bytes.
std::optional<Json> parse_json(std::string_view text);

// Compact; bytes that are not UTF-8 become U+FFFD.
std::string compact(const Json& value);

// nullptr when `object` is not an object or has no such member.
const Json* member(const Json& object, const char* name);

}  // namespace wa::gateway
