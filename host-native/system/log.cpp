#include "system/log.h"

#include <sodium.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>

#include "base/encoding.h"
#include "system/metrics.h"
#include "system/os_clock.h"

namespace wa::native::log {
namespace {

std::atomic<int> g_threshold{static_cast<int>(LogLevel::info)};
std::atomic<Format> g_format{Format::text};
std::atomic<bool> g_redact{true};
constexpr std::size_t kNumberDigitsMin = 9;  // longer than any code or hash printed here, shorter than any phone number
constexpr std::array kNames{"debug", "info", "warning", "error"};

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  out += '"';
}

// 8 hex digits under a key of this process: a number cannot be recognised by trying all numbers against an old log.
std::string digest_of(std::string_view id) {
  static const auto key = [] {
    std::array<unsigned char, crypto_generichash_KEYBYTES> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
  }();
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(id.data()), id.size(),
                     key.data(), key.size());
  return hex(ByteView(digest).first(4));
}

std::string without_numbers(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (end - at >= kNumberDigitsMin) {
      out += '#' + digest_of(text.substr(at, end - at));
      at = end;
    } else {
      out += text.substr(at, std::max<std::size_t>(end - at, 1));
      at = std::max(end, at + 1);
    }
  }
  return out;
}

void append_field(std::string& out, const Field& field, Format format) {
  if (format == Format::json) {
    out += ",";
    append_json_string(out, field.key);
    out += ':';
    if (field.number) {
      out += field.text;
    } else {
      append_json_string(out, field.text);
    }
    return;
  }
  out += ' ';
  out += field.key;
  out += '=';
  if (field.text.find_first_of(" \"\n") == std::string::npos) {
    out += field.text;
  } else {
    append_json_string(out, field.text);
  }
}

}  // namespace

void configure(LogLevel threshold, Format format, bool redact) {
  g_redact = redact;
  g_threshold = static_cast<int>(threshold);
  g_format = format;
}

bool enabled(LogLevel level) { return static_cast<int>(level) >= g_threshold.load(std::memory_order_relaxed); }

bool parse_level(std::string_view text, LogLevel& level) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (text != kNames[i]) continue;
    level = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

std::string hashed(std::string_view id) { return g_redact ? digest_of(id) : std::string(id); }

void line(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  count(counters().log_lines[static_cast<std::size_t>(level)]);
  const Format format = g_format;
  const std::string time = rfc3339(os_now().wall);
  const char* name = kNames[static_cast<std::size_t>(level)];
  std::string out;
  if (format == Format::json) {
    out = "{\"time\":\"" + time + "\",\"level\":\"" + name + "\",\"event\":";
    append_json_string(out, event);
  } else {
    static const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    constexpr std::array kPriorities{"<7>", "<6>", "<4>", "<3>"};
    if (journal) out = kPriorities[static_cast<std::size_t>(level)];
    out += time + ' ' + name + ' ' + std::string(event);
  }
  for (const Field& field : fields) {
    Field shown = field;
    if (g_redact && !field.number) shown.text = without_numbers(field.text);
    append_field(out, shown, format);
  }
  out += format == Format::json ? "}\n" : "\n";
  // One write: lines of several threads do not mix.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, out.data(), out.size());
}

}  // namespace wa::native::log
