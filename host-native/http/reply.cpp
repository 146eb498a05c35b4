// Answers as bytes, and those that the host makes itself.
#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "base/encoding.h"
#include "http/server.h"
#include "system/os_clock.h"

namespace wa::native {
namespace {

bool same_name(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

}  // namespace

Reply json_reply(int status, std::string body) {
  Reply out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

Reply error_reply(int status, const char* code, const char* text) {
  return json_reply(status, std::string("{\"success\":false,\"error\":\"") + text + "\",\"error_code\":\"" + code +
                                "\",\"timestamp\":\"" + rfc3339(os_now().wall) + "\"}");
}

Reply busy_reply(int status, const char* code, const char* text, std::int64_t seconds) {
  Reply out = error_reply(status, code, text);
  out.headers.emplace_back("Retry-After", std::to_string(seconds));
  return out;
}

std::string reply_head(const Reply& reply, bool keep_alive, std::optional<std::uint64_t> length) {
  std::string out = "HTTP/1.1 " + std::to_string(reply.status) + ' ';
  out.reserve(384);
  out += std::string_view(boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(reply.status)));
  // Answers carry tokens, secrets and what people wrote: nobody on the way keeps them, and no browser guesses what they are.
  bool typed = false, cached = false, sniffed = false;
  for (const auto& [name, value] : reply.headers) {
    out += "\r\n" + name + ": " + value;
    typed = typed || same_name(name, "content-type");
    cached = cached || same_name(name, "cache-control");
    sniffed = sniffed || same_name(name, "x-content-type-options");
  }
  if (!typed) out += "\r\nContent-Type: application/json";
  if (!cached) out += "\r\nCache-Control: no-store";
  if (!sniffed) out += "\r\nX-Content-Type-Options: nosniff";
  out += "\r\nContent-Length: " + std::to_string(length.value_or(reply.body.size()));
  out += keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return out;
}

}  // namespace wa::native
