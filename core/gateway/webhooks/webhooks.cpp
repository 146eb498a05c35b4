// tested by unit/gateway/webhooks/queue_test.cpp
#include "gateway/webhooks/webhooks.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kTestsMax = 8;

std::vector<WebhookSlot> stored_slots(const store::StoreView& stored) {
  std::vector<WebhookSlot> out{0};
  for (WebhookSlot slot = 1; slot < limits::kWebhooksMax; ++slot) {
    if (stored.get({store::Table::webhook, webhook_row_id(slot)})) out.push_back(slot);
  }
  return out;
}

// Most devices have one webhook or none: one read tells.
bool only_first(const store::StoreView& stored) {
  const auto rows = stored.scan(store::Table::webhook, webhook_row_id(1), 1);
  return rows.empty();
}

std::vector<WebhookSlot> slots_in(const store::StoreView& stored) {
  return only_first(stored) ? std::vector<WebhookSlot>{0} : stored_slots(stored);
}

}  // namespace

Result<void> Webhooks::check(const store::StoreView& stored) {
  for (const WebhookSlot slot : slots_in(stored)) WA_TRY(WebhookQueue::check(stored, slot));
  return {};
}

Webhooks::Webhooks(const Config& config, const store::StoreView& stored)
    : common_{config, WebhookFailures(stored, config.webhook_failed_bytes_max)} {
  for (const WebhookSlot slot : slots_in(stored)) {
    queues_.push_back(std::make_unique<WebhookQueue>(
        common_, slot, load_webhook(stored, slot),
        stored.get({store::Table::webhook_queue, WebhookQueue::counters_id(slot)})));
  }
  recount();
}

void Webhooks::recount() { common_.webhooks = std::max<std::size_t>(1, slots().size()); }

bool Webhooks::listens(EventName event) const {
  return std::any_of(queues_.begin(), queues_.end(), [&](const auto& one) {
    return one->settings() && one->settings()->events.has(event);
  });
}

bool Webhooks::wants(EventName event) const {
  return std::any_of(queues_.begin(), queues_.end(), [&](const auto& one) {
    return one->settings() && one->settings()->wants(event);
  });
}

void Webhooks::enqueue(EventName event, std::string_view lane, std::string_view data, client::Turn& turn) {
  for (const auto& one : queues_) one->offer(event, lane, data, turn);
}

std::optional<WebhookTested> Webhooks::on_done(const WebhookDone& done, client::Turn& turn) {
  const auto test = std::find_if(tests_.begin(), tests_.end(),
                                 [&](const Test& one) { return one.delivery == done.delivery; });
  WebhookQueue* queue = of_slot(slot_of(done.delivery));
  if (test == tests_.end()) {
    if (queue) queue->on_done(done, turn);
    return std::nullopt;
  }
  if (queue && done.status != 0) queue->note_alive();
  const WebhookTested out{test->waiter, done.status, fault_of(done.status, done.fault), turn.now.mono - test->since};
  tests_.erase(test);
  return out;
}

bool Webhooks::test(WebhookSlot slot, client::CommandId waiter, client::Turn& turn) {
  WebhookQueue* queue = of_slot(slot);
  if (!queue || !queue->settings() || tests_.size() >= kTestsMax) return false;
  const std::uint64_t delivery = delivery_of(slot, kTestDelivery | next_test_++);
  tests_.push_back({delivery, waiter, turn.now.mono});
  const std::string id = uuid_v4(turn.random);
  const std::string data = build_test_data(queue->settings()->id, turn.now.wall);
  const Config& config = common_.config;
  const Envelope envelope{id, "webhook.test", turn.now.wall.seconds(), config.device_id, config.user_id, data};
  turn.effect(queue->build_post(delivery, envelope, turn.now.wall));
  return true;
}

void Webhooks::expire(client::Turn& turn) {
  const std::uint64_t before = common_.failures.counters().forgotten;
  if (!common_.failures.expire(turn.now.wall, turn.txn)) return;
  common_.failures_changed = true;
  const std::uint64_t gone = common_.failures.counters().forgotten - before;
  if (gone == 0) return;
  turn.log(LogLevel::warning, "failed deliveries forgotten, they are old", static_cast<std::int64_t>(gone));
}

void Webhooks::post_due(client::Turn& turn) {
  expire(turn);
  for (const auto& one : queues_) one->post_due(turn);
  if (common_.failures_changed) first().save_counters(turn.txn);
}

std::optional<MonoTime> Webhooks::deadline(Now now) const {
  std::optional<MonoTime> out;
  const auto sooner = [&](std::optional<MonoTime> time) {
    if (time && (!out || *time < *out)) out = time;
  };
  if (const auto oldest = common_.failures.deadline()) sooner(now.mono + std::max<std::int64_t>(0, *oldest - now.wall));
  for (const auto& one : queues_) sooner(one->deadline(now));
  return out;
}

std::vector<WebhookSlot> Webhooks::slots() const {
  std::vector<WebhookSlot> out;
  for (const auto& one : queues_) {
    if (one->settings()) out.push_back(one->slot());
  }
  return out;
}

WebhookQueue* Webhooks::of_slot(WebhookSlot slot) {
  for (const auto& one : queues_) {
    if (one->slot() == slot) return one.get();
  }
  return nullptr;
}

WebhookQueue* Webhooks::find(std::string_view id) {
  for (const auto& one : queues_) {
    if (one->settings() && one->settings()->id == id) return one.get();
  }
  return nullptr;
}

std::optional<WebhookSlot> Webhooks::free_slot() const {
  const auto used = slots();
  if (used.size() >= limits::kWebhooksMax) return std::nullopt;
  for (WebhookSlot slot = 0; slot < limits::kWebhooksMax; ++slot) {
    if (std::find(used.begin(), used.end(), slot) == used.end()) return slot;
  }
  return std::nullopt;
}

void Webhooks::configure(WebhookConfig settings, client::Turn& turn, WebhookSlot slot) {
  if (!of_slot(slot)) {
    const auto later = [&](const auto& one) { return one->slot() > slot; };
    const auto after = std::find_if(queues_.begin(), queues_.end(), later);
    const auto counters = turn.txn.get(store::Table::webhook_queue, WebhookQueue::counters_id(slot));
    queues_.insert(after, std::make_unique<WebhookQueue>(common_, slot, std::nullopt, counters));
  }
  of_slot(slot)->configure(std::move(settings), turn);
  recount();
}

void Webhooks::remove(client::Turn& turn, WebhookSlot slot) {
  of_slot(slot)->remove(turn);
  std::erase_if(tests_, [&](const Test& one) { return slot_of(one.delivery) == slot; });
  if (slot != 0) {
    std::erase_if(queues_, [&](const auto& one) { return one->slot() == slot; });
    const std::size_t lost = common_.failures.forget(slot, turn.txn);
    if (lost > 0) {
      common_.failures_changed = true;
      turn.log(LogLevel::warning, "failed deliveries forgotten with their webhook", static_cast<std::int64_t>(lost));
    }
  }
  recount();
}

Webhooks::Totals Webhooks::totals() const {
  Totals out;
  out.failed = common_.failures.counters().kept;
  out.forgotten = common_.failures.counters().forgotten;
  for (const auto& one : queues_) {
    const WebhookCounters& counters = one->counters();
    out.queued += counters.queued;
    out.dropped += counters.dropped;
    out.given_up += counters.given_up;
    out.missed += counters.missed;
    out.suspended += one->suspended() ? 1 : 0;
  }
  return out;
}

}  // namespace wa::gateway
