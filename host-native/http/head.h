// The head of an HTTP/1.1 request: bytes to meaning, by RFC 9112 sections 2.2, 3, 5 and 6. Pure.
// Guarantees: where a request ends is known or the request is refused, so that nobody in front of us can see another
// request in the same bytes: one length, `chunked` or no body; lines end with CR LF; no folded lines; one Host, one
// Authorization. Names of methods and paths are not looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace wa::native {

struct HttpHead {
  std::string method, target;  // the target in origin form: of `http://host/path` the path
  std::string authorization, content_type, content_encoding, accept_encoding;
  std::string device_id, idempotency_key, prefer;  // X-Device-Id, Idempotency-Key, Prefer: several are joined by ", "
  std::string range, if_none_match;                // likewise
  std::uint64_t length = 0;    // of the body, unless it is chunked
  bool chunked = false, keep_alive = true, expects_continue = false;
  bool has_body() const { return chunked || length > 0; }
};

// Answered with this; then the connection ends, for nobody knows where its next request begins.
struct HeadRefused {
  int status = 400;
  const char* code = "INVALID_REQUEST";
  const char* text = "malformed request";
};

// Where no body may be larger than 1 MiB (limits.h), chunked ones aside: they are counted as they come.
std::optional<HeadRefused> judge_length(const HttpHead& head);

// `text` is the request line and the fields, up to and with the empty line.
std::variant<HttpHead, HeadRefused> read_head(std::string_view text);

// Looks for the empty line that ends a head, over bytes that come in pieces; each byte is looked at once.
class HeadEnd {
 public:
  enum class Seen : std::uint8_t { nothing, end, bad };  // bad: a line that does not end with CR LF, no start of a method
  Seen look(std::string_view buffered);                  // the whole head as far as it has come
  std::size_t size() const { return at_; }               // of the head, once its end was seen

 private:
  std::size_t at_ = 0, line_ = 0;
};

// Parts that the trailer of a chunked body needs too.
bool is_token(std::string_view text);        // RFC 9110 section 5.6.2, not empty
bool is_field_line(std::string_view line);   // without its CR LF

}  // namespace wa::native
