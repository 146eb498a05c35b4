// tested by unit/gateway/http/json_test.cpp
#include "gateway/http/fields.h"

#include <algorithm>

#include "base/encoding.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kEchoBytesMax = 128, kBadFieldsMax = 64;  // that one answer names
constexpr const char* kQuoted = "must be a string: quote the number, \"5511999999999\"";

bool secret_name(const std::string& name) {
  for (const char* word : {"password", "secret", "token"}) {
    if (name.find(word) != std::string::npos) return true;
  }
  return false;
}

bool all_digits(std::string_view text, bool dash) {
  if (text.empty()) return false;
  for (char c : text) {
    if ((c < '0' || c > '9') && !(dash && c == '-')) return false;
  }
  return true;
}

}  // namespace

std::string place_in(std::string_view list, std::size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

std::optional<wire::Jid> parse_chat(std::string_view text) {
  auto jid = wire::parse_user_input(text);
  if (!jid) jid = wire::parse_jid(text);
  if (!jid) return std::nullopt;
  if (jid->server == wire::Server::legacy) jid->server = wire::Server::pn;
  const bool group = jid->server == wire::Server::group;
  if (!group && jid->server != wire::Server::pn && jid->server != wire::Server::lid) return std::nullopt;
  if (jid->user.size() > 40 || !all_digits(jid->user, group)) return std::nullopt;
  return jid->user_jid();
}

Failure ask_first() {
  Failure out;
  out.status = 0;
  return out;
}
bool asks_first(const Failure& failed) { return failed.status == 0; }

const Json* Fields::find(const char* name) const {
  static_assert(kJsonMembersMax <= 64);
  const auto* members = object_.get_ptr<const Json::object_t*>();
  if (!members) return nullptr;
  std::uint64_t bit = 1;
  for (const auto& one : *members) {
    if (one.first == name) {
      asked_ |= bit;
      return &one.second;
    }
    bit <<= 1;
  }
  return nullptr;
}

// A text that is not what is wanted stays a text, and is refused as one.
const Json* Fields::find_as(const char* name, Want want) {
  const Json* value = find(name);
  const auto* text = form_ && value ? value->get_ptr<const std::string*>() : nullptr;
  if (!text) return value;
  auto meant = parse_json(*text);
  if (want == Want::list && (!meant || !meant->is_array())) meant = Json::array({*text});
  if (!meant || meant->is_string() || meant->is_null()) return value;
  return &meant_.emplace_back(*std::move(meant));
}

// `success` and `device_id` stand in answers, which may be put back.
std::vector<std::string> Fields::unknown() const {
  std::vector<std::string> out = unknown_inside_;
  std::size_t at = 0;
  for (const auto& item : object_.items()) {
    const std::string& name = item.key();
    const bool asked = (asked_ >> at++ & 1) != 0 || name == "success" || name == "device_id";
    if (!asked && out.size() < kBadFieldsMax) out.push_back(name.substr(0, kEchoBytesMax));
  }
  return out;
}

bool Fields::has(const char* name) const {
  const Json* value = find(name);
  return value && !value->is_null();
}

bool Fields::removes(const char* name) const {
  const Json* value = find(name);
  return value && value->is_null();
}

std::string Fields::text(const char* name, std::size_t chars_max) {
  if (!has(name)) {
    missing(name);
    return {};
  }
  return optional_text(name, chars_max, 1).value_or(std::string());
}

std::string Fields::visible_text(const char* name, std::size_t chars_max) {
  std::string out = text(name, chars_max);
  if (!out.empty() && wire::is_blank(out)) bad(name, "must not be blank", find(name));
  return out;
}

std::optional<std::string> Fields::optional_text(const char* name, std::size_t chars_max, std::size_t chars_min) {
  if (!has(name)) return std::nullopt;
  const Json* value = find(name);
  const auto* text = value->get_ptr<const std::string*>();
  if (!text) {
    bad(name, "must be a string", value);
    return std::nullopt;
  }
  const std::size_t length = utf8_length(*text);
  if (length < chars_min || length > chars_max || text->find('\0') != std::string::npos) {
    bad(name, "must have " + std::to_string(chars_min) + " to " + std::to_string(chars_max) + " characters", value);
    return std::nullopt;
  }
  return *text;
}

bool Fields::flag(const char* name) {
  if (!has(name)) missing(name);
  return optional_flag(name).value_or(false);
}

std::optional<bool> Fields::optional_flag(const char* name) {
  if (!has(name)) return std::nullopt;
  const Json* value = find_as(name, Want::value);
  if (const auto* flag = value->get_ptr<const bool*>()) return *flag;
  bad(name, "must be true or false", value);
  return std::nullopt;
}

std::optional<std::int64_t> Fields::optional_integer(const char* name, std::int64_t min, std::int64_t max) {
  if (!has(name)) return std::nullopt;
  const Json* value = find_as(name, Want::value);
  if (!value->is_number_integer()) {
    bad(name, "must be an integer", value);
    return std::nullopt;
  }
  const bool beyond = value->is_number_unsigned() && *value->get_ptr<const std::uint64_t*>() > INT64_MAX;
  const auto* number = value->get_ptr<const std::int64_t*>();
  if (beyond || !number || *number < min || *number > max) {
    bad(name, "must be " + std::to_string(min) + " to " + std::to_string(max), value);
    return std::nullopt;
  }
  return *number;
}

double Fields::number(const char* name, double min, double max) {
  if (!has(name)) {
    missing(name);
    return 0;
  }
  const Json* value = find_as(name, Want::value);
  const double number = value->is_number() ? value->get<double>() : max + 1;
  if (number >= min && number <= max) return number;
  const std::string from = std::to_string(static_cast<int>(min)), to = std::to_string(static_cast<int>(max));
  bad(name, "must be a number from " + from + " to " + to, value);
  return 0;
}

std::vector<Fields::Entry> Fields::objects(const char* name, std::size_t count_min, std::size_t count_max) {
  std::vector<Entry> out;
  if (!has(name)) {
    missing(name);
    return out;
  }
  const Json* value = find_as(name, Want::list);
  if (!value->is_array() || value->size() < count_min || value->size() > count_max) {
    bad(name, "must be an array of " + std::to_string(count_min) + " to " + std::to_string(count_max) + " objects");
    return out;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const Json& entry = (*value)[i];
    const std::string place = place_in(name, i);
    if (entry.is_object()) out.push_back({&entry, place + '.'});
    else bad(place, "must be an object", &entry);
  }
  return out;
}

std::vector<std::string> Fields::texts(const char* name, bool required, std::size_t count_max) {
  return list(name, required, count_max, false);
}

std::vector<std::string> Fields::numbers(const char* name, bool required, std::size_t count_max) {
  return list(name, required, count_max, true);
}

std::vector<std::string> Fields::list(const char* name, bool required, std::size_t count_max, bool numbers) {
  std::vector<std::string> out;
  if (!has(name)) {
    if (required) missing(name);
    return out;
  }
  const Json* value = find_as(name, Want::list);
  if (!value->is_array()) {
    bad(name, "must be an array of strings", value);
    return out;
  }
  if (value->size() > count_max || (required && value->empty())) {
    bad(name, "must have " + std::to_string(required ? 1 : 0) + " to " + std::to_string(count_max) + " entries");
    return out;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const Json& item = (*value)[i];
    const auto* text = item.get_ptr<const std::string*>();
    out.push_back(text ? *text : std::string());
    if (!text) bad(place_in(name, i), numbers && item.is_number() ? kQuoted : "must be a string", &item);
  }
  return out;
}

std::string Fields::phone_text(const char* name, std::size_t chars_max) {
  const Json* value = find(name);
  if (value && value->is_number()) bad(name, kQuoted, value);
  return text(name, chars_max);
}

const Json* Fields::optional_object(const char* name) {
  if (!has(name)) return nullptr;
  const Json* value = find_as(name, Want::value);
  if (value->is_object()) return value;
  bad(name, "must be an object", value);
  return nullptr;
}

wire::Jid Fields::chat(const char* name) {
  if (!has(name)) {
    missing(name);
    return {};
  }
  const Json* value = find(name);
  const auto* text = value->get_ptr<const std::string*>();
  if (!text) {
    bad(name, value->is_number() ? kQuoted : "must be a string", value);
    return {};
  }
  return chat_from(name, *text);
}

wire::Jid Fields::chat_or_status(const char* name) {
  const Json* value = find(name);
  const auto* text = value ? value->get_ptr<const std::string*>() : nullptr;
  return text && *text == "status@broadcast" ? wire::Jid{"status", wire::Server::broadcast} : chat(name);
}

wire::Jid Fields::user(const char* name) {
  wire::Jid jid = chat(name);
  if (jid.server == wire::Server::group) bad(name, "must be a user, not a group");
  return jid;
}

wire::Jid Fields::chat_from(const char* name, std::string_view text) {
  if (auto jid = parse_chat(text)) {
    return numbers_ && jid->server == wire::Server::pn ? numbers_->account_of(*jid) : *jid;
  }
  bad_jid(name, text);
  return {};
}

void Fields::missing(const std::string& name) { bad(name, "is required"); }

void Fields::bad(const std::string& name, std::string message, const Json* value) {
  only_jids_ = false;
  if (bad_.size() >= kBadFieldsMax) return;
  if (std::any_of(bad_.begin(), bad_.end(), [&](const BadField& known) { return known.field == name; })) return;
  BadField field{name, std::move(message), nullptr};
  const bool small = value && value->is_primitive() &&
                     (!value->is_string() || value->get_ref<const std::string&>().size() <= kEchoBytesMax);
  if (small && !secret_name(name)) field.value = *value;
  bad_.push_back(std::move(field));
}

void Fields::bad_jid(const std::string& name, std::string_view value) {
  const bool before = only_jids_;
  const Json echo = std::string(value);
  bad(name, "is neither a JID nor a phone number with country code", &echo);
  only_jids_ = before;
}

void Fields::take(Fields& inner, const std::string& prefix) {
  for (BadField& field : inner.bad_) {
    if (bad_.size() >= kBadFieldsMax) break;
    field.field = prefix + field.field;
    bad_.push_back(std::move(field));
  }
  if (!inner.bad_.empty()) only_jids_ = only_jids_ && inner.only_jids_;
  inner.bad_.clear();
  for (const std::string& name : inner.unknown()) {
    if (unknown_inside_.size() < kBadFieldsMax) unknown_inside_.push_back(prefix + name);
  }
}

std::optional<Failure> Fields::failure() {
  std::vector<std::string> names;
  if (strict_) names = unknown();
  if (warnings_) {
    for (std::string& name : names) name = "unknown member: " + name;
    *warnings_ = std::move(names);
  } else {
    for (const std::string& name : names) bad(name, "is not a member this endpoint knows");
  }
  if (bad_.empty() && numbers_ && numbers_->must_ask()) return ask_first();
  if (bad_.empty()) return std::nullopt;
  Failure out;
  out.status = 400;
  out.code = only_jids_ ? "INVALID_JID" : "VALIDATION_ERROR";
  out.text = only_jids_ ? "invalid JID" : "validation failed";
  out.validation = bad_;
  return out;
}

}  // namespace wa::gateway
