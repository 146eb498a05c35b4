// What reads text from outside: request targets, URLs, addresses, JSON, JIDs. Laws: what one reader of URLs allows, the one that
// connects reads as the same; what is written is read back; limits hold.
#include "base/egress.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "gateway/http/json.h"
#include "gateway/http/target.h"
#include "net/url.h"
#include "wire/jid.h"

using namespace wa;

namespace {

std::size_t depth_of(const gateway::Json& value) {
  std::size_t depth = 0;
  if (!value.is_structured()) return 0;
  for (const auto& item : value) depth = std::max(depth, depth_of(item));
  return depth + 1;
}

void read_url(std::string_view text) {
  const auto url = native::parse_url(text);
  if (is_webhook_url(text, {true, true})) {
    WA_ASSERT(url.has_value());  // what may be configured can be posted to
    WA_ASSERT(url->scheme == "http" || url->scheme == "https");
    WA_ASSERT(url->host.find_first_of("@/?#\\[] ") == std::string::npos);
    WA_ASSERT(url->port != 0 && url->target.front() == '/');
    WA_ASSERT(text.find(url->host) != std::string_view::npos);
    if (is_webhook_url(text, {false, true})) WA_ASSERT(url->encrypted());
    if (const auto address = parse_ipv6(url->host); address && is_webhook_url(text, {true, false})) {
      WA_ASSERT(is_public_ipv6(*address));
    }
  } else {
    WA_ASSERT(!is_webhook_url(text, {true, false}));  // stricter never allows more
  }
  if (!url) return;
  // Written and read again it is the same: nothing that splits a request line or a header gets through.
  const auto again = native::parse_url(url->scheme + "://" + url->host_header() + url->target);
  WA_ASSERT(again && again->host == url->host && again->port == url->port && again->target == url->target);
  WA_ASSERT((url->host_header() + url->target).find_first_of(std::string_view("\r\n \0", 4)) == std::string::npos);
}

void read_json(std::string_view text) {
  const auto value = gateway::parse_json(text);
  if (!value) return;
  WA_ASSERT(depth_of(*value) <= limits::kJsonDepthMax);
  const std::string written = gateway::compact(*value);
  const auto again = gateway::parse_json(written);
  WA_ASSERT(again && gateway::compact(*again) == written);
}

void read_target(std::string_view text) {
  const auto target = gateway::parse_target(text);
  if (!target) return;
  for (const std::string& segment : target->segments) WA_ASSERT(segment.find('\0') == std::string::npos);
  for (const auto& [name, value] : target->query) WA_ASSERT((name + value).find('\0') == std::string::npos);
  (void)target->flag("a");
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  const std::string_view text = text_of(input);
  read_url(text);
  read_json(text);
  read_target(text);
  (void)parse_ipv6(text);
  if (const auto jid = wire::parse_jid(text)) WA_ASSERT(wire::parse_jid(jid->text()) == jid);
}
