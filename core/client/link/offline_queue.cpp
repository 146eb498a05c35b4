#include "client/link/offline_queue.h"

#include <algorithm>

#include "stanza/outbound/outbound.h"
#include "stanza/queries/session.h"

namespace wa::client {

std::optional<wire::Node> OfflineQueue::on_preview(const stanza::OfflinePreview& preview, Turn& turn) {
  if (pulling_) return std::nullopt;
  pulling_ = awaiting_first_ = true;
  if (!told_) caught_up_by_ = turn.now.mono + kCaughtUpMs;
  turn.event(OfflinePreview{preview.messages, preview.receipts, preview.notifications, preview.calls, preview.total});
  return stanza::build_offline_batch(kBatch);
}

void OfflineQueue::on_queued_stanza(Turn& turn) {
  ++seen_;
  if (!pulling_ || !awaiting_first_) return;
  awaiting_first_ = false;
  next_batch_ = turn.now.mono + kNextBatchMs;
}

std::optional<wire::Node> OfflineQueue::on_tick(Turn& turn) {
  if (caught_up_by_ && *caught_up_by_ <= turn.now.mono) tell(seen_, turn);
  if (!next_batch_ || *next_batch_ > turn.now.mono) return std::nullopt;
  next_batch_.reset();
  awaiting_first_ = true;
  return stanza::build_offline_batch(kBatch);
}

void OfflineQueue::on_done(const stanza::OfflineDone& done, Turn& turn) {
  pulling_ = awaiting_first_ = false;
  next_batch_.reset();
  tell(done.count, turn);
}

std::optional<MonoTime> OfflineQueue::deadline() const {
  if (next_batch_ && caught_up_by_) return std::min(*next_batch_, *caught_up_by_);
  return next_batch_ ? next_batch_ : caught_up_by_;
}

void OfflineQueue::tell(std::uint64_t count, Turn& turn) {
  caught_up_by_.reset();
  if (told_) return;
  told_ = true;
  turn.event(OfflineCompleted{count});
}

DirtyNotice read_dirty(const stanza::Dirty& dirty) {
  DirtyNotice notice;
  if (dirty.type.empty()) return notice;
  notice.app_state = dirty.type == "syncd_app_state";
  notice.account = dirty.type == "account_sync";
  notice.clean = stanza::build_clean(dirty);
  return notice;
}

}  // namespace wa::client
