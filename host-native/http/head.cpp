#include "http/head.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace wa::native {
namespace {

constexpr std::size_t kFieldsMax = 128, kMethodBytesMax = 32, kLengthDigitsMax = 18;

using Failed = std::optional<HeadRefused>;

HeadRefused refused(const char* text) { return {400, "INVALID_REQUEST", text}; }
HeadRefused too_large() { return {413, "PAYLOAD_TOO_LARGE", "request body is larger than 1 MiB"}; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool same(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) { return lower(x) == y; });
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) || (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// uri-host [ ":" port ]; the name is not resolved, only nothing that somebody else could read otherwise may stand in it.
bool is_host(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto inside = rest.substr(1, end - 1);
    const auto fits = [](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.'; };
    if (!std::ranges::all_of(inside, fits)) return false;
    rest.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const auto fits = [](char c) {
      return is_alpha(c) || is_digit(c) || (c != 0 && std::string_view("-._~!$&'()*+;=%").find(c) != std::string_view::npos);
    };
    if (end == 0 || !std::ranges::all_of(rest.substr(0, end), fits)) return false;
    rest.remove_prefix(end);
  }
  if (rest.empty()) return true;
  return rest.front() == ':' && rest.size() <= 6 && std::ranges::all_of(rest.substr(1), is_digit);
}

// Origin form, absolute form or "*".
Failed read_target(std::string_view text, HttpHead& out) {
  const auto fits = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; };
  if (text.empty() || !std::ranges::all_of(text, fits)) return refused("malformed request target");
  if (text.front() == '/' || text == "*") {
    out.target = text;
    return std::nullopt;
  }
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos || !(same(text.substr(0, scheme), "http") || same(text.substr(0, scheme), "https")))
    return refused("malformed request target");
  text.remove_prefix(scheme + 3);
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  if (!is_host(text.substr(0, path))) return refused("malformed request target");
  text.remove_prefix(path);
  out.target = text.starts_with('/') ? std::string(text) : "/" + std::string(text);
  return std::nullopt;
}

Failed read_request_line(std::string_view line, HttpHead& out, bool& old) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refused("malformed request line");
  const auto method = line.substr(0, first), version = line.substr(last + 1);
  if (!is_token(method) || method.size() > kMethodBytesMax || method == "CONNECT") return refused("malformed request line");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return refused("unknown version of HTTP");
  out.method = method;
  old = version.back() == '0';
  return read_target(line.substr(first + 1, last - first - 1), out);
}

// What of the fields decides how the message goes on.
struct Framing {
  int hosts = 0, authorizations = 0, types = 0, lengths = 0, codings = 0, encodings = 0;
  bool close = false, keep = false, only_chunked = false, chunked_last = false;
};

void read_connection(std::string_view list, Framing& seen) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const auto one = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    seen.close = seen.close || same(one, "close");
    seen.keep = seen.keep || same(one, "keep-alive");
  }
}

Failed read_length(std::string_view text, HttpHead& out) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return refused("malformed Content-Length");
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.size() > kLengthDigitsMax) return too_large();
  for (const char c : text) out.length = out.length * 10 + static_cast<std::uint64_t>(c - '0');
  return std::nullopt;
}

// Where the values of a field that may come several times are joined.
std::string* list_of(std::string_view name, HttpHead& out) {
  if (same(name, "accept-encoding")) return &out.accept_encoding;
  if (same(name, "x-device-id")) return &out.device_id;
  if (same(name, "idempotency-key")) return &out.idempotency_key;
  if (same(name, "prefer")) return &out.prefer;
  if (same(name, "range")) return &out.range;
  if (same(name, "if-none-match")) return &out.if_none_match;
  return nullptr;
}

Failed read_field(std::string_view line, HttpHead& out, Framing& seen) {
  if (!is_field_line(line)) return refused("malformed header field");
  const auto colon = line.find(':');
  const auto name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
  if (same(name, "host")) {
    if (++seen.hosts > 1 || !is_host(value)) return refused("one valid Host is needed");
  } else if (same(name, "authorization")) {
    if (++seen.authorizations > 1) return refused("more than one Authorization");
    out.authorization = value;
  } else if (same(name, "content-type")) {
    if (++seen.types > 1) return refused("more than one Content-Type");
    out.content_type = value;
  } else if (same(name, "content-length")) {
    if (++seen.lengths > 1) return refused("more than one Content-Length");
    return read_length(value, out);
  } else if (same(name, "transfer-encoding")) {
    seen.only_chunked = ++seen.codings == 1 && same(value, "chunked");
    const std::size_t comma = std::min(value.rfind(','), value.size());
    const auto before = trimmed(value.substr(0, comma)), last = trimmed(value.substr(std::min(comma + 1, value.size())));
    seen.chunked_last = seen.codings == 1 && same(last, "chunked") && !before.empty() && !same(before, "chunked");
  } else if (same(name, "content-encoding")) {
    if (++seen.encodings > 1) return refused("more than one Content-Encoding");
    out.content_encoding = value;
  } else if (std::string* list = list_of(name, out)) {
    *list += (list->empty() ? "" : ", ") + std::string(value);
  } else if (same(name, "connection")) {
    read_connection(value, seen);
  } else if (same(name, "expect")) {
    if (!same(value, "100-continue")) return HeadRefused{417, "INVALID_REQUEST", "unknown expectation"};
    out.expects_continue = true;
  }
  return std::nullopt;
}

// RFC 9112 section 6.3: who cannot say where the body ends is not listened to any longer.
Failed judge(const Framing& seen, bool old, HttpHead& out) {
  if (seen.hosts == 0 && !old) return refused("one valid Host is needed");
  if (seen.codings > 0) {
    if (old || seen.lengths > 0) return refused("Transfer-Encoding beside a Content-Length or in HTTP/1.0");
    if (!seen.only_chunked && seen.chunked_last) return HeadRefused{501, "INVALID_REQUEST", "unknown transfer encoding"};
    if (!seen.only_chunked) return refused("unknown transfer encoding");
    out.chunked = true;
  }
  out.keep_alive = !seen.close && (!old || seen.keep);
  if (old) out.expects_continue = false;
  return std::nullopt;
}

// The next line of a head, without its CR LF; every line has one (HeadEnd).
std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find("\r\n"), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 2, text.size()));
  return line;
}

}  // namespace

std::optional<HeadRefused> judge_length(const HttpHead& head) {
  return head.length > limits::kBodyBytesMax ? Failed(too_large()) : std::nullopt;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

bool is_field_line(std::string_view line) {
  const auto fits = [](char c) { return static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t'; };
  const auto colon = line.find(':');
  return colon != std::string_view::npos && is_token(line.substr(0, colon)) && std::ranges::all_of(line.substr(colon), fits);
}

std::variant<HttpHead, HeadRefused> read_head(std::string_view text) {
  HttpHead out;
  bool old = false;
  if (const auto failed = read_request_line(next_line(text), out, old)) return *failed;
  Framing seen;
  for (std::size_t fields = 0; !text.empty(); ++fields) {
    const auto line = next_line(text);
    if (line.empty()) break;
    if (fields == kFieldsMax) return HeadRefused{431, "INVALID_REQUEST", "too many header fields"};
    if (const auto failed = read_field(line, out, seen)) return *failed;
  }
  if (!text.empty()) return refused("malformed header field");
  if (const auto failed = judge(seen, old, out)) return *failed;
  return out;
}

HeadEnd::Seen HeadEnd::look(std::string_view buffered) {
  if (!buffered.empty() && !is_token_char(buffered.front())) return Seen::bad;
  for (; at_ < buffered.size(); ++at_) {
    const char c = buffered[at_];
    const bool after_return = at_ > 0 && buffered[at_ - 1] == '\r';
    if ((c == '\n') != after_return) return Seen::bad;
    if (c != '\n') continue;
    const bool empty = at_ - line_ == 1;
    line_ = at_ + 1;
    if (empty) return ++at_, Seen::end;
  }
  return Seen::nothing;
}

}  // namespace wa::native
