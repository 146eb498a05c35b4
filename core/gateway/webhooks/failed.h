// Deliveries that were given up, kept for a replay: at most kWebhookFailedMax rows and `bytes_max`, for
// kWebhookFailedKeptMs. Age is counted by passes, an hour or two at a time: a clock that jumps, or a server that was off for
// weeks, does not empty the list.
//
// Rows of Table::webhook_failed: ordered(number) -> FailedDelivery; numbers grow and are never used again.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "gateway/webhooks/delivery_rows.h"
#include "store/store.h"

namespace wa::gateway {

struct FailedFilter {
  std::string_view id;                    // empty: any
  std::optional<WallTime> from, to;       // when it was given up, both inclusive
  EventMask events = EventMask::all();
  std::optional<std::uint8_t> slot;       // unset: of any webhook
  bool matches(const FailedDelivery&) const;
};

// For rows of a version that did not count their bytes: of values, and `each` more for every row.
std::uint64_t bytes_in(const store::Txn& txn, store::Table table, std::string_view prefix, std::uint64_t each);

class WebhookFailures {
 public:
  // What the queue's counters row remembers of the table.
  struct Counters {
    std::uint64_t kept = 0, next = 1, bytes = 0;
    std::int64_t age_ms = 0;  // how long rows were kept, all passes together: the clock that rows age by
    WallTime seen;            // the last pass
    std::uint64_t forgotten = 0;  // left without having been replayed: too many, too old, with their webhook
    std::array<std::uint64_t, limits::kWebhooksMax> kept_of{};  // by webhook
  };

  WebhookFailures(const store::StoreView& stored, std::uint64_t bytes_max);
  void restore(Counters counters) { counters_ = counters; }
  void sum(const store::Txn& txn) { counters_.bytes = bytes_in(txn, store::Table::webhook_failed, "", 0); }
  const Counters& counters() const { return counters_; }

  // How many older ones had to leave for it.
  std::size_t keep(FailedDelivery failed, store::Txn& txn);
  // Rows that are too old leave. True when something changed.
  bool expire(WallTime now, store::Txn& txn);
  std::optional<WallTime> deadline() const;

  // All of a webhook; how many there were.
  std::size_t forget(std::uint8_t slot, store::Txn& txn);

  // Of one webhook, newest first, numbers below `before`, at most kWebhookFailedPageBytesMax of contents (or one). Looks
  // at a bounded stretch of numbers: `next` is where to go on, 0 at the end.
  struct Page { std::vector<FailedDelivery> items; std::uint64_t next = 0; };
  Page page(std::uint64_t before, std::size_t limit, const store::Txn& txn, std::uint8_t slot = 0) const;
  // Oldest first: takes out what matches, as long as `rows` and `bytes` (of data, and `item_bytes` for each) last; what
  // matches beyond stays and is counted.
  struct Room { std::uint64_t rows = 0, bytes = 0, item_bytes = 0; };
  struct Taken { std::vector<FailedDelivery> items; std::size_t left = 0; };
  Taken take(const FailedFilter&, Room, store::Txn& txn);

 private:
  void erase(const store::Row& row, store::Txn& txn);
  void lose(const store::Row& row, store::Txn& txn);
  void find_oldest(const store::Txn& txn);

  std::uint64_t bytes_max_;
  Counters counters_;
  std::optional<std::int64_t> oldest_age_ms_;  // unset: nothing is kept
};

}  // namespace wa::gateway
