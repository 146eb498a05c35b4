// One line per event on stderr, as text or JSON; under systemd a text line opens with its priority. Ids are hashed before
// they are printed, and so is whatever looks like a phone number in any field; callers hand in no texts and no tokens.
// Thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "client/effect.h"

namespace wa::native::log {

enum class Format { text, json };
void configure(LogLevel threshold, Format format, bool redact = true);
bool enabled(LogLevel level);
bool parse_level(std::string_view text, LogLevel& level);

struct Field {
  Field(const char* key_, std::string_view value) : key(key_), text(value) {}
  Field(const char* key_, const char* value) : key(key_), text(value) {}
  Field(const char* key_, const std::string& value) : key(key_), text(value) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Field(const char* key_, Number value) : key(key_), text(std::to_string(value)), number(true) {}
  const char* key;
  std::string text;
  bool number = false;
};

// 8 hex digits that tell lines of one device apart without naming it; the id itself when the log is not redacted.
std::string hashed(std::string_view id);

void line(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});
inline void debug(std::string_view event, std::initializer_list<Field> f = {}) { line(LogLevel::debug, event, f); }
inline void info(std::string_view event, std::initializer_list<Field> f = {}) { line(LogLevel::info, event, f); }
inline void warning(std::string_view event, std::initializer_list<Field> f = {}) { line(LogLevel::warning, event, f); }
inline void error(std::string_view event, std::initializer_list<Field> f = {}) { line(LogLevel::error, event, f); }

}  // namespace wa::native::log
