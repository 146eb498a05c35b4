#include "unit/gateway/webhooks/outbox.h"

#include <algorithm>
#include <random>
#include <set>

#include "base/limits.h"
#include "gateway/webhooks/event_names.h"
#include "store/row.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::json;

using wa::test::data_of;
using wa::test::kOffer;
using wa::test::Outbox;

TEST_CASE("an event is posted in the step that queued it and gone when answered") {
  Outbox box;
  box.enqueue("a", R"({"n":1})");
  REQUIRE(box.open.size() == 1);
  CHECK(box.rows('l') == 1);
  CHECK(box.open[0].timeout_ms == 30'000);
  box.answer(0, 204);
  CHECK(box.rows('l') == 0);
  CHECK(box.rows('h') == 0);
  CHECK(box.webhooks->counters().queued == 0);
  CHECK_FALSE(box.webhooks->deadline(box.now));
}

TEST_CASE("a lane is served one at a time and in order; lanes do not wait for each other") {
  Outbox box;
  for (int i = 0; i < 3; ++i) {
    box.enqueue("a", "{\"n\":" + std::to_string(i) + "}");
    box.tick(1);  // later events of the lane must not bring its retry forward
  }
  box.enqueue("b", R"({"n":9})");
  REQUIRE(box.open.size() == 2);
  CHECK(data_of(box.open[0])["n"] == 0);
  CHECK(data_of(box.open[1])["n"] == 9);
  box.answer(0, 500);            // lane a waits for its retry
  REQUIRE(box.open.size() == 1);
  box.answer(0, 200);            // lane b goes on
  box.enqueue("b", R"({"n":10})");
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 10);
  box.tick(2'000);
  REQUIRE(box.open.size() == 2);
  CHECK(data_of(box.open[1])["n"] == 0);  // first what failed first
}

TEST_CASE("at most eight posts are open, the rest follow") {
  Outbox box;
  for (int i = 0; i < 50; ++i) box.enqueue("lane" + std::to_string(i), "{}");
  CHECK(box.open.size() == limits::kWebhooksInFlightMax);
  std::size_t served = 0;
  while (!box.open.empty()) {
    box.answer(0, 200);
    ++served;
    CHECK(box.open.size() <= limits::kWebhooksInFlightMax);
  }
  CHECK(served == 50);
}

TEST_CASE("retries: schedule, Retry-After, giving up, gone") {
  SECTION("exponential, a quarter more or less, then kept as failed") {
    Outbox box(3);
    box.enqueue("a", "{}");
    const std::string id = json::parse(box.open[0].body)["id"];
    for (std::int64_t base : {1000, 2000, 4000}) {
      box.answer(0, 503);
      CHECK(box.open.empty());
      const auto deadline = box.webhooks->deadline(box.now);
      REQUIRE(deadline);
      const std::int64_t wait = *deadline - box.now.mono;
      CHECK(wait >= base * 3 / 4);
      CHECK(wait <= base * 5 / 4);
      box.tick(wait - 1);
      CHECK(box.open.empty());
      box.tick(1);
      REQUIRE(box.open.size() == 1);
      CHECK(json::parse(box.open[0].body)["id"] == id);
    }
    box.answer(0, 0);
    CHECK(box.rows('l') == 0);
    CHECK(box.webhooks->failures().counters().kept == 1);
    CHECK(box.disk.scan(store::Table::webhook_failed, "", 10).size() == 1);
  }
  SECTION("Retry-After is honoured up to an hour") {
    Outbox box;
    box.enqueue("a", "{}");
    box.answer(0, 429, false, 90'000);
    CHECK(*box.webhooks->deadline(box.now) - box.now.mono == 90'000);
    box.tick(90'000);
    box.answer(0, 429, false, 86'400'000);
    CHECK(*box.webhooks->deadline(box.now) - box.now.mono == limits::kRetryAfterMaxMs);
  }
  SECTION("410 disables and keeps what is queued") {
    Outbox box;
    box.enqueue("a", R"({"n":1})");
    box.enqueue("a", R"({"n":2})");
    box.answer(0, 410);
    CHECK(box.open.empty());
    REQUIRE(box.webhooks->settings());
    CHECK_FALSE(box.webhooks->settings()->enabled);
    CHECK(box.webhooks->settings()->gone);
    CHECK_FALSE(box.webhooks->wants(kOffer));
    CHECK(box.rows('l') == 1);
    WebhookConfig again = *box.webhooks->settings();
    again.enabled = true;
    again.gone = false;
    box.step([&](client::Turn& turn) { box.webhooks->configure(again, turn); });
    REQUIRE(box.open.size() == 1);
    CHECK(data_of(box.open[0])["n"] == 2);
  }
  SECTION("only 2xx is success") {
    for (const int status : {0, 100, 199, 300, 301, 302, 304, 400, 404, 500}) {
      Outbox box;
      box.enqueue("a", "{}");
      box.answer(0, status);
      INFO(status);
      CHECK(box.rows('l') == 1);
    }
  }
  SECTION("the failed are bounded, the oldest go") {
    Outbox box(0);
    for (std::size_t i = 0; i < limits::kWebhookFailedMax + 5; ++i) {
      box.enqueue("a", "{}");
      box.answer(0, 500);
    }
    const auto kept = box.disk.scan(store::Table::webhook_failed, "", 10'000);
    CHECK(kept.size() == limits::kWebhookFailedMax);
    CHECK(store::from_ordered(kept.front().id) == 6);
  }
}

TEST_CASE("a clock that goes back does not hold events up") {
  Outbox box;
  box.enqueue("a", "{}");
  box.answer(0, 500);
  box.now.wall.ms -= 30LL * 86'400'000;
  box.tick(0);
  CHECK(box.open.size() == 1);
}

TEST_CASE("a full queue drops the newest, counted") {
  Outbox box;
  // Pretend the counter: filling 100,000 rows shows nothing more.
  store::Txn txn(box.disk);
  RowWriter row(1);
  row.u64(7).u64(limits::kWebhookQueueMax).u64(0).u64(0).u64(1);
  txn.put(store::Table::webhook_queue, "n", std::move(row).finish());
  box.disk.apply(txn.take());
  box.reopen();
  box.enqueue("a", "{}");
  CHECK(box.open.empty());
  CHECK(box.rows('l') == 0);
  CHECK(box.webhooks->counters().dropped == 1);
  box.reopen();
  CHECK(box.webhooks->counters().dropped == 1);
}

TEST_CASE("the queues of a device share what they are given, and each has room for its largest item") {
  const auto sum = [](const Config& config) {
    return config.client.outbox_bytes_max + config.webhook_bytes_max + config.webhook_failed_bytes_max;
  };
  const Config whole;
  CHECK(sum(whole) == limits::kOutboxBytesMax + limits::kWebhookQueueBytesMax + limits::kWebhookFailedBytesMax);
  for (const std::uint64_t bytes : {std::uint64_t{4} << 20, std::uint64_t{20} << 20, sum(whole), ~std::uint64_t{0}, std::uint64_t{0}}) {
    Config config;
    config.share_queues(bytes);
    CHECK(sum(config) <= std::max<std::uint64_t>(bytes, 2u << 20));
    CHECK(sum(config) <= sum(whole));
    CHECK(config.client.outbox_bytes_max >= limits::kMessageBytesMax);
    CHECK(config.webhook_bytes_max > limits::kWebhookEventBytesMax);
    CHECK(config.webhook_failed_bytes_max > limits::kWebhookEventBytesMax);
  }
}

TEST_CASE("the queue is bounded in bytes, counted as rows come and go") {
  Outbox box;
  const bool shared = GENERATE(false, true);
  if (shared) box.config.share_queues(4u << 20);
  const std::uint64_t most = shared ? box.config.webhook_bytes_max : limits::kWebhookQueueBytesMax;
  CHECK(shared == (most < limits::kWebhookQueueBytesMax / 8));
  const std::string large = "\"" + std::string(limits::kWebhookEventBytesMax - 2, 'x') + "\"";
  box.enqueue("a", large + " ");
  CHECK(box.webhooks->counters().dropped == 1);  // larger than an event may be
  std::size_t taken = 0;
  while (box.webhooks->counters().dropped == 1 && taken < 1000) {
    box.enqueue("a", large);
    ++taken;
  }
  --taken;
  std::size_t bytes = 0;
  for (const auto& [key, value] : box.disk.rows()) bytes += key.id[0] == 'l' ? value.size() : 0;
  CHECK(bytes <= most);
  CHECK(bytes + 2 * large.size() > most);
  box.reopen();
  box.enqueue("b", large);
  CHECK(box.webhooks->counters().dropped == 3);
  box.answer(box.open.size() - 1, 200);  // one has left: there is room for one
  box.enqueue("b", large);
  CHECK(box.webhooks->counters().dropped == 3);
  CHECK(box.webhooks->counters().queued == taken);
  box.step([&](client::Turn& turn) { box.webhooks->remove(turn); });
  CHECK(box.webhooks->counters().bytes == 0);
}

TEST_CASE("deleting the configuration stops delivery; a late answer is ignored") {
  Outbox box;
  box.enqueue("a", R"({"n":1})");
  box.enqueue("a", R"({"n":2})");
  box.step([&](client::Turn& turn) { box.webhooks->remove(turn); });
  box.answer(0, 200);
  CHECK(box.open.empty());
  CHECK(box.rows('l') + box.rows('h') == 0);
  box.enqueue("a", "{}");
  CHECK(box.rows('l') == 0);
}

TEST_CASE("property: random receivers and crashes lose nothing and keep the order of every lane") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 dice(seed);
    Outbox box;
    std::map<std::string, std::vector<int>> queued, delivered;  // delivered: as the receiver accepted, repeats dropped
    std::map<int, std::string> ids;                             // event number -> id, over all attempts
    int next = 0;
    const auto receive = [&](const PostWebhook& post, bool accept) {
      const json body = json::parse(post.body);
      const int n = body["data"]["n"];
      const std::string lane = body["data"]["lane"];
      const auto [known, fresh] = ids.emplace(n, body["id"].get<std::string>());
      REQUIRE(known->second == body["id"].get<std::string>());
      (void)fresh;
      if (!accept) return;
      auto& seen = delivered[lane];
      if (std::find(seen.begin(), seen.end(), n) == seen.end()) seen.push_back(n);
    };
    for (int round = 0; round < 120; ++round) {
      const bool crash = dice() % 10 == 0;
      switch (dice() % 4) {
        case 0:
        case 1: {
          const std::string lane(1, static_cast<char>('a' + dice() % 12));
          const std::string data = json{{"n", next}, {"lane", lane}}.dump();
          if (!crash) queued[lane].push_back(next);
          ++next;
          box.enqueue(lane, data, crash);
          break;
        }
        case 2:
          if (!box.open.empty()) {
            const std::size_t pick = dice() % box.open.size();
            const bool accept = dice() % 3 != 0;
            receive(box.open[pick], accept);
            box.answer(pick, accept ? 200 : 500, crash);
          }
          break;
        default: box.tick(static_cast<std::int64_t>(dice() % 3000)); break;
      }
      std::set<std::string> lanes;
      for (const PostWebhook& post : box.open) {
        INFO("seed=" << seed << " round=" << round);
        REQUIRE(lanes.insert(data_of(post)["lane"]).second);
      }
      REQUIRE(box.open.size() <= limits::kWebhooksInFlightMax);
    }
    for (int guard = 0; guard < 100'000 && (box.rows('l') > 0 || !box.open.empty()); ++guard) {
      if (box.open.empty()) box.tick(1'000'000);
      else {
        receive(box.open[0], true);
        box.answer(0, 200);
      }
    }
    INFO("seed=" << seed);
    CHECK(delivered == queued);
    CHECK(box.rows('h') == 0);
    CHECK(box.webhooks->counters().queued == 0);
  }
}

TEST_CASE("bytes that a former version did not count are counted once, by the first change") {
  Outbox box(0);
  box.enqueue("b", R"({"failed":true})");
  box.answer(0, 500);
  for (int i = 0; i < 300; ++i) box.enqueue("a", R"({"n":1})");
  const auto expected = box.webhooks->counters();
  const auto failed = box.webhooks->failures().counters();
  REQUIRE((expected.bytes > 0 && failed.bytes > 0));
  store::Txn txn(box.disk);
  Bytes row = *txn.get(store::Table::webhook_queue, "n");
  row.resize(1 + 5 * 8);  // as it was written then
  row[0] = 1;
  txn.put(store::Table::webhook_queue, "n", row);
  box.disk.apply(txn.take());
  box.reopen();
  box.enqueue("a", R"({"n":1})");
  const std::uint64_t one = expected.bytes / 300;
  CHECK(box.webhooks->counters().bytes == expected.bytes + one);
  CHECK(box.webhooks->failures().counters().bytes == failed.bytes);
  box.reopen();
  box.answer(0, 200);
  CHECK(box.webhooks->counters().bytes == expected.bytes);
}

TEST_CASE("rows that cannot be read are counted out and told; their lane goes on") {
  Outbox box;
  for (int i = 0; i < 5; ++i) box.enqueue("a", "{\"n\":" + std::to_string(i) + "}");
  const std::uint64_t one = box.webhooks->counters().bytes / 5;
  const auto damage = [&](std::uint64_t seq) {
    store::Txn txn(box.disk);
    const std::string id = std::string("la") + '\0' + store::ordered(seq);
    Bytes row = *txn.get(store::Table::webhook_queue, id);
    row.front() = 99;
    txn.put(store::Table::webhook_queue, id, row);
    box.disk.apply(txn.take());
  };
  SECTION("those that wait") {
    damage(2);
    damage(3);
    box.answer(0, 200);
    box.tick(0);
    box.tick(0);
    REQUIRE(box.open.size() == 1);
    CHECK(data_of(box.open[0])["n"] == 3);
    CHECK(box.webhooks->counters().queued == 2);
    CHECK(box.webhooks->counters().dropped == 2);
    CHECK(box.webhooks->counters().bytes == 2 * one);
  }
  SECTION("the one that is on its way") {
    damage(1);
    box.answer(0, 200);
    box.tick(0);
    REQUIRE(box.open.size() == 1);
    CHECK(data_of(box.open[0])["n"] == 1);
    CHECK(box.webhooks->counters().queued == 4);
    CHECK(box.webhooks->counters().bytes == 4 * one);
  }
  while (!box.open.empty()) box.answer(0, 200);
  CHECK(box.rows('l') + box.rows('h') == 0);
  CHECK(box.webhooks->counters().queued == 0);
  CHECK(box.webhooks->counters().bytes == 0);
}

TEST_CASE("a place in the index that was left behind brings no retry forward") {
  Outbox box;
  box.enqueue("a", "{}");
  store::Txn txn(box.disk);
  txn.put(store::Table::webhook_queue, "h" + store::ordered(1) + "a", Bytes{1});
  box.disk.apply(txn.take());
  box.answer(0, 500);
  box.tick(0);
  CHECK(box.open.empty());
  CHECK(box.rows('h') == 1);
  box.tick(2'000);
  CHECK(box.open.size() == 1);
}
