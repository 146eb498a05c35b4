// The durable outbox of webhooks. An event becomes a row in the step that caused it and stays one until the receiver
// answered 2xx or its attempts are used up (then it is kept for a replay: failed.h). Guarantees: events of one
// lane (a chat, or the device itself) leave in order, one at a time; lanes do not wait for each other; at most
// kWebhooksInFlightMax posts are open; the id of an event is the same over retries and restarts; memory holds the
// configuration and the open posts, never the queue. When the queue is full (kWebhookQueueMax rows, Config.webhook_bytes_max)
// or the event is larger than kWebhookEventBytesMax, the newest event is counted, logged and dropped.
//
// Rows of Table::webhook_queue:
//   "l" lane NUL seq   one event; seq orders a lane and is the delivery id
//   "h" due lane       the first event of each lane, by the time it is due: the index that posting walks
//   "n"                counters
#pragma once

#include "client/turn.h"
#include "gateway/config.h"
#include "gateway/input.h"
#include "gateway/webhooks/config.h"
#include "gateway/webhooks/failed.h"

namespace wa::gateway {

class Webhooks {
 public:
  Webhooks(const Config& config, const store::StoreView& stored);

  bool wants(std::size_t event) const { return settings_ && settings_->wants(event); }
  // `data` is compact JSON. Nothing happens unless wants(event).
  void enqueue(std::size_t event, std::string_view lane, std::string_view data, client::Turn& turn);
  void on_done(const WebhookDone& done, client::Turn& turn);
  // Posts what is due; called once at the end of every step, cheap when there is nothing to do.
  void post_due(client::Turn& turn);
  std::optional<MonoTime> deadline(Now now) const;

  const std::optional<WebhookConfig>& settings() const { return settings_; }
  void configure(WebhookConfig settings, client::Turn& turn);
  void remove(client::Turn& turn);  // configuration and everything queued; what failed stays

  // Failed deliveries that match go to the end of their lanes again, same id, all attempts ahead of them.
  struct Replayed { std::size_t count = 0, left = 0; };  // left: matched, but the queue is full
  Replayed replay(const FailedFilter&, client::Turn& turn);
  const WebhookFailures& failures() const { return failures_; }

  struct Counters {
    std::uint64_t next_seq = 1, queued = 0, dropped = 0, bytes = 0;  // bytes: of what is queued
  };
  const Counters& counters() const { return counters_; }

 private:
  struct InFlight { std::uint64_t seq; std::string lane; };
  bool has_room(std::size_t data_bytes) const;
  void append(const WebhookItem& item, std::string_view lane, store::Txn& txn);
  void post(const InFlight& target, const WebhookItem& item, client::Turn& turn);
  void finish(const InFlight& done, const WebhookItem& item, client::Turn& turn);
  void retry(const InFlight& done, WebhookItem item, const WebhookDone& answer, client::Turn& turn);
  void expire(client::Turn& turn);
  void count_out(std::uint64_t cost, store::Txn& txn);
  void drop_unreadable(const store::Row& row, client::Turn& turn);
  void place(std::string_view lane, client::Turn& turn);
  void save_counters(store::Txn& txn);
  bool in_flight(std::string_view lane) const;

  const Config& config_;
  std::optional<WebhookConfig> settings_;
  Counters counters_;
  WebhookFailures failures_;
  std::vector<InFlight> open_;
  std::optional<WallTime> next_due_;  // of the first lane not in flight; unset when nothing waits or all slots are taken
  bool summed_ = true;                // counters().bytes is what is stored
  bool look_ = true;                  // the queue changed since next_due_ was computed
};

}  // namespace wa::gateway
