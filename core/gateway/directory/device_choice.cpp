// tested by unit/gateway/directory/device_choice_test.cpp
#include "gateway/directory/device_choice.h"

#include <algorithm>

namespace wa::gateway {
namespace {

constexpr const char* kMember = "device_id";

// Behind the quote that ends the string which begins at `at`; npos: it does not end.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size(); ++at) {
    if (json[at] == '\\') ++at;
    else if (json[at] == '"') return at + 1;
  }
  return std::string_view::npos;
}

std::size_t skip_blanks(std::string_view json, std::size_t at) {
  while (at < json.size() && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) ++at;
  return at;
}

}  // namespace

std::vector<std::optional<std::string>> top_members(std::string_view json, std::string_view name) {
  std::vector<std::optional<std::string>> out;
  if (json.find(name) == std::string_view::npos) return out;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (c != '"') {
      ++at;
      continue;
    }
    const std::size_t end = end_of_string(json, at);
    if (end == std::string_view::npos) return out;
    const std::string_view text = json.substr(at + 1, end - at - 2);
    at = skip_blanks(json, end);
    if (depth != 1 || out.size() > 1 || at >= json.size() || json[at] != ':' || text != name) continue;
    at = skip_blanks(json, at + 1);
    const bool quoted = at < json.size() && json[at] == '"';
    const std::size_t last = quoted ? end_of_string(json, at) : std::string_view::npos;
    if (last == std::string_view::npos) out.emplace_back();
    else out.emplace_back(json.substr(at + 1, last - at - 2));
  }
  return out;
}

std::optional<Failure> named_device(const ApiRequest& request, const Target& target, std::optional<std::string>& id) {
  const auto refuse = [](const char* message) { return bad_field(kMember, message); };
  const auto& repeated = target.repeated;
  const bool twice = std::find(repeated.begin(), repeated.end(), kMember) != repeated.end();
  if (twice) return refuse("is given twice in the query");
  if (request.device_id.find(',') != std::string::npos) return refuse("is given twice in the header X-Device-Id");
  const auto in_body = top_members(request.body, kMember);
  if (in_body.size() > 1) return refuse("is given twice in the body");
  if (!in_body.empty() && !in_body.front()) return refuse("must be a string");
  const std::string* in_query = target.find(kMember);
  const std::string* in_header = request.device_id.empty() ? nullptr : &request.device_id;
  for (const std::string* one : {in_query, in_header, in_body.empty() ? nullptr : &*in_body.front()}) {
    if (!one) continue;
    if (id && *id != *one) return refuse("differs between query, body and the header X-Device-Id");
    id = *one;
  }
  return std::nullopt;
}

}  // namespace wa::gateway
