#include "gateway/http/pages.h"

#include <charconv>

#include "base/encoding.h"
#include "gateway/http/fields.h"
#include "wire/jid.h"

namespace wa::gateway {
namespace {

constexpr char kCursorVersion = 1;
constexpr std::size_t kCursorCharsMax = 512;

std::optional<std::size_t> parse_limit(const std::string& text) {
  std::size_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end != text.data() + text.size() || out < 1 || out > kListPageMax) return std::nullopt;
  return out;
}

// Version, list, key.
std::string write_cursor(List list, std::string_view key) {
  const std::string whole = std::string{kCursorVersion, static_cast<char>(list)} + std::string(key);
  return base64_url(view(whole));
}

std::optional<std::string> read_cursor(const std::string& text, List list, IsKey is_key) {
  const auto bytes = text.size() <= kCursorCharsMax ? from_base64(text) : std::nullopt;
  if (!bytes || bytes->size() < 3) return std::nullopt;
  const std::string_view whole = text_of(*bytes);
  const std::string_view key = whole.substr(2);
  if (whole[0] != kCursorVersion || whole[1] != static_cast<char>(list) || !is_key(key)) return std::nullopt;
  return std::string(key);
}

}  // namespace

std::optional<Failure> page_asked(const Target& target, List list, IsKey is_key, PageAsked& out, std::size_t whole) {
  const Json none = Json::object();
  Fields fields(none);
  const std::string *limit = target.find("limit"), *cursor = target.find("cursor");
  out = {list, {}, limit || cursor ? kListPageDefault : whole, limit || cursor};
  if (limit) {
    const Json echo = *limit;
    if (const auto number = parse_limit(*limit)) out.limit = *number;
    else fields.bad("limit", "must be 1 to " + std::to_string(kListPageMax), &echo);
  }
  if (cursor) {
    if (auto key = read_cursor(*cursor, list, is_key)) out.after = *std::move(key);
    else fields.bad("cursor", "must be the `next_cursor` of an earlier answer of this list");
  }
  return fields.failure();
}

void put_next(ObjectText& answer, const PageAsked& asked, bool more, std::string_view last) {
  if (more) answer.text("next_cursor", write_cursor(asked.list, last));
  else if (asked.paged) answer.null("next_cursor");
}

bool is_jid_key(std::string_view key) { return wire::parse_jid(key).has_value(); }

}  // namespace wa::gateway
