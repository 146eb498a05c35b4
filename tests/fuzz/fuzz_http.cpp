// A connection's bytes as the HTTP front cuts them into requests. Laws: how the bytes arrive does not matter; what is accepted has one
// meaning for every other reader too: counted here by a second, simpler scan, there is one length or one coding, one Host.
#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "http/chunks.h"
#include "http/head.h"

using namespace wa;
using native::Chunks;
using native::HeadEnd;

namespace {

constexpr std::size_t kBodyMax = 1000;

// How many lines have this name, in any case.
int lines_named(std::string_view head, std::string_view name) {
  int count = 0;
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    const std::string_view line = head.substr(at + 1, name.size() + 1);
    if (line.size() != name.size() + 1 || line.back() != ':') continue;
    count += std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
  }
  return count;
}

// Where the head ends, or nothing; the same in pieces.
std::optional<std::size_t> head_size(std::string_view bytes) {
  HeadEnd whole, slow;
  const auto seen = whole.look(bytes);
  auto step = HeadEnd::Seen::nothing;
  for (std::size_t i = 1; i <= bytes.size() && step == HeadEnd::Seen::nothing; ++i) step = slow.look(bytes.substr(0, i));
  WA_ASSERT(step == seen);
  if (seen != HeadEnd::Seen::end) return std::nullopt;
  WA_ASSERT(whole.size() == slow.size() && whole.size() <= bytes.size() && bytes.substr(0, whole.size()).ends_with("\r\n\r\n"));
  return whole.size();
}

struct Body { Chunks::State state; std::string text; std::string_view rest; };

Body chunked(std::string_view bytes, std::size_t step) {
  Chunks chunks(kBodyMax);
  Body out{Chunks::State::more, {}, {}};
  std::size_t at = 0;
  while (at < bytes.size() && out.state == Chunks::State::more) {
    std::string_view piece = bytes.substr(at, step);
    const std::size_t given = piece.size();
    out.state = chunks.take(piece, out.text);
    at += given - piece.size();
  }
  out.rest = bytes.substr(at);
  WA_ASSERT(out.text.size() <= kBodyMax);
  return out;
}

// The bytes after this request; nothing when the connection ends with it.
std::optional<std::string_view> after_request(std::string_view bytes) {
  const auto size = head_size(bytes);
  if (!size) return std::nullopt;
  const std::string_view text = bytes.substr(0, *size);
  const auto read = native::read_head(text);
  if (const auto* refused = std::get_if<native::HeadRefused>(&read)) {
    WA_ASSERT(refused->status >= 400 && refused->status < 600);
    return std::nullopt;
  }
  const auto& head = std::get<native::HttpHead>(read);
  const int hosts = lines_named(text, "host"), lengths = lines_named(text, "content-length"), codings = lines_named(text, "transfer-encoding");
  WA_ASSERT(hosts <= 1 && lengths <= 1 && codings <= 1 && lengths + codings <= 1 && lines_named(text, "authorization") <= 1);
  WA_ASSERT(hosts == 1 || text.substr(0, text.find('\r')).ends_with("HTTP/1.0"));
  WA_ASSERT(head.chunked == (codings == 1) && (head.length == 0 || lengths == 1));
  WA_ASSERT(native::judge_length(head).has_value() == (head.length > limits::kBodyBytesMax));
  WA_ASSERT(head.target.find_first_of(std::string_view("\r\n \0", 4)) == std::string::npos);
  WA_ASSERT((head.authorization + head.content_type).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  bytes.remove_prefix(*size);
  if (!head.chunked) return head.length > bytes.size() ? std::nullopt : std::optional(bytes.substr(static_cast<std::size_t>(head.length)));
  const Body whole = chunked(bytes, bytes.size() + 1), slow = chunked(bytes, 1), odd = chunked(bytes, 7);
  WA_ASSERT(whole.state == slow.state && whole.state == odd.state && whole.text == slow.text && whole.text == odd.text);
  if (whole.state != Chunks::State::done) return std::nullopt;
  WA_ASSERT(whole.rest.size() == slow.rest.size() && whole.rest.size() == odd.rest.size());
  return whole.rest;
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  std::optional<std::string_view> rest = text_of(input);
  for (int i = 0; i < 8 && rest && !rest->empty(); ++i) rest = after_request(*rest);
}
