#include "webhook_client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <ctime>

#include "base/limits.h"
#include "os_clock.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {
constexpr std::size_t kActiveMax = 128;
}

WebhookClient::WebhookClient(Outgoing out, bool allow_private)
    : out_(out), allow_private_(allow_private), jobs_(kActiveMax, limits::kWebhooksActivePerTenantMax) {}

void WebhookClient::post(const std::string& tenant, PostWebhook webhook, Done done) {
  start(jobs_.add(tenant, {tenant, std::move(webhook), std::move(done)}));
}

void WebhookClient::start(std::optional<Job> job) {
  if (job) asio::co_spawn(asio::make_strand(out_.io), deliver(*std::move(job)), asio::detached);
}

asio::awaitable<void> WebhookClient::deliver(Job job) {
  gateway::WebhookDone done{job.webhook.delivery, 0, -1};
  try {
    if (auto to = Destination::of_tenant(job.webhook.url, {true, allow_private_})) {
      HttpCall call{*std::move(to), job.tenant, "POST"};
      for (auto& header : job.webhook.headers)
        if (!boost::beast::iequals(header.first, "host") && !boost::beast::iequals(header.first, "content-length") &&
            !boost::beast::iequals(header.first, "transfer-encoding") &&
            !boost::beast::iequals(header.first, "connection"))
          call.headers.push_back(std::move(header));
      call.body = std::move(job.webhook.body);
      call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(job.webhook.timeout_ms);
      const HttpAnswer answer = co_await exchange(out_, std::move(call));
      done.status = answer.status;
      done.retry_after_ms = parse_retry_after(answer.retry_after, os_now().wall);
    }
  } catch (const std::exception&) {
    done.status = 0;
  }
  start(jobs_.finished(job.tenant));
  job.done(done);  // last: whoever waits for it may drop the client
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
