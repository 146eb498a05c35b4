#include "gateway/json.h"

#include "base/limits.h"

namespace wa::gateway {
namespace {

// Brackets outside of strings; what else is wrong with the text is the parser's business.
bool nested_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limits::kJsonDepthMax) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  if (nested_too_deep(text)) return std::nullopt;
  Json value = Json::parse(text.begin(), text.end(), nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string compact(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Member::Member(const char* n, Json v) : name(n), value(std::move(v)) {}
Member::Member(const char* n, std::nullptr_t) : name(n) {}
Member::Member(const char* n, bool v) : name(n), value(v) {}
Member::Member(const char* n, std::int64_t v) : name(n), value(v) {}
Member::Member(const char* n, std::uint64_t v) : name(n), value(v) {}
Member::Member(const char* n, const char* v) : name(n), value(v) {}
Member::Member(const char* n, std::string_view v) : name(n), value(v) {}
Member::Member(const char* n, const std::string& v) : name(n), value(v) {}
Member::Member(const char* n, std::string&& v) : name(n), value(std::move(v)) {}

Json object(std::initializer_list<Member> members) {
  Json out = Json::object();
  auto& list = out.get_ref<Json::object_t&>();
  list.reserve(members.size());
  for (const Member& member : members) list.emplace_back(member.name, std::move(member.value));
  return out;
}

void put(Json& object, Member member) { object[member.name] = std::move(member.value); }

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace wa::gateway
