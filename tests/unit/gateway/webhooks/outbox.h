// The outbox alone over a disk, with crashes at will.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "gateway/webhooks/webhooks.h"
#include "unit/gateway/gateway_fixture.h"

namespace wa::test {

inline constexpr gateway::EventName kOffer = gateway::event_named("call.offer");

struct Outbox {
  store::MemoryStore disk;
  CountingRandom random;
  Now now{{1000}, {kStartMs}};
  gateway::Config config;
  std::unique_ptr<gateway::Webhooks> webhooks;
  std::vector<PostWebhook> open;  // posted, not answered
  std::vector<std::string> logs;

  // Retries are counted; kByAge: by the age of an event, as without a choice.
  static constexpr std::uint32_t kByAge = ~std::uint32_t{0};
  explicit Outbox(std::uint32_t retries = 20) {
    config.device_id = "d";
    config.user_id = "u";
    webhooks = std::make_unique<gateway::Webhooks>(config, disk);
    gateway::WebhookConfig settings;
    settings.id = "id";
    settings.url = "https://example.com/";
    settings.events = gateway::EventMask::all();
    if (retries != kByAge) {
      settings.retry_attempts = retries;
      settings.retry_for_s.reset();
    }
    step([&](client::Turn& turn) { webhooks->configure(settings, turn); });
  }
  template <class F>
  void step(F change, bool crash_before_commit = false) {
    store::Txn txn(disk);
    std::vector<Effect> effects;
    std::vector<client::Event> events;
    client::Turn turn{now, txn, random, effects, events};
    change(turn);
    webhooks->post_due(turn);
    if (crash_before_commit) return reopen();
    disk.apply(txn.take());
    for (Effect& effect : effects) {
      if (auto* post = std::get_if<PostWebhook>(&effect)) open.push_back(std::move(*post));
      if (const auto* log = std::get_if<Log>(&effect)) logs.push_back(log->text);
    }
  }
  void enqueue(const std::string& lane, const std::string& data, bool crash = false) {
    step([&](client::Turn& turn) { webhooks->enqueue(kOffer, lane, data, turn); }, crash);
  }
  void tick(std::int64_t ms) {
    now.mono.ms += ms;
    now.wall.ms += ms;
    step([](client::Turn&) {});
  }
  void fails(std::size_t index, WebhookFault fault) { answer(index, 0, false, -1, fault); }
  void answer(std::size_t index, int status, bool crash = false, std::int64_t retry_after_ms = -1,
              WebhookFault fault = WebhookFault::none) {
    const PostWebhook post = open.at(index);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(index));
    step([&](client::Turn& turn) { webhooks->on_done({post.delivery, status, retry_after_ms, fault}, turn); }, crash);
  }
  // The wait until something is due, as long as nothing is under way.
  void wait() {
    const auto next = webhooks->deadline(now);
    REQUIRE(next);
    tick(std::max<std::int64_t>(0, *next - now.mono));
  }
  void reopen() {
    open.clear();  // whatever was under way is forgotten
    webhooks = std::make_unique<gateway::Webhooks>(config, disk);
    step([](client::Turn&) {});
  }
  std::size_t rows(char kind) const {
    std::size_t n = 0;
    for (const auto& [key, value] : disk.rows()) {
      if (key.table == store::Table::webhook_queue && key.id[0] == kind) ++n;
    }
    return n;
  }
};

inline json data_of(const PostWebhook& post) { return json::parse(post.body)["data"]; }

}  // namespace wa::test
