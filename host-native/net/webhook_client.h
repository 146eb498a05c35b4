// Delivers webhooks: one POST each, no redirects, the timeout over the whole exchange, a bounded number at a
// time, over all and for each tenant.
// By default only public addresses are connected to, checked after resolution. What went wrong is not told: the answer
// is a status or 0, so that a webhook URL cannot be used to look around in a network.
#pragma once

#include <functional>

#include "client/effect.h"
#include "gateway/input.h"
#include "net/fair_jobs.h"
#include "net/outgoing.h"

namespace wa::native {

class WebhookClient {
 public:
  WebhookClient(Outgoing out, bool allow_private);
  using Done = std::function<void(gateway::WebhookDone)>;  // on any thread, exactly once
  void post(const std::string& tenant, PostWebhook webhook, Done done);
  bool allow_private() const { return allow_private_; }

 private:
  struct Job {
    std::string tenant;
    PostWebhook webhook;
    Done done;
    gateway::WebhookDone result;  // of one that did not end well
  };
  boost::asio::awaitable<void> deliver(Job& job);

  Outgoing out_;
  bool allow_private_;
  FairJobs<Job> jobs_;
};

// Retry-After in milliseconds from now: seconds or an HTTP date; -1 when absent or unreadable.
std::int64_t parse_retry_after(std::string_view text, WallTime now);

}  // namespace wa::native
