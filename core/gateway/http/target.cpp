// tested by unit/gateway/http/json_test.cpp
#include "gateway/http/target.h"

#include "base/encoding.h"

namespace wa::gateway {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out.push_back(c);
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

bool parse_query(std::string_view text, Target& target) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("true")
                                                  : decode(pair.substr(equals + 1), true);
    if (!name || !value) return false;
    if (target.query.count(*name) != 0) target.repeated.push_back(std::move(*name));
    else target.query.emplace(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

const std::string* Target::find(const char* name) const {
  const auto found = query.find(name);
  return found == query.end() ? nullptr : &found->second;
}

bool Target::flag(const char* name) const {
  const std::string* value = find(name);
  if (!value) return false;
  std::string lower = *value;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower == "1" || lower == "true" || lower == "yes";
}

std::optional<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') return std::nullopt;
  text = text.substr(0, text.find('#'));
  const std::size_t mark = text.find('?');
  std::string_view path = text.substr(1, mark == std::string_view::npos ? mark : mark - 1);
  Target target;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    auto segment = decode(path.substr(0, end), false);
    if (!segment) return std::nullopt;
    target.segments.push_back(std::move(*segment));
    if (end == std::string_view::npos) break;
    path = path.substr(end + 1);
    if (path.empty()) target.segments.emplace_back();  // a trailing slash is an empty segment: no route has one
  }
  if (mark != std::string_view::npos && !parse_query(text.substr(mark + 1), target)) return std::nullopt;
  return target;
}

}  // namespace wa::gateway
