// A request target taken apart: path segments and query, each percent-decoded once. A slash that came encoded stays
// inside its segment. Not done here: routing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wa::gateway {

struct Target {
  std::vector<std::string> segments;         // "/chats/x%40y/pin" -> chats, x@y, pin; "/" -> none
  std::map<std::string, std::string> query;  // the first of equal names counts
  std::vector<std::string> repeated;         // names that came again

  // nullptr when absent.
  const std::string* find(const char* name) const;
  // "1", "true", "yes" in any case, or the bare name.
  bool flag(const char* name) const;
};

// nullopt: not an absolute path, a broken escape, or bytes that are not UTF-8 or contain NUL.
std::optional<Target> parse_target(std::string_view text);

}  // namespace wa::gateway
