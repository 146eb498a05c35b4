// What the service tells a connection besides messages and calls: the offline queue and dirty data (07 section 5).
// Notifications themselves are values already (stanza::parse_notification); Client hands each to the flow it concerns.
// Nothing here survives a connection: the service repeats what was not acknowledged.
#pragma once

#include <optional>

#include "client/link/out.h"
#include "stanza/inbound.h"

namespace wa::client {

// Pulls the stanzas that waited while we were away, 200 at a time, and says when we have caught up.
// Guarantees: one OfflinePreview at most and one OfflineCompleted at most per connection, the latter no later than
// kCaughtUpMs after the preview; the pulling goes on until the service says that nothing is left.
class OfflineQueue {
 public:
  void on_tick(Out& out, Turn& turn) {
    if (const auto node = on_tick(turn)) out.send(*node, turn);
  }
  void on_offline(Turn&) { *this = OfflineQueue{}; }
  // The stanza to send, if any.
  std::optional<wire::Node> on_preview(const stanza::OfflinePreview& preview, Turn& turn);
  std::optional<wire::Node> on_tick(Turn& turn);
  // Any stanza marked as from the queue. The first one of a batch brings the next request.
  void on_queued_stanza(Turn& turn);
  void on_done(const stanza::OfflineDone& done, Turn& turn);
  std::optional<MonoTime> deadline() const;

  // False until OfflineCompleted was told: what arrives meanwhile may be old.
  bool caught_up() const { return told_; }

  static constexpr std::uint32_t kBatch = 200;
  static constexpr std::int64_t kNextBatchMs = 100;
  static constexpr std::int64_t kCaughtUpMs = 60'000;

 private:
  void tell(std::uint64_t count, Turn& turn);

  bool pulling_ = false, awaiting_first_ = false, told_ = false;
  std::uint64_t seen_ = 0;
  std::optional<MonoTime> next_batch_, caught_up_by_;
};

// Data the service says we must fetch again, and the query that tells it we will. The query needs no answer: what we
// refresh is fetched after every login anyway, so a crash after it costs nothing.
struct DirtyNotice {
  bool app_state = false;        // all collections
  bool account = false;          // the device list of the own user, and what we know of its privacy settings
  std::optional<wire::Node> clean;
};
DirtyNotice read_dirty(const stanza::Dirty& dirty);

}  // namespace wa::client
