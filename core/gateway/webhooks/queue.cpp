#include "gateway/webhooks/queue.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/webhooks/signature.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::uint8_t kWebhooksRowVersion = 1;
constexpr std::int64_t kRetryFirstMs = 1'000;
constexpr std::int64_t kRetryCapMs = 600'000;
constexpr std::size_t kLaneBytesMax = 128;

std::string lane_prefix(std::string_view lane) {
  std::string id = "l";
  id.append(lane);
  id.push_back('\0');
  return id;
}

std::string item_id(std::string_view lane, std::uint64_t seq) { return lane_prefix(lane) + store::ordered(seq); }

std::string head_id(WallTime due, std::string_view lane) {
  std::string id = "h" + store::ordered(static_cast<std::uint64_t>(std::max<std::int64_t>(due.ms, 0)));
  id.append(lane);
  return id;
}

// A due time beyond every delay we choose means that the clock went back since: then it is due now.
bool is_due(WallTime due, WallTime now) { return due <= now || due - now > limits::kRetryAfterMaxMs + kRetryCapMs; }

// 1, 2, 4 ... seconds, up to ten minutes, a quarter more or less.
std::int64_t backoff_ms(std::uint32_t attempts, Random& random) {
  const std::int64_t base = std::min(kRetryCapMs, kRetryFirstMs << std::min<std::uint32_t>(attempts - 1, 12));
  return base * 3 / 4 + random.below(static_cast<std::uint32_t>(base / 2));
}

constexpr std::uint64_t kItemBytes = 128;  // what a row takes besides its data; 66 of them are in its value
constexpr std::uint64_t kBesideValue = kItemBytes - 66;

std::uint64_t cost_of(const WebhookItem& item) { return item.data.size() + kItemBytes; }

}  // namespace

Result<void> Webhooks::check(const store::StoreView& stored) {
  WA_TRY(check_webhook_row(stored));
  return store::refuse_newer(stored.get({Table::webhook_queue, "n"}), kWebhooksRowVersion);
}

Webhooks::Webhooks(const Config& config, const store::StoreView& stored)
    : config_(config), settings_(load_webhook(stored)), failures_(stored, config.webhook_failed_bytes_max) {
  if (const auto row = stored.get({Table::webhook_queue, "n"})) {
    RowReader in(*row, kWebhooksRowVersion);
    Counters read;
    read.next_seq = in.u64();
    read.queued = in.u64();
    read.dropped = in.u64();
    WebhookFailures::Counters failed;
    failed.kept = in.u64();
    failed.next = in.u64();
    summed_ = in.more();
    if (summed_) {  // rows of before the bytes were counted end here
      read.bytes = in.u64();
      failed.bytes = in.u64();
      failed.age_ms = in.i64();
      failed.seen = {in.i64()};
    }
    if (in.finish().ok()) {
      counters_ = read;
      failures_.restore(failed);
    }
  }
}

void Webhooks::save_counters(store::Txn& txn) {
  if (!summed_) {  // once, and this step's changes are in it
    counters_.bytes = bytes_in(txn, Table::webhook_queue, "l", kBesideValue);
    failures_.sum(txn);
    summed_ = true;
  }
  RowWriter out(kWebhooksRowVersion);
  out.u64(counters_.next_seq).u64(counters_.queued).u64(counters_.dropped);
  const WebhookFailures::Counters& failed = failures_.counters();
  out.u64(failed.kept).u64(failed.next).u64(counters_.bytes).u64(failed.bytes).i64(failed.age_ms).i64(failed.seen.ms);
  txn.put(Table::webhook_queue, "n", std::move(out).finish());
}

bool Webhooks::in_flight(std::string_view lane) const {
  return std::any_of(open_.begin(), open_.end(), [&](const InFlight& post) { return post.lane == lane; });
}

bool Webhooks::has_room(std::size_t data_bytes) const {
  return counters_.queued < limits::kWebhookQueueMax &&
         counters_.bytes + data_bytes + kItemBytes <= config_.webhook_bytes_max;
}

void Webhooks::enqueue(EventName event, std::string_view lane, std::string_view data, client::Turn& turn) {
  if (!wants(event)) return;
  if (!has_room(data.size()) || data.size() > limits::kWebhookEventBytesMax) {
    ++counters_.dropped;
    save_counters(turn.txn);
    const char* why = has_room(data.size()) ? "event too large for a webhook, dropped" : "webhook queue full, event dropped";
    turn.log(LogLevel::warning, why, static_cast<std::int64_t>(counters_.dropped));
    return;
  }
  lane = lane.substr(0, kLaneBytesMax);
  append({uuid_v4(turn.random), event, turn.now.wall.seconds(), 0, turn.now.wall,
          std::string(data)}, lane, turn.txn);
  save_counters(turn.txn);
}

void Webhooks::append(const WebhookItem& item, std::string_view lane, store::Txn& txn) {
  const bool first = txn.scan(Table::webhook_queue, lane_prefix(lane), 1).empty();
  txn.put(Table::webhook_queue, item_id(lane, counters_.next_seq++), encode(item));
  if (first) {
    txn.put(Table::webhook_queue, head_id(item.due, lane), Bytes{kWebhooksRowVersion});
    look_ = true;
  }
  ++counters_.queued;
  counters_.bytes += cost_of(item);
}

Webhooks::Replayed Webhooks::replay(const FailedFilter& filter, client::Turn& turn) {
  const auto rows = limits::kWebhookQueueMax - std::min<std::uint64_t>(counters_.queued, limits::kWebhookQueueMax);
  const auto bytes = config_.webhook_bytes_max - std::min(counters_.bytes, config_.webhook_bytes_max);
  const auto taken = failures_.take(filter, {rows, bytes, kItemBytes}, turn.txn);
  for (const FailedDelivery& failed : taken.items) {
    WebhookItem item = failed.item;
    item.attempts = 0;
    item.due = turn.now.wall;
    append(item, failed.lane, turn.txn);
  }
  if (!taken.items.empty()) save_counters(turn.txn);
  return {taken.items.size(), taken.left};
}

// What is kept no longer than it has to be: failed deliveries, the secret before a rotation.
void Webhooks::expire(client::Turn& turn) {
  if (failures_.expire(turn.now.wall, turn.txn)) save_counters(turn.txn);
  if (settings_ && !settings_->previous_secret.empty() && settings_->previous(turn.now.wall).empty()) {
    settings_->previous_secret.clear();
    save_webhook(*settings_, turn.txn);
  }
}

void Webhooks::post_due(client::Turn& turn) {
  expire(turn);
  if (!look_ && !(next_due_ && is_due(*next_due_, turn.now.wall))) return;
  look_ = false;
  next_due_.reset();
  if (!settings_ || !settings_->enabled) return;
  // Lanes in flight keep their place in the index, hence twice the number of slots.
  for (const store::Row& head : turn.txn.scan(Table::webhook_queue, "h", 2 * limits::kWebhooksInFlightMax + 1)) {
    if (open_.size() >= limits::kWebhooksInFlightMax) return;
    const std::string lane = head.id.substr(9);
    if (in_flight(lane)) continue;
    const WallTime due{static_cast<std::int64_t>(store::from_ordered(head.id.substr(1, 8)))};
    if (!is_due(due, turn.now.wall)) {
      next_due_ = due;
      return;
    }
    const auto first = turn.txn.scan(Table::webhook_queue, lane_prefix(lane), 1);
    const auto item = first.empty() ? std::nullopt : decode_webhook_item(first.front().value);
    // Neither a row we cannot read nor a place left behind may stop the others.
    if (!item || head.id != head_id(item->due, lane)) {
      turn.txn.erase(Table::webhook_queue, head.id);
      if (!item && !first.empty()) drop_unreadable(first.front(), turn);
      place(lane, turn);
      next_due_ = turn.now.wall;
      return;
    }
    open_.push_back({store::from_ordered(first.front().id), lane});
    post(open_.back(), *item, turn);
  }
}

void Webhooks::post(const InFlight& target, const WebhookItem& item, client::Turn& turn) {
  PostWebhook out;
  out.delivery = target.seq;
  out.url = settings_->url;
  out.timeout_ms = std::int64_t{settings_->timeout_s} * 1000;
  const std::string_view previous = settings_->previous(turn.now.wall);
  out.body = build_envelope({item.id, item.event.text(), item.created_s, config_.device_id, config_.user_id, item.data},
                            previous.empty() ? std::string_view(settings_->secret) : previous);
  const std::int64_t attempt_s = turn.now.wall.seconds();
  out.headers = settings_->headers;
  out.headers.emplace_back("Content-Type", "application/json");
  out.headers.emplace_back("webhook-id", item.id);
  out.headers.emplace_back("webhook-timestamp", std::to_string(attempt_s));
  if (!settings_->secret.empty()) {
    out.headers.emplace_back("webhook-signature",
                             standard_signatures(settings_->secret, previous, item.id, attempt_s, out.body));
  }
  turn.effect(std::move(out));
}

void Webhooks::on_done(const WebhookDone& answer, client::Turn& turn) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const InFlight& post) { return post.seq == answer.delivery; });
  if (found == open_.end()) return;  // its configuration was removed meanwhile
  const InFlight done = *found;
  open_.erase(found);
  if (open_.empty()) open_.shrink_to_fit();
  look_ = true;
  const auto row = turn.txn.get(Table::webhook_queue, item_id(done.lane, done.seq));
  auto item = row ? decode_webhook_item(*row) : std::nullopt;
  if (!item || !settings_) return;
  if (answer.status >= 200 && answer.status < 300) return finish(done, *item, turn);
  retry(done, *item, answer, turn);
}

void Webhooks::finish(const InFlight& done, const WebhookItem& item, client::Turn& turn) {
  turn.txn.erase(Table::webhook_queue, item_id(done.lane, done.seq));
  turn.txn.erase(Table::webhook_queue, head_id(item.due, done.lane));
  count_out(cost_of(item), turn.txn);
  place(done.lane, turn);
}

void Webhooks::count_out(std::uint64_t cost, store::Txn& txn) {
  if (counters_.queued > 0) --counters_.queued;
  counters_.bytes -= std::min(counters_.bytes, cost);
  save_counters(txn);
}

void Webhooks::drop_unreadable(const store::Row& row, client::Turn& turn) {
  turn.txn.erase(Table::webhook_queue, row.id);
  ++counters_.dropped;
  turn.log(LogLevel::error, "unreadable webhook row dropped", static_cast<std::int64_t>(counters_.dropped));
  count_out(row.value.size() + kBesideValue, turn.txn);
}

// The first event of the lane gets its place in the index; one that cannot be read at once: post_due() drops it.
void Webhooks::place(std::string_view lane, client::Turn& turn) {
  const auto first = turn.txn.scan(Table::webhook_queue, lane_prefix(lane), 1);
  if (first.empty()) return;
  const auto item = decode_webhook_item(first.front().value);
  turn.txn.put(Table::webhook_queue, head_id(item ? item->due : turn.now.wall, lane), Bytes{kWebhooksRowVersion});
}

void Webhooks::retry(const InFlight& done, WebhookItem item, const WebhookDone& answer, client::Turn& turn) {
  const bool gone = answer.status == 410;
  const std::uint32_t attempts = item.attempts + 1;
  if (gone || attempts > settings_->retry_attempts) {
    turn.log(LogLevel::warning, gone ? "webhook receiver gone, disabled" : "webhook given up", answer.status);
    item.attempts = attempts;
    if (const std::size_t lost = failures_.keep({0, item, done.lane, answer.status, turn.now.wall}, turn.txn); lost > 0)
      turn.log(LogLevel::warning, "failed deliveries forgotten, their list is full", static_cast<std::int64_t>(lost));
    finish(done, item, turn);
    if (gone) {
      settings_->enabled = false;
      settings_->gone = true;
      settings_->updated = turn.now.wall;
      save_webhook(*settings_, turn.txn);
    }
    return;
  }
  turn.txn.erase(Table::webhook_queue, head_id(item.due, done.lane));
  item.attempts = attempts;
  const std::int64_t asked_ms = std::clamp<std::int64_t>(answer.retry_after_ms, 0, limits::kRetryAfterMaxMs);
  item.due = turn.now.wall + std::max(backoff_ms(attempts, turn.random), asked_ms);
  turn.txn.put(Table::webhook_queue, item_id(done.lane, done.seq), encode(item));
  turn.txn.put(Table::webhook_queue, head_id(item.due, done.lane), Bytes{kWebhooksRowVersion});
}

std::optional<MonoTime> Webhooks::deadline(Now now) const {
  std::optional<WallTime> next = next_due_;
  const auto sooner = [&](WallTime time) {
    if (!next || time < *next) next = time;
  };
  if (const auto oldest = failures_.deadline()) sooner(*oldest);
  if (settings_ && !settings_->previous_secret.empty()) sooner(settings_->previous_until);
  if (!next) return std::nullopt;
  return now.mono + std::max<std::int64_t>(0, *next - now.wall);
}

void Webhooks::configure(WebhookConfig settings, client::Turn& turn) {
  save_webhook(settings, turn.txn);
  settings_ = std::move(settings);
  look_ = true;
}

void Webhooks::remove(client::Turn& turn) {
  erase_webhook(turn.txn);
  settings_.reset();
  turn.txn.erase_all(Table::webhook_queue, "l");
  turn.txn.erase_all(Table::webhook_queue, "h");
  counters_.queued = counters_.bytes = 0;
  save_counters(turn.txn);
  std::vector<InFlight>().swap(open_);
  look_ = true;
}

}  // namespace wa::gateway
