// tested by unit/base/json_reader_test.cpp
#include "base/json_reader.h"

namespace wa {
namespace {

constexpr int kDepthMax = 32;
constexpr std::size_t kTextsMax = 256;

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 63));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 63));
    out += static_cast<char>(0x80 | ((point >> 6) & 63));
    out += static_cast<char>(0x80 | (point & 63));
  }
}

bool read_members(JsonReader& reader, const std::string& prefix, JsonTexts& out) {
  if (!reader.symbol('{')) return false;
  if (reader.symbol('}')) return true;
  do {
    std::string name = prefix;
    if (!reader.string(name) || !reader.symbol(':')) return false;
    if (reader.next() == '"') {
      std::string value;
      if (out.size() == kTextsMax || !reader.string(value)) return false;
      out.emplace_back(std::move(name), std::move(value));
    } else if (reader.next() == '{' && prefix.empty()) {
      if (!read_members(reader, name + ".", out)) return false;
    } else if (!reader.skip_value(1)) {
      return false;
    }
  } while (reader.symbol(','));
  return reader.symbol('}');
}

}  // namespace

void JsonReader::skip_space() {
  while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_[0]) != std::string_view::npos) rest_.remove_prefix(1);
}

bool JsonReader::at_end() {
  skip_space();
  return rest_.empty();
}

char JsonReader::next() {
  skip_space();
  return rest_.empty() ? '\0' : rest_[0];
}

bool JsonReader::symbol(char c) {
  if (at_end() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool JsonReader::string(std::string& out) {
  if (!symbol('"')) return false;
  while (!rest_.empty()) {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '"') return true;
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c != '\\') {
      out += c;
    } else if (!escape(out)) {
      return false;
    }
  }
  return false;
}

bool JsonReader::escape(std::string& out) {
  if (rest_.empty()) return false;
  const char c = rest_[0];
  rest_.remove_prefix(1);
  static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
  const std::size_t at = kFrom.find(c);
  if (at != std::string_view::npos) {
    out += kTo[at];
    return true;
  }
  std::uint32_t point = 0, low = 0;
  if (c != 'u' || !hex4(point)) return false;
  if (point >= 0xD800 && point < 0xDC00) {
    if (rest_.substr(0, 2) != "\\u") return false;
    rest_.remove_prefix(2);
    if (!hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  } else if (point >= 0xDC00 && point <= 0xDFFF) {
    return false;
  }
  append_utf8(out, point);
  return true;
}

bool JsonReader::hex4(std::uint32_t& out) {
  if (rest_.size() < 4) return false;
  for (int i = 0; i < 4; ++i) {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c >= '0' && c <= '9') out = out * 16 + static_cast<std::uint32_t>(c - '0');
    else if (c >= 'a' && c <= 'f') out = out * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') out = out * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
    else return false;
  }
  return true;
}

bool JsonReader::skip_value(int depth) {
  const char first = next();
  std::string ignored;
  if (first == '"') return string(ignored);
  if (first == '{' || first == '[') {
    const char last = first == '{' ? '}' : ']';
    if (depth == kDepthMax) return false;
    symbol(first);
    if (symbol(last)) return true;
    do {
      if (first == '{' && (!string(ignored) || !symbol(':'))) return false;
      if (!skip_value(depth + 1)) return false;
    } while (symbol(','));
    return symbol(last);
  }
  std::size_t length = 0;   // numbers, true, false, null: what they say is nobody's question
  while (length < rest_.size() && std::string_view(" \t\r\n,:]}[{\"").find(rest_[length]) == std::string_view::npos)
    ++length;
  rest_.remove_prefix(length);
  return length != 0;
}

JsonTexts json_texts(std::string_view text) {
  JsonReader reader(text);
  JsonTexts out;
  if (!read_members(reader, "", out) || !reader.at_end()) return {};
  return out;
}

std::string text_of(const JsonTexts& texts, std::string_view name) {
  std::string out;
  for (const auto& [key, value] : texts) {
    if (key == name) out = value;
  }
  return out;
}

}  // namespace wa
