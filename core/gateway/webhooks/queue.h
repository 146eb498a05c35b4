// The durable outbox of one webhook. An event becomes a row in the step that caused it and stays one until the
// receiver answered 2xx or it is given up (then it is kept for a replay: failed.h): after retry_attempts where those
// were chosen, else by its age. Guarantees: events of one lane (a chat, or the device itself) leave in order, one at
// a time, a replayed one before those that came after it; lanes do not wait for each other; at most
// kWebhooksInFlightMax posts are open, and kWebhookFreshMin of them are for events that were never tried; the id of
// an event is the same over retries, restarts and replays; memory holds the configuration and the open posts, never
// the queue. A receiver that does not answer at all is asked with one post at a time until it does. When the queue is
// full (its part of kWebhookQueueMax rows and Config.webhook_bytes_max) or the event is larger than
// kWebhookEventBytesMax, the newest event is counted, logged and dropped.
//
// Rows of Table::webhook_queue; those of the second webhook and on have its digit before them:
//   "l" lane NUL seq   one event; seq orders a lane and is the delivery id
//   "h" due lane       the first event of each lane, by the time it is due: the index that posting walks
//   "n"                counters
#pragma once

#include "client/turn.h"
#include "gateway/config.h"
#include "gateway/input.h"
#include "gateway/webhooks/config.h"
#include "gateway/webhooks/failed.h"
#include "gateway/webhooks/signature.h"

namespace wa::gateway {

// What the webhooks of a device have in common.
struct WebhookCommon {
  const Config& config;
  WebhookFailures failures;
  std::size_t webhooks = 1;       // configured: they share the room
  bool failures_changed = false;  // since the counters were saved
};

struct WebhookCounters {
  std::uint64_t next_seq = 1, queued = 0, bytes = 0;  // bytes: of what is queued
  std::uint64_t dropped = 0, given_up = 0, missed = 0;  // missed: while it was disabled
};

// How the receiver does. Kept over restarts.
struct WebhookHealth {
  std::optional<WallTime> last_success, failed_at;  // failed_at: of what follows
  WebhookFault fault = WebhookFault::none;
  int status = 0;
};

class WebhookQueue {
 public:
  static Result<void> check(const store::StoreView& stored, WebhookSlot slot);
  // Of what is stored: the configuration, and the row of counters.
  WebhookQueue(WebhookCommon& common, WebhookSlot slot, std::optional<WebhookConfig> settings,
               const std::optional<Bytes>& counters);
  static std::string counters_id(WebhookSlot slot) { return slot_digit(slot) + "n"; }

  WebhookSlot slot() const { return slot_; }
  // An event, for which nothing happens unless it is chosen; one that would be told but for `enabled` is counted.
  void offer(EventName event, std::string_view lane, std::string_view data, client::Turn& turn);
  void on_done(const WebhookDone& done, client::Turn& turn);
  // Any answer of the receiver: it is there.
  void note_alive();
  // Posts what is due.
  void post_due(client::Turn& turn);
  std::optional<MonoTime> deadline(Now now) const;
  // A post of these contents as the configuration has it.
  PostWebhook build_post(std::uint64_t delivery, const Envelope& envelope, WallTime now) const;

  const std::optional<WebhookConfig>& settings() const { return settings_; }
  void configure(WebhookConfig settings, client::Turn& turn);
  void remove(client::Turn& turn);  // configuration and everything queued

  // Failed deliveries that match go to their places in their lanes again, same id, their time before them anew.
  struct Replayed { std::size_t count = 0, left = 0; };  // left: matched, but the queue is full
  Replayed replay(FailedFilter, client::Turn& turn);

  const WebhookCounters& counters() const { return counters_; }
  const WebhookHealth& health() const { return health_; }
  bool suspended() const { return silent_ > 0; }  // the receiver does not answer, and is asked with one post at a time
  // When the oldest of what waits was told; of the first kWebhookLanesSeenMax lanes.
  std::optional<WallTime> oldest(const store::Txn& txn) const;
  void save_counters(store::Txn& txn);

 private:
  struct InFlight { std::uint64_t seq; std::string lane; bool again, probe; std::uint64_t answers; };
  std::string row_id(std::string_view id) const;
  std::string lane_prefix(std::string_view lane) const;
  std::string item_id(std::string_view lane, std::uint64_t seq) const {
    return lane_prefix(lane) + store::ordered(seq);
  }
  std::string head_id(WallTime due, std::string_view lane) const;
  void read_counters(ByteView row);
  bool has_room(std::size_t data_bytes) const;
  std::uint64_t rows_max() const;
  std::uint64_t bytes_max() const;
  std::int64_t advance(WallTime now);  // the queue's own clock
  void append(WebhookItem item, std::uint64_t seq, std::string_view lane, store::Txn& txn);
  std::size_t slots_now(MonoTime now) const;
  bool post_head(const store::Row& head, client::Turn& turn);
  void post(const InFlight& target, const WebhookItem& item, client::Turn& turn);
  void finish(const InFlight& done, const WebhookItem& item, client::Turn& turn);
  void fail(const InFlight& done, WebhookItem item, const WebhookDone& answer, client::Turn& turn);
  void give_up(const InFlight& done, const WebhookItem& item, client::Turn& turn);
  void note_silence(const InFlight& done, client::Turn& turn);
  void count_out(std::uint64_t cost, store::Txn& txn);
  void drop(const char* why, client::Turn& turn);
  void drop_unreadable(const store::Row& row, client::Turn& turn);
  void place(std::string_view lane, client::Turn& turn);
  bool in_flight(std::string_view lane) const;
  void expire(client::Turn& turn);

  WebhookCommon& common_;
  const WebhookSlot slot_;
  std::optional<WebhookConfig> settings_;
  WebhookCounters counters_;
  WebhookHealth health_;
  // The queue's own clock, by which events age: a time that nobody ran the program, or that a clock jumped over, is
  // none.
  std::int64_t clock_ms_ = 0;
  WallTime clock_seen_;
  std::vector<InFlight> open_;
  std::uint64_t answers_ = 0;          // of the receiver, since the start
  std::uint32_t silent_ = 0;           // how often in a row it did not answer
  MonoTime probe_at_;                  // then it is asked again
  std::optional<WallTime> next_due_;   // of the first lane not in flight; unset: nothing waits, or all slots are taken
  bool summed_ = true;                 // counters().bytes is what is stored
  bool look_ = true;                   // the queue changed since next_due_ was computed
};

}  // namespace wa::gateway
