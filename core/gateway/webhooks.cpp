#include "gateway/webhooks.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "base/reader.h"
#include "gateway/webhook_events.h"
#include "gateway/webhook_sign.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::uint8_t kRowVersion = 1;
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

}  // namespace

struct Webhooks::Item {
  std::string id;
  std::uint8_t event = 0;
  std::int64_t created_s = 0;
  std::uint32_t attempts = 0;
  WallTime due;
  std::string data;

  static std::optional<Item> decode(ByteView row) {
    RowReader in(row, kRowVersion);
    Item out;
    out.id = in.text();
    out.event = in.u8();
    out.created_s = in.i64();
    out.attempts = in.u32();
    out.due = {in.i64()};
    out.data = in.text();
    if (!in.finish().ok() || out.event >= std::size(kEventNames)) return std::nullopt;
    return out;
  }
  RowWriter write() const {
    RowWriter out(kRowVersion);
    out.text(id).u8(event).i64(created_s).u32(attempts).i64(due.ms).text(data);
    return out;
  }
};

Webhooks::Webhooks(const Config& config, const store::StoreView& stored)
    : config_(config), settings_(load_webhook(stored)) {
  if (const auto row = stored.get({Table::webhook_queue, "n"})) {
    RowReader in(*row, kRowVersion);
    Counters read;
    read.next_seq = in.u64();
    read.queued = in.u64();
    read.dropped = in.u64();
    read.failed_kept = in.u64();
    read.next_failed = in.u64();
    if (in.finish().ok()) counters_ = read;
  }
}

void Webhooks::save_counters(store::Txn& txn) const {
  RowWriter out(kRowVersion);
  out.u64(counters_.next_seq).u64(counters_.queued).u64(counters_.dropped);
  out.u64(counters_.failed_kept).u64(counters_.next_failed);
  txn.put(Table::webhook_queue, "n", std::move(out).finish());
}

bool Webhooks::in_flight(std::string_view lane) const {
  return std::any_of(open_.begin(), open_.end(), [&](const InFlight& post) { return post.lane == lane; });
}

void Webhooks::enqueue(std::size_t event, std::string_view lane, std::string_view data, client::Turn& turn) {
  if (!wants(event)) return;
  if (counters_.queued >= limits::kWebhookQueueMax) {
    ++counters_.dropped;
    save_counters(turn.txn);
    turn.log(LogLevel::warning, "webhook queue full, event dropped", static_cast<std::int64_t>(counters_.dropped));
    return;
  }
  lane = lane.substr(0, kLaneBytesMax);
  const bool first = turn.txn.scan(Table::webhook_queue, lane_prefix(lane), 1).empty();
  const Item item{uuid_v4(turn.random), static_cast<std::uint8_t>(event), turn.now.wall.seconds(), 0, turn.now.wall,
                  std::string(data)};
  turn.txn.put(Table::webhook_queue, item_id(lane, counters_.next_seq++), item.write().finish());
  if (first) {
    turn.txn.put(Table::webhook_queue, head_id(item.due, lane), Bytes{kRowVersion});
    look_ = true;
  }
  ++counters_.queued;
  save_counters(turn.txn);
}

void Webhooks::post_due(client::Turn& turn) {
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
    const auto item = first.empty() ? std::nullopt : Item::decode(first.front().value);
    if (!item) {  // a row we cannot read must not stop the others
      turn.log(LogLevel::error, "unreadable webhook row skipped");
      turn.txn.erase(Table::webhook_queue, head.id);
      if (first.empty()) continue;
      turn.txn.erase(Table::webhook_queue, first.front().id);
      turn.txn.put(Table::webhook_queue, head_id(turn.now.wall, lane), Bytes{kRowVersion});
      next_due_ = turn.now.wall;
      return;
    }
    open_.push_back({store::from_ordered(first.front().id), lane});
    post(open_.back(), *item, turn);
  }
}

void Webhooks::post(const InFlight& target, const Item& item, client::Turn& turn) {
  const std::string_view name = kEventNames[item.event];
  PostWebhook out;
  out.delivery = target.seq;
  out.url = settings_->url;
  out.timeout_ms = std::int64_t{settings_->timeout_s} * 1000;
  out.body = build_envelope({item.id, name, item.created_s, config_.device_id, config_.user_id, item.data},
                            settings_->secret);
  const std::int64_t attempt_s = turn.now.wall.seconds();
  out.headers = settings_->headers;
  out.headers.emplace_back("Content-Type", "application/json");
  out.headers.emplace_back("webhook-id", item.id);
  out.headers.emplace_back("webhook-timestamp", std::to_string(attempt_s));
  if (!settings_->secret.empty()) {
    out.headers.emplace_back("webhook-signature", standard_signature(settings_->secret, item.id, attempt_s, out.body));
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
  const auto item = row ? Item::decode(*row) : std::nullopt;
  if (!item || !settings_) return;
  if (answer.status >= 200 && answer.status < 300) return finish(done, *item, turn);
  retry(done, *item, answer, turn);
}

void Webhooks::finish(const InFlight& done, const Item& item, client::Turn& turn) {
  turn.txn.erase(Table::webhook_queue, item_id(done.lane, done.seq));
  turn.txn.erase(Table::webhook_queue, head_id(item.due, done.lane));
  if (counters_.queued > 0) --counters_.queued;
  save_counters(turn.txn);
  const auto next = turn.txn.scan(Table::webhook_queue, lane_prefix(done.lane), 1);
  if (next.empty()) return;
  const auto next_item = Item::decode(next.front().value);
  if (next_item) turn.txn.put(Table::webhook_queue, head_id(next_item->due, done.lane), Bytes{kRowVersion});
  else turn.txn.erase(Table::webhook_queue, next.front().id);
}

void Webhooks::retry(const InFlight& done, Item item, const WebhookDone& answer, client::Turn& turn) {
  const bool gone = answer.status == 410;
  const std::uint32_t attempts = item.attempts + 1;
  if (gone || attempts > settings_->retry_attempts) {
    turn.log(LogLevel::warning, gone ? "webhook receiver gone, disabled" : "webhook given up", answer.status);
    keep_failed(item, done.lane, answer.status, turn);
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
  turn.txn.put(Table::webhook_queue, item_id(done.lane, done.seq), item.write().finish());
  turn.txn.put(Table::webhook_queue, head_id(item.due, done.lane), Bytes{kRowVersion});
}

void Webhooks::keep_failed(const Item& item, std::string_view lane, int status, client::Turn& turn) {
  RowWriter out = item.write();
  out.text(lane).u32(static_cast<std::uint32_t>(status)).i64(turn.now.wall.ms);
  turn.txn.put(Table::webhook_failed, store::ordered(counters_.next_failed++), std::move(out).finish());
  if (counters_.failed_kept < limits::kWebhookFailedMax) {
    ++counters_.failed_kept;
    return;
  }
  for (const store::Row& oldest : turn.txn.scan(Table::webhook_failed, "", 1)) {
    turn.txn.erase(Table::webhook_failed, oldest.id);
  }
}

std::optional<MonoTime> Webhooks::deadline(Now now) const {
  if (!next_due_) return std::nullopt;
  return now.mono + std::max<std::int64_t>(0, *next_due_ - now.wall);
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
  counters_.queued = 0;
  save_counters(turn.txn);
  std::vector<InFlight>().swap(open_);
  look_ = true;
}

}  // namespace wa::gateway
