// The fields of a request body (or path, or query), checked one by one: each accessor returns a usable value and notes
// what is wrong, so that one answer names the bad fields at once, the first 64 (api.md 6.1). A member that no accessor
// asked for is unknown, and one of the bad fields; or a warning (api.md 6.6).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/json.h"
#include "gateway/http/reply.h"
#include "wire/jid.h"

namespace wa::gateway {

// Numbers of phones as accounts: callers write a number, the service may know its account by another one.
class NumberBook {
 public:
  virtual ~NumberBook() = default;
  // The account of a number, as far as it is known here; else as typed.
  virtual wire::Jid account_of(const wire::Jid& typed) = 0;
  // Whether the service is to be asked first: then nothing may happen yet, and failure() says so (ask_first()).
  virtual bool must_ask() const = 0;
};
Failure ask_first();
bool asks_first(const Failure&);

// The body of a request. Keeps references.
struct GivenBody {
  const Json& object;
  NumberBook* numbers = nullptr;
  std::vector<std::string>* warnings = nullptr;  // takes the unknown members; nullptr: they are bad fields
  bool form = false;  // its members are texts: "true" and "3" are a flag and a number, an object is its JSON text
};

class Fields {
 public:
  // Keeps a reference to the object.
  explicit Fields(const Json& object) : object_(object) {}
  explicit Fields(const GivenBody& given)
      : object_(given.object), numbers_(given.numbers), warnings_(given.warnings), strict_(true), form_(given.form) {}

  bool has(const char* name) const;      // present and not null
  bool removes(const char* name) const;  // null: an update takes what was set away; what is absent it keeps
  // 1..`chars_max` code points.
  std::string text(const char* name, std::size_t chars_max);
  std::string visible_text(const char* name, std::size_t chars_max);  // and something can be seen of it
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
  // The same of phone numbers: who writes one without quotes is told to quote it.
  std::vector<std::string> numbers(const char* name, bool required, std::size_t count_max);
  std::string phone_text(const char* name, std::size_t chars_max);
  const Json* optional_object(const char* name);
  const Json* raw(const char* name) { return find(name); }   // of any type; nullptr: absent
  // A user or group of any accepted form (api.md 1.2, 1.3), device removed.
  wire::Jid chat(const char* name);
  wire::Jid chat_or_status(const char* name);   // or status@broadcast
  wire::Jid user(const char* name);

  // Values that come from the path or query.
  wire::Jid chat_from(const char* name, std::string_view text);

  void missing(const std::string& name);
  void bad(const std::string& name, std::string message, const Json* value = nullptr);  // the first per name counts
  void bad_jid(const std::string& name, std::string_view value);
  void take(Fields& inner, const std::string& prefix);  // what `inner` found, under prefix

  // What to answer, if anything is wrong. Asked once everything was read.
  std::optional<Failure> failure();

 private:
  const Json* find(const char* name) const;             // and notes that it was asked for
  enum class Want : std::uint8_t { value, list };
  const Json* find_as(const char* name, Want want);     // what the text of a form means
  std::vector<std::string> unknown() const;
  std::vector<std::string> list(const char* name, bool required, std::size_t count_max, bool numbers);

  const Json& object_;
  NumberBook* numbers_ = nullptr;
  std::vector<std::string>* warnings_ = nullptr;
  std::deque<Json> meant_;           // by texts of a form
  bool strict_ = false;              // the whole body: what is unknown in it is told
  bool form_ = false;
  mutable std::uint64_t asked_ = 0;  // a bit for each member
  std::vector<std::string> unknown_inside_;
  std::vector<BadField> bad_;
  bool only_jids_ = true;  // every bad field is a JID that could not be parsed
};

// What an entry of a list is called: "list[2]".
std::string place_in(std::string_view list, std::size_t index);

// A user or a group; digits where WhatsApp has digits. No device, c.us becomes s.whatsapp.net.
std::optional<wire::Jid> parse_chat(std::string_view text);

}  // namespace wa::gateway
