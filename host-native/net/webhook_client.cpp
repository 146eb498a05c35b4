#include "net/webhook_client.h"

#include <boost/beast/core/string.hpp>
#include <charconv>
#include <ctime>

#include "base/limits.h"
#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {
constexpr std::size_t kPostsMax = 128;
}

WebhookClient::WebhookClient(Outgoing out, bool allow_private)
    : out_(out),
      allow_private_(allow_private),
      jobs_(out.io, "webhook.failed", kPostsMax, limits::kWebhooksActivePerTenantMax,
            [this](Job& job) { return deliver(job); }) {}

void WebhookClient::post(const std::string& tenant, PostWebhook webhook, Done done) {
  const gateway::WebhookDone unanswered{webhook.delivery, 0, -1};
  jobs_.add({tenant, std::move(webhook), std::move(done), unanswered});
}

asio::awaitable<void> WebhookClient::deliver(Job& job) {
  using boost::beast::iequals;
  auto to = Destination::of_tenant(job.webhook.url, {true, allow_private_});
  if (!to) co_return;
  HttpCall call{*std::move(to), job.tenant, "POST"};
  for (auto& header : job.webhook.headers)
    if (!iequals(header.first, "host") && !iequals(header.first, "content-length") &&
        !iequals(header.first, "transfer-encoding") && !iequals(header.first, "connection"))
      call.headers.push_back(std::move(header));
  call.body = std::move(job.webhook.body);
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(job.webhook.timeout_ms);
  const HttpAnswer answer = co_await exchange(out_, std::move(call));
  job.result.status = answer.status;
  job.result.retry_after_ms = parse_retry_after(answer.retry_after, os_now().wall);
}

std::int64_t parse_retry_after(std::string_view text, WallTime now) {
  if (text.empty()) return -1;
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed == std::errc() && end == text.data() + text.size())
    return seconds < 0 ? -1 : std::min(seconds, limits::kRetryAfterMaxMs / 1000) * 1000;
  std::tm parts{};
  const std::string date(text);
  const char* rest = ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != 0) return -1;
  const std::int64_t wait = static_cast<std::int64_t>(::timegm(&parts)) * 1000 - now.ms;
  return std::clamp<std::int64_t>(wait, 0, limits::kRetryAfterMaxMs);
}

}  // namespace wa::native
