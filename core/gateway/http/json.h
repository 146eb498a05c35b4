// JSON of the API and of webhooks: a thin, bounded layer over nlohmann/json. Guarantees: parsing never throws, refuses
// text nested deeper than kJsonDepthMax, with more values or members than below, and text that is not UTF-8; members keep
// their order. What is too much is refused where it is met, before more is built: an object finds a member by looking at
// all before it.
#pragma once

#include <concepts>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wa::gateway {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kJsonMembersMax = 64;      // of one object, a name given twice counted twice
inline constexpr std::size_t kJsonValuesMax = 20'000;   // of a text: the longest list the API takes has 12,288

// Whole text or nothing. nullopt: malformed, too much of something or trailing bytes.
std::optional<Json> parse_json(std::string_view text, std::size_t values_max = kJsonValuesMax);

// Compact; bytes that are not UTF-8 become U+FFFD.
std::string compact(const Json& value);

// A name with its value, to build objects from. The library's own initializer lists make an array of every pair before they see
// that it is an object: three times the code at each use, and core.wasm has a budget.
struct Member {
  Member(const char* name, Json value);
  Member(const char* name, std::nullptr_t);
  Member(const char* name, bool value);
  Member(const char* name, std::int64_t value);
  Member(const char* name, std::uint64_t value);
  Member(const char* name, const char* value);
  Member(const char* name, std::string_view value);
  Member(const char* name, const std::string& value);
  Member(const char* name, std::string&& value);
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Member(const char* n, T number)
      : Member(n, static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(number)) {}

  const char* name;
  mutable Json value;  // an initializer list hands out nothing else that can be moved from
};
Json object(std::initializer_list<Member> members);  // in this order, names differ
void put(Json& object, Member member);               // in place of one with this name

// nullptr when `object` is not an object or has no such member.
const Json* member(const Json& object, const char* name);

}  // namespace wa::gateway
