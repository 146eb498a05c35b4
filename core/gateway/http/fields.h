// The fields of a request body (or path, or query), checked one by one: each accessor returns a usable value and notes
// what is wrong, so that one answer names the bad fields at once, the first 64 (api.md 6.1). Unknown members are ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/json.h"
#include "gateway/http/reply.h"
#include "wire/jid.h"

namespace wa::gateway {

class Fields {
 public:
  // Keeps a reference to the object.
  explicit Fields(const Json& object) : object_(object) {}

  bool has(const char* name) const;      // present and not null
  bool removes(const char* name) const;  // null: an update takes what was set away; what is absent it keeps
  // 1..`chars_max` code points.
  std::string text(const char* name, std::size_t chars_max);
  std::optional<std::string> optional_text(const char* name, std::size_t chars_max, std::size_t chars_min = 0);
  bool flag(const char* name);
  std::optional<bool> optional_flag(const char* name);
  std::optional<std::int64_t> optional_integer(const char* name, std::int64_t min, std::int64_t max);
  double number(const char* name, double min, double max);  // required
  // The objects of an array, and what the fields in them are called: "name[2]."; entries of another type are left out.
  struct Entry { const Json* object = nullptr; std::string prefix; };
  std::vector<Entry> objects(const char* name, std::size_t count_min, std::size_t count_max);
  // Every entry in its place; those of another type are empty.
  std::vector<std::string> texts(const char* name, bool required, std::size_t count_max);
  const Json* optional_object(const char* name);
  // A user or group of any accepted form (api.md 1.2, 1.3), device removed.
  wire::Jid chat(const char* name);
  wire::Jid user(const char* name);

  // Values that come from the path or query.
  wire::Jid chat_from(const char* name, std::string_view text);

  void missing(const std::string& name);
  void bad(const std::string& name, std::string message, const Json* value = nullptr);  // the first per name counts
  void bad_jid(const std::string& name, std::string_view value);
  void take(Fields& inner, const std::string& prefix);  // what `inner` found, under prefix

  // What to answer, if anything is wrong.
  std::optional<Failure> failure() const;

 private:
  const Json& object_;
  std::vector<BadField> bad_;
  bool only_jids_ = true;  // every bad field is a JID that could not be parsed
};

// What an entry of a list is called: "list[2]".
std::string place_in(std::string_view list, std::size_t index);

// A user or a group; digits where WhatsApp has digits. No device, c.us becomes s.whatsapp.net.
std::optional<wire::Jid> parse_chat(std::string_view text);

}  // namespace wa::gateway
