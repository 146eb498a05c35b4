#include "gateway/http/json.h"

#include "base/limits.h"

namespace wa::gateway {
namespace {

// Takes a text from the parser value by value; false ends it. The library's own way builds two parsers, one of them for
// callbacks that nobody gives, and knows no limit of depth.
class Builder {
 public:
  Builder(Json& whole, std::size_t values_max) : whole_(whole), values_left_(values_max) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }  // JSON has none
  bool start_object(std::size_t) { return open(Json::value_t::object); }
  bool key(std::string& name) {
    if (open_.back().members_left-- == 0) return false;
    member_ = &(*open_.back().value)[name];
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) { return open(Json::value_t::array); }
  bool end_array() { return close(); }
  template <typename Error>
  bool parse_error(std::size_t, const std::string&, const Error&) {
    return false;
  }

 private:
  Json& place(Json value) {
    if (open_.empty()) return whole_ = std::move(value);
    Json& last = *open_.back().value;
    if (last.is_object()) return *member_ = std::move(value);
    last.push_back(std::move(value));
    return last.back();
  }
  bool add(Json value) {
    if (values_left_-- == 0) return false;
    place(std::move(value));
    return true;
  }
  bool open(Json::value_t kind) {
    if (open_.size() == limits::kJsonDepthMax || values_left_-- == 0) return false;
    open_.push_back({&place(Json(kind)), kJsonMembersMax});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  struct Open { Json* value; std::size_t members_left; };
  Json& whole_;
  std::size_t values_left_;
  Json* member_ = nullptr;   // whose value comes next
  std::vector<Open> open_;  // objects and arrays, outermost first; only the last of them grows, so that none moves
};

}  // namespace

std::optional<Json> parse_json(std::string_view text, std::size_t values_max) {
  Json value;
  Builder builder(value, values_max);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
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
