#include "gateway/webhooks/queue.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "store/row.h"

namespace wa::gateway {
namespace {

using store::Table;

constexpr std::uint8_t kWebhooksRowVersion = 2;  // 2: why and when, the queue's own clock
constexpr std::uint8_t kWebhooksOldestRead = 1;
constexpr std::int64_t kRetryFirstMs = 1'000;
constexpr std::int64_t kRetryCapMs = 600'000, kProbeCapMs = 60'000;
constexpr std::int64_t kClockStepMaxMs = limits::kRetryAfterMaxMs + kRetryCapMs;
constexpr std::size_t kLaneBytesMax = 128;
constexpr std::size_t kHeadsSeen = 33;  // those in flight keep their places, those tried before may wait

// A due time beyond every delay we choose means that the clock went back since: then it is due now.
bool is_due(WallTime due, WallTime now) { return due <= now || due - now > limits::kRetryAfterMaxMs + kRetryCapMs; }

// 1, 2, 4 ... seconds, up to `cap_ms`, a quarter more or less.
std::int64_t backoff_ms(std::uint32_t attempts, std::int64_t cap_ms, Random& random) {
  const std::int64_t base = std::min(cap_ms, kRetryFirstMs << std::min<std::uint32_t>(attempts - 1, 12));
  return base * 3 / 4 + random.below(static_cast<std::uint32_t>(base / 2));
}

constexpr std::uint64_t kItemBytes = 128;  // what a row takes besides its data; 74 of them are in its value
constexpr std::uint64_t kBesideValue = kItemBytes - 74;

std::uint64_t cost_of(const WebhookItem& item) { return item.data.size() + kItemBytes; }

const char* given_up_text(WebhookFault fault) {
  switch (fault) {
    case WebhookFault::refused: return "webhook given up: connection refused";
    case WebhookFault::dns: return "webhook given up: host not found";
    case WebhookFault::tls: return "webhook given up: TLS failed";
    case WebhookFault::timeout: return "webhook given up: no answer in time";
    case WebhookFault::address_not_allowed: return "webhook given up: address not allowed";
    case WebhookFault::status: return "webhook given up: refused with this status";
    case WebhookFault::none:
    case WebhookFault::closed: break;
  }
  return "webhook given up: connection closed";
}

}  // namespace

std::string WebhookQueue::row_id(std::string_view id) const { return slot_digit(slot_).append(id); }

std::string WebhookQueue::lane_prefix(std::string_view lane) const {
  std::string id = row_id("l");
  id.append(lane);
  id.push_back('\0');
  return id;
}

std::string WebhookQueue::head_id(WallTime due, std::string_view lane) const {
  std::string id = row_id("h") + store::ordered(static_cast<std::uint64_t>(std::max<std::int64_t>(due.ms, 0)));
  id.append(lane);
  return id;
}

Result<void> WebhookQueue::check(const store::StoreView& stored, WebhookSlot slot) {
  WA_TRY(check_webhook_row(stored, slot));
  return store::refuse_newer(stored.get({Table::webhook_queue, counters_id(slot)}), kWebhooksRowVersion);
}

WebhookQueue::WebhookQueue(WebhookCommon& common, WebhookSlot slot, std::optional<WebhookConfig> settings,
                           const std::optional<Bytes>& counters)
    : common_(common), slot_(slot), settings_(std::move(settings)) {
  if (counters) read_counters(*counters);
}

void WebhookQueue::read_counters(ByteView row) {
  RowReader in(row, kWebhooksRowVersion, kWebhooksOldestRead);
  WebhookCounters read;
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
  failed.kept_of[0] = failed.kept;
  WebhookHealth health;
  if (in.version() >= 2 && in.more()) {
    read.given_up = in.u64();
    read.missed = in.u64();
    failed.forgotten = in.u64();
    for (std::uint64_t& kept : failed.kept_of) kept = in.u32();
    if (const std::int64_t at = in.i64(); at != 0) health.last_success = WallTime{at};
    if (const std::int64_t at = in.i64(); at != 0) health.failed_at = WallTime{at};
    health.fault = fault_at(in.u8());
    health.status = static_cast<int>(in.u32());
    clock_ms_ = in.i64();
    clock_seen_ = {in.i64()};
  }
  if (!in.finish().ok()) return;
  counters_ = read;
  health_ = health;
  if (slot_ == 0) common_.failures.restore(failed);
}

// The first webhook's row remembers the failed of all.
void WebhookQueue::save_counters(store::Txn& txn) {
  if (!summed_) {  // once, and this step's changes are in it
    counters_.bytes = bytes_in(txn, Table::webhook_queue, row_id("l"), kBesideValue);
    common_.failures.sum(txn);
    summed_ = true;
  }
  RowWriter out(kWebhooksRowVersion);
  out.u64(counters_.next_seq).u64(counters_.queued).u64(counters_.dropped);
  const WebhookFailures::Counters failed = slot_ == 0 ? common_.failures.counters() : WebhookFailures::Counters();
  out.u64(failed.kept).u64(failed.next).u64(counters_.bytes).u64(failed.bytes).i64(failed.age_ms).i64(failed.seen.ms);
  out.u64(counters_.given_up).u64(counters_.missed).u64(failed.forgotten);
  for (const std::uint64_t kept : failed.kept_of) out.u32(static_cast<std::uint32_t>(kept));
  out.i64(health_.last_success.value_or(WallTime()).ms).i64(health_.failed_at.value_or(WallTime()).ms);
  out.u8(static_cast<std::uint8_t>(health_.fault)).u32(static_cast<std::uint32_t>(health_.status));
  out.i64(clock_ms_).i64(clock_seen_.ms);
  txn.put(Table::webhook_queue, counters_id(slot_), std::move(out).finish());
  if (slot_ == 0) common_.failures_changed = false;
}

bool WebhookQueue::in_flight(std::string_view lane) const {
  return std::any_of(open_.begin(), open_.end(), [&](const InFlight& post) { return post.lane == lane; });
}

std::uint64_t WebhookQueue::rows_max() const { return limits::kWebhookQueueMax / common_.webhooks; }

// Each has room for one event at least.
std::uint64_t WebhookQueue::bytes_max() const {
  return std::max<std::uint64_t>(common_.config.webhook_bytes_max / common_.webhooks,
                                 limits::kWebhookEventBytesMax + kItemBytes);
}

bool WebhookQueue::has_room(std::size_t data_bytes) const {
  return counters_.queued < rows_max() && counters_.bytes + data_bytes + kItemBytes <= bytes_max();
}

std::int64_t WebhookQueue::advance(WallTime now) {
  if (clock_seen_.ms != 0) clock_ms_ += std::clamp<std::int64_t>(now - clock_seen_, 0, kClockStepMaxMs);
  clock_seen_ = now;
  return clock_ms_;
}

void WebhookQueue::drop(const char* why, client::Turn& turn) {
  ++counters_.dropped;
  save_counters(turn.txn);
  turn.log(LogLevel::warning, why, static_cast<std::int64_t>(counters_.dropped));
}

void WebhookQueue::offer(EventName event, std::string_view lane, std::string_view data, client::Turn& turn) {
  if (!settings_ || !settings_->events.has(event)) return;
  if (!settings_->filter.empty() && !settings_->filter.passes(event, lane, data, turn.txn)) return;
  if (!settings_->enabled) {
    ++counters_.missed;
    return save_counters(turn.txn);
  }
  if (data.size() > limits::kWebhookEventBytesMax) return drop("event too large for a webhook, dropped", turn);
  if (!has_room(data.size())) return drop("webhook queue full, event dropped", turn);
  lane = lane.substr(0, kLaneBytesMax);
  WebhookItem item;
  item.id = uuid_v4(turn.random);
  item.event = event;
  item.created_s = turn.now.wall.seconds();
  item.due = turn.now.wall;
  item.since_ms = advance(turn.now.wall);
  item.data = std::string(data);
  append(std::move(item), counters_.next_seq++, lane, turn.txn);
  save_counters(turn.txn);
}

// In its place in the lane: the last, but for one that is replayed.
void WebhookQueue::append(WebhookItem item, std::uint64_t seq, std::string_view lane, store::Txn& txn) {
  const auto first = txn.scan(Table::webhook_queue, lane_prefix(lane), 1);
  const std::string id = item_id(lane, seq);
  if (first.empty() || id < first.front().id) {
    const auto behind = first.empty() ? std::nullopt : decode_webhook_item(first.front().value);
    if (behind) txn.erase(Table::webhook_queue, head_id(behind->due, lane));
    txn.put(Table::webhook_queue, head_id(item.due, lane), Bytes{kWebhooksRowVersion});
    look_ = true;
  }
  ++counters_.queued;
  counters_.bytes += cost_of(item);
  txn.put(Table::webhook_queue, id, encode(item));
}

WebhookQueue::Replayed WebhookQueue::replay(FailedFilter filter, client::Turn& turn) {
  const auto rows = rows_max() - std::min<std::uint64_t>(counters_.queued, rows_max());
  const auto bytes = bytes_max() - std::min(counters_.bytes, bytes_max());
  filter.slot = slot_;
  auto taken = common_.failures.take(filter, {rows, bytes, kItemBytes}, turn.txn);
  const std::int64_t since_ms = advance(turn.now.wall);
  for (FailedDelivery& failed : taken.items) {
    failed.item.attempts = 0;
    failed.item.due = turn.now.wall;
    failed.item.since_ms = since_ms;
    append(std::move(failed.item), failed.seq != 0 ? failed.seq : counters_.next_seq++, failed.lane, turn.txn);
  }
  if (!taken.items.empty()) {
    common_.failures_changed = true;
    save_counters(turn.txn);
  }
  return {taken.items.size(), taken.left};
}

// What is kept no longer than it has to be: the secret before a rotation.
void WebhookQueue::expire(client::Turn& turn) {
  if (settings_ && !settings_->previous_secret.empty() && settings_->previous(turn.now.wall).empty()) {
    settings_->previous_secret.clear();
    save_webhook(*settings_, turn.txn, slot_);
  }
}

// How many posts may be open now.
std::size_t WebhookQueue::slots_now(MonoTime now) const {
  if (silent_ == 0) return limits::kWebhooksInFlightMax;
  return now < probe_at_ ? 0 : 1;
}

void WebhookQueue::post_due(client::Turn& turn) {
  expire(turn);
  const bool probe = silent_ > 0 && open_.empty() && probe_at_ <= turn.now.mono;
  if (!look_ && !probe && !(next_due_ && is_due(*next_due_, turn.now.wall))) return;
  look_ = false;
  next_due_.reset();
  if (!settings_ || !settings_->enabled) return;
  const std::size_t slots = slots_now(turn.now.mono);
  if (open_.size() >= slots) return;
  for (const store::Row& head : turn.txn.scan(Table::webhook_queue, row_id("h"), kHeadsSeen)) {
    if (open_.size() >= slots || !post_head(head, turn)) return;
  }
}

// False: the walk is over.
bool WebhookQueue::post_head(const store::Row& head, client::Turn& turn) {
  const std::size_t kind = row_id("h").size();
  const std::string lane = head.id.substr(kind + 8);
  if (in_flight(lane)) return true;
  const WallTime due{static_cast<std::int64_t>(store::from_ordered(head.id.substr(kind, 8)))};
  if (!is_due(due, turn.now.wall)) {
    next_due_ = due;
    return false;
  }
  const auto first = turn.txn.scan(Table::webhook_queue, lane_prefix(lane), 1);
  const auto item = first.empty() ? std::nullopt : decode_webhook_item(first.front().value);
  // Neither a row we cannot read nor a place left behind may stop the others.
  if (!item || head.id != head_id(item->due, lane)) {
    turn.txn.erase(Table::webhook_queue, head.id);
    if (!item && !first.empty()) drop_unreadable(first.front(), turn);
    place(lane, turn);
    next_due_ = turn.now.wall;
    return false;
  }
  const bool again = item->attempts > 0;
  const auto tried = std::count_if(open_.begin(), open_.end(), [](const InFlight& post) { return post.again; });
  if (again && static_cast<std::size_t>(tried) >= limits::kWebhooksInFlightMax - limits::kWebhookFreshMin) return true;
  open_.push_back({store::from_ordered(first.front().id), lane, again, silent_ > 0, answers_});
  post(open_.back(), *item, turn);
  return true;
}

void WebhookQueue::post(const InFlight& target, const WebhookItem& item, client::Turn& turn) {
  const Config& config = common_.config;
  turn.effect(build_post(delivery_of(slot_, target.seq), {item.id, item.event.text(), item.created_s, config.device_id,
                                                          config.user_id, item.data}, turn.now.wall));
}

PostWebhook WebhookQueue::build_post(std::uint64_t delivery, const Envelope& envelope, WallTime now) const {
  PostWebhook out;
  out.delivery = delivery;
  out.url = settings_->url;
  out.timeout_ms = std::int64_t{settings_->timeout_s} * 1000;
  const std::string_view previous = settings_->previous(now);
  out.body = build_envelope(envelope, previous.empty() ? std::string_view(settings_->secret) : previous);
  const std::int64_t attempt_s = now.seconds();
  out.headers = settings_->headers;
  out.headers.emplace_back("Content-Type", "application/json");
  out.headers.emplace_back("webhook-id", envelope.id);
  out.headers.emplace_back("webhook-timestamp", std::to_string(attempt_s));
  if (!settings_->secret.empty()) {
    out.headers.emplace_back("webhook-signature",
                             standard_signatures(settings_->secret, previous, envelope.id, attempt_s, out.body));
  }
  return out;
}

void WebhookQueue::note_alive() {
  ++answers_;
  silent_ = 0;
  look_ = true;
}

// It did not answer. Unless it answered another post meanwhile, it is asked with one post at a time from now on.
void WebhookQueue::note_silence(const InFlight& done, client::Turn& turn) {
  if (done.answers != answers_ || (silent_ > 0 && !done.probe)) return;
  silent_ = std::min<std::uint32_t>(silent_ + 1, 1000);
  probe_at_ = turn.now.mono + backoff_ms(silent_, kProbeCapMs, turn.random);
}

void WebhookQueue::on_done(const WebhookDone& answer, client::Turn& turn) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const InFlight& post) {
    return delivery_of(slot_, post.seq) == answer.delivery;
  });
  if (found == open_.end()) return;  // its configuration was removed meanwhile
  const InFlight done = *found;
  open_.erase(found);
  if (open_.empty()) open_.shrink_to_fit();
  look_ = true;
  if (answer.status != 0) note_alive();
  const auto row = turn.txn.get(Table::webhook_queue, item_id(done.lane, done.seq));
  auto item = row ? decode_webhook_item(*row) : std::nullopt;
  if (!item || !settings_) return;
  if (answer.status >= 200 && answer.status < 300) {
    health_.last_success = turn.now.wall;
    return finish(done, *item, turn);
  }
  fail(done, *std::move(item), answer, turn);
}

void WebhookQueue::finish(const InFlight& done, const WebhookItem& item, client::Turn& turn) {
  turn.txn.erase(Table::webhook_queue, item_id(done.lane, done.seq));
  turn.txn.erase(Table::webhook_queue, head_id(item.due, done.lane));
  count_out(cost_of(item), turn.txn);
  place(done.lane, turn);
}

void WebhookQueue::count_out(std::uint64_t cost, store::Txn& txn) {
  if (counters_.queued > 0) --counters_.queued;
  counters_.bytes -= std::min(counters_.bytes, cost);
  save_counters(txn);
}

void WebhookQueue::drop_unreadable(const store::Row& row, client::Turn& turn) {
  turn.txn.erase(Table::webhook_queue, row.id);
  ++counters_.dropped;
  turn.log(LogLevel::error, "unreadable webhook row dropped", static_cast<std::int64_t>(counters_.dropped));
  count_out(row.value.size() + kBesideValue, turn.txn);
}

// The first event of the lane gets its place in the index; one that cannot be read at once: post_due() drops it.
void WebhookQueue::place(std::string_view lane, client::Turn& turn) {
  const auto first = turn.txn.scan(Table::webhook_queue, lane_prefix(lane), 1);
  if (first.empty()) return;
  const auto item = decode_webhook_item(first.front().value);
  turn.txn.put(Table::webhook_queue, head_id(item ? item->due : turn.now.wall, lane), Bytes{kWebhooksRowVersion});
}

void WebhookQueue::fail(const InFlight& done, WebhookItem item, const WebhookDone& answer, client::Turn& turn) {
  health_.fault = fault_of(answer.status, answer.fault);
  health_.status = answer.status;
  health_.failed_at = turn.now.wall;
  ++item.attempts;
  if (answer.status == 0) note_silence(done, turn);
  const bool used_up = settings_->retry_for_s
                           ? advance(turn.now.wall) - item.since_ms >= std::int64_t{*settings_->retry_for_s} * 1000
                           : item.attempts > settings_->retry_attempts;
  if (used_up || answer.status == 410) return give_up(done, item, turn);
  turn.txn.erase(Table::webhook_queue, head_id(item.due, done.lane));
  const std::int64_t asked_ms = std::clamp<std::int64_t>(answer.retry_after_ms, 0, limits::kRetryAfterMaxMs);
  // While the receiver is silent its events wait for it alone: with its first answer all are due.
  item.due = turn.now.wall;
  if (silent_ == 0) item.due = item.due + std::max(backoff_ms(item.attempts, kRetryCapMs, turn.random), asked_ms);
  turn.txn.put(Table::webhook_queue, item_id(done.lane, done.seq), encode(item));
  save_counters(turn.txn);
  place(done.lane, turn);
}

void WebhookQueue::give_up(const InFlight& done, const WebhookItem& item, client::Turn& turn) {
  const bool gone = health_.status == 410;
  turn.log(LogLevel::warning, gone ? "webhook receiver gone, disabled" : given_up_text(health_.fault), health_.status);
  ++counters_.given_up;
  FailedDelivery failed{0, item, done.lane, health_.status, turn.now.wall};
  failed.fault = health_.fault;
  failed.slot = slot_;
  failed.seq = done.seq;
  common_.failures_changed = true;
  if (const std::size_t lost = common_.failures.keep(std::move(failed), turn.txn); lost > 0)
    turn.log(LogLevel::warning, "failed deliveries forgotten, their list is full", static_cast<std::int64_t>(lost));
  finish(done, item, turn);
  if (!gone) return;
  settings_->enabled = false;
  settings_->gone = true;
  settings_->updated = turn.now.wall;
  save_webhook(*settings_, turn.txn, slot_);
}

std::optional<MonoTime> WebhookQueue::deadline(Now now) const {
  std::optional<WallTime> next = next_due_;
  if (settings_ && !settings_->previous_secret.empty() && (!next || settings_->previous_until < *next))
    next = settings_->previous_until;
  std::optional<MonoTime> out;
  if (next) out = now.mono + std::max<std::int64_t>(0, *next - now.wall);
  const bool waits = silent_ > 0 && open_.empty() && counters_.queued > 0 && settings_ && settings_->enabled;
  if (waits && now.mono < probe_at_ && (!out || probe_at_ < *out)) out = probe_at_;
  return out;
}

std::optional<WallTime> WebhookQueue::oldest(const store::Txn& txn) const {
  std::optional<WallTime> out;
  const std::size_t kind = row_id("h").size();
  for (const store::Row& head : txn.scan(Table::webhook_queue, row_id("h"), limits::kWebhookLanesSeenMax)) {
    for (const store::Row& row : txn.scan(Table::webhook_queue, lane_prefix(head.id.substr(kind + 8)), 1)) {
      const auto item = decode_webhook_item(row.value);
      if (item && (!out || item->created_s * 1000 < out->ms)) out = WallTime{item->created_s * 1000};
    }
  }
  return out;
}

void WebhookQueue::configure(WebhookConfig settings, client::Turn& turn) {
  save_webhook(settings, turn.txn, slot_);
  if (settings_ && settings_->url != settings.url) silent_ = 0;  // another receiver
  settings_ = std::move(settings);
  look_ = true;
}

void WebhookQueue::remove(client::Turn& turn) {
  erase_webhook(turn.txn, slot_);
  settings_.reset();
  turn.txn.erase_all(Table::webhook_queue, row_id("l"));
  turn.txn.erase_all(Table::webhook_queue, row_id("h"));
  const std::uint64_t next_seq = counters_.next_seq;  // numbers are never used again
  counters_ = {};
  counters_.next_seq = next_seq;
  health_ = {};
  silent_ = 0;
  save_counters(turn.txn);
  std::vector<InFlight>().swap(open_);
  look_ = true;
}

}  // namespace wa::gateway
