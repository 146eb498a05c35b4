// Delivers webhooks: one POST each, no redirects, the timeout over the whole exchange, a bounded number at a time;
// who waits for whom: delivery_queue.h. By default only public addresses are connected to, and what the operator
// allows beside, checked after resolution. Of what went wrong one word is told (base/delivery_fault.h); about an
// address that is not allowed no more than that.
#pragma once

#include <functional>
#include <memory>

#include "client/effect.h"
#include "gateway/input.h"
#include "net/delivery_queue.h"
#include "net/outgoing.h"

namespace wa::native {

class WebhookClient {
 public:
  // `allowed` lives longer.
  WebhookClient(Outgoing out, bool allow_private, const AllowedHosts* allowed = nullptr);
  using Done = std::function<void(gateway::WebhookDone)>;  // on any thread, exactly once
  void post(const std::string& tenant, PostWebhook webhook, Done done, const std::string& device = {});
  UrlPolicy policy() const { return {true, allow_private_, allowed_}; }

 private:
  struct Job {
    Delivering whose;
    PostWebhook webhook;
    Done done;
    gateway::WebhookDone result;  // of one that did not end well
    std::unique_ptr<boost::asio::steady_timer> quick = nullptr;
    bool over = false;
  };
  using Held = std::shared_ptr<Job>;

  void pump() noexcept;
  bool start(const Held& job) noexcept;
  boost::asio::awaitable<void> run(Held job);
  boost::asio::awaitable<void> deliver(Job& job);
  void watch(const Held& job, const boost::asio::any_io_executor& strand);
  static void tell(Job& job) noexcept;

  Outgoing out_;
  bool allow_private_;
  const AllowedHosts* allowed_;
  DeliveryQueue<Held> queue_;
};

// Retry-After in milliseconds from now: seconds or an HTTP date; -1 when absent or unreadable.
std::int64_t parse_retry_after(std::string_view text, WallTime now);

}  // namespace wa::native
