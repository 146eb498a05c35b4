// tested by unit/client/messages/first_link_test.cpp
#include "client/messages/first_link.h"

#include <algorithm>

namespace wa::client {
namespace {

constexpr std::string_view kSchemes[] = {"https://", "http://"};
constexpr std::string_view kPunctuation = ".,;:!?'\"*_~";
constexpr std::string_view kOpening = "([{<", kClosing = ")]}>";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool begins_with(std::string_view text, std::string_view what) {
  return text.size() >= what.size() &&
         std::equal(what.begin(), what.end(), text.begin(), [](char one, char other) { return one == lower(other); });
}

bool is_letter_or_digit(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trimmed(std::string_view link) {
  while (!link.empty()) {
    const char last = link.back();
    const std::size_t closes = kClosing.find(last);
    const bool unmatched =
        closes != std::string_view::npos && std::count(link.begin(), link.end(), last) >
                                                std::count(link.begin(), link.end(), kOpening[closes]);
    if (!unmatched && kPunctuation.find(last) == std::string_view::npos) break;
    link.remove_suffix(1);
  }
  return link;
}

}  // namespace

std::string_view first_link(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && is_letter_or_digit(text[at - 1])) continue;
    for (const std::string_view scheme : kSchemes) {
      if (!begins_with(text.substr(at), scheme)) continue;
      std::size_t end = at;
      while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ') ++end;
      const std::string_view link = trimmed(text.substr(at, end - at));
      if (link.size() > scheme.size()) return link;
    }
  }
  return {};
}

}  // namespace wa::client
