#include "net/webhook_client.h"

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/string.hpp>
#include <charconv>
#include <ctime>

#include "base/limits.h"
#include "system/background.h"
#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;

namespace {
constexpr const char* kPostFailed = "webhook.failed";
constexpr std::chrono::milliseconds kQuick{250};  // a post that takes longer holds a slow place

DeliveryLimits delivery_limits() {
  DeliveryLimits out;
  out.tenant_quick = limits::kWebhooksActivePerTenantMax;
  return out;
}

// What a receiver is told apart by: one that hangs at one path may be well at another.
std::string receiver_of(std::string_view url) { return std::string(url.substr(0, url.find('?'))); }
}  // namespace

WebhookClient::WebhookClient(Outgoing out, bool allow_private, const AllowedHosts* allowed)
    : out_(out), allow_private_(allow_private), allowed_(allowed), queue_(delivery_limits()) {}

void WebhookClient::post(const std::string& tenant, PostWebhook webhook, Done done, const std::string& device) {
  const gateway::WebhookDone unanswered{webhook.delivery, 0, -1, WebhookFault::closed};
  Delivering whose{tenant, receiver_of(webhook.url), device};
  queue_.add(whose, std::make_shared<Job>(Job{whose, std::move(webhook), std::move(done), unanswered}));
  pump();
}

// Begins whatever may begin.
void WebhookClient::pump() noexcept {
  for (;;) {
    Held job;
    try {
      job = queue_.next().value_or(nullptr);
    } catch (const std::exception&) {  // of memory: the next one that is over tries again
      return note_exception(kPostFailed, std::current_exception());
    }
    if (!job) return;
    if (start(job)) continue;
    queue_.finished(job->whose, true);
    tell(*job);
  }
}

bool WebhookClient::start(const Held& job) noexcept {
  try {
    // Not on the stack of whoever is here: jobs that end at once would stand on each other.
    const auto strand = asio::make_strand(out_.io);
    spawn(asio::require(strand, asio::execution::blocking.never), kPostFailed, run(job));
    return true;
  } catch (const std::exception&) {
    note_exception(kPostFailed, std::current_exception());
  }
  return false;
}

asio::awaitable<void> WebhookClient::run(Held job) {
  try {
    watch(job, co_await asio::this_coro::executor);
    co_await deliver(*job);
  } catch (const std::exception&) {
    note_exception(kPostFailed, std::current_exception());
  }
  job->over = true;
  if (job->quick) job->quick->cancel();
  queue_.finished(job->whose, job->result.status != 0);
  pump();
  tell(*job);  // last: whoever waits for it may drop the client
}

// On the job's strand, as the job is.
void WebhookClient::watch(const Held& job, const asio::any_io_executor& strand) {
  job->quick = std::make_unique<asio::steady_timer>(strand, kQuick);
  job->quick->async_wait([this, job](boost::system::error_code stopped) {
    if (!stopped && !job->over && queue_.slow(job->whose)) pump();
  });
}

void WebhookClient::tell(Job& job) noexcept {
  try {
    job.done(job.result);
  } catch (const std::exception&) {
    note_exception(kPostFailed, std::current_exception());
  }
}

asio::awaitable<void> WebhookClient::deliver(Job& job) {
  using boost::beast::iequals;
  auto to = Destination::of_tenant(job.webhook.url, policy());
  if (!to) {
    job.result.fault = WebhookFault::address_not_allowed;
    co_return;
  }
  HttpCall call{*std::move(to), job.whose.tenant, "POST"};
  for (auto& header : job.webhook.headers)
    if (!iequals(header.first, "host") && !iequals(header.first, "content-length") &&
        !iequals(header.first, "transfer-encoding") && !iequals(header.first, "connection"))
      call.headers.push_back(std::move(header));
  call.body = std::move(job.webhook.body);
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(job.webhook.timeout_ms);
  const HttpAnswer answer = co_await exchange(out_, std::move(call));
  job.result.status = answer.status;
  job.result.fault = answer.status != 0 ? WebhookFault::none : answer.fault;
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
