// The webhooks of a device: where its events go, each with a queue of its own (queue.h), so that one that fails does
// not hold up the others. The first is the published /webhook; there may be kWebhooksMax. Failed deliveries of all
// stand in one list (failed.h).
#pragma once

#include <memory>

#include "client/contract.h"
#include "gateway/webhooks/queue.h"

namespace wa::gateway {

// How a test delivery went, and whose request waits for it.
struct WebhookTested {
  client::CommandId waiter = 0;
  int status = 0;
  WebhookFault fault = WebhookFault::none;
  std::int64_t took_ms = 0;
};

class Webhooks {
 public:
  // corrupt_store: a configuration or the counters are of a newer version, and the queue may not be opened.
  static Result<void> check(const store::StoreView& stored);
  Webhooks(const Config& config, const store::StoreView& stored);
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  // Some webhook names the event, be it one that is disabled: it counts what it missed.
  bool listens(EventName event) const;
  bool wants(EventName event) const;  // of those that are enabled
  // `data` is compact JSON.
  void enqueue(EventName event, std::string_view lane, std::string_view data, client::Turn& turn);
  std::optional<WebhookTested> on_done(const WebhookDone& done, client::Turn& turn);
  // Posts what is due; called once at the end of every step, cheap when there is nothing to do.
  void post_due(client::Turn& turn);
  std::optional<MonoTime> deadline(Now now) const;

  // Posts an event named "webhook.test" at once, beside the queue. False: too many tests are under way.
  bool test(WebhookSlot slot, client::CommandId waiter, client::Turn& turn);

  WebhookQueue& first() { return *queues_.front(); }
  const WebhookQueue& first() const { return *queues_.front(); }
  std::vector<WebhookSlot> slots() const;           // of those that are configured, in their order
  WebhookQueue* of_slot(WebhookSlot slot);              // nullptr: not configured, and not the first
  WebhookQueue* find(std::string_view id);          // by the id of its configuration; nullptr: there is none
  std::optional<WebhookSlot> free_slot() const;     // the first, if it is free; nullopt: kWebhooksMax are configured
  // The first webhook, or the one of the slot; a new one is made.
  void configure(WebhookConfig settings, client::Turn& turn, WebhookSlot slot = 0);
  // Configuration and everything queued. What failed stays for the first webhook, and is forgotten with any other.
  void remove(client::Turn& turn, WebhookSlot slot = 0);

  // --- of the first
  const std::optional<WebhookConfig>& settings() const { return first().settings(); }
  const WebhookCounters& counters() const { return first().counters(); }
  using Replayed = WebhookQueue::Replayed;
  Replayed replay(const FailedFilter& filter, client::Turn& turn) { return first().replay(filter, turn); }
  const WebhookFailures& failures() const { return common_.failures; }

  // For the operator: over all webhooks.
  struct Totals {
    std::uint64_t queued = 0, dropped = 0, given_up = 0, missed = 0, failed = 0, forgotten = 0, suspended = 0;
  };
  Totals totals() const;

 private:
  struct Test { std::uint64_t delivery; client::CommandId waiter; MonoTime since; };
  void expire(client::Turn& turn);
  void recount();

  WebhookCommon common_;
  std::vector<std::unique_ptr<WebhookQueue>> queues_;  // by slot; the first is always there
  std::vector<Test> tests_;
  std::uint64_t next_test_ = 1;
};

}  // namespace wa::gateway
