// Receivers that are away: what is kept, in which order, and who does not wait for whom.
#include <map>
#include <set>

#include "base/limits.h"
#include "gateway/webhooks/delivery_rows.h"
#include "store/row.h"
#include "unit/gateway/webhooks/outbox.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::data_of;
using wa::test::json;
using wa::test::kOffer;
using wa::test::Outbox;

namespace {

constexpr std::int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;

std::string numbered(int n) { return "{\"n\":" + std::to_string(n) + "}"; }

// Fails everything until the first event is given up; how long that took.
std::int64_t patience_ms(Outbox& box, int status, WebhookFault fault) {
  const std::int64_t from = box.now.wall.ms;
  for (int guard = 0; guard < 100'000 && box.webhooks->counters().given_up == 0; ++guard) {
    if (box.open.empty()) box.wait();
    else box.answer(0, status, false, -1, fault);
  }
  return box.now.wall.ms - from;
}

void choose(Outbox& box, std::uint32_t retry_for_s) {
  WebhookConfig settings = *box.webhooks->settings();
  settings.retry_for_s = retry_for_s;
  box.step([&](client::Turn& turn) { box.webhooks->configure(settings, turn); });
}

}  // namespace

TEST_CASE("without a choice an event is retried for a day, whatever goes wrong; a choice is kept, up to a week") {
  struct Row { int status; WebhookFault fault; std::uint32_t retry_for_s; };
  const Row rows[] = {{0, WebhookFault::refused, 0}, {503, WebhookFault::none, 0}, {404, WebhookFault::none, 0},
                      {0, WebhookFault::dns, 604'800}, {500, WebhookFault::none, 60}};
  for (const Row& row : rows) {
    INFO(row.status << " " << row.retry_for_s);
    Outbox box(Outbox::kByAge);
    if (row.retry_for_s != 0) choose(box, row.retry_for_s);
    const std::int64_t due_ms = row.retry_for_s != 0 ? std::int64_t{row.retry_for_s} * 1000 : kDayMs;
    box.enqueue("a", "{}");
    const std::int64_t took = patience_ms(box, row.status, row.fault);
    CHECK(took >= due_ms);
    CHECK(took <= due_ms + 13 * 60'000);
    CHECK(box.webhooks->failures().counters().kept == 1);
    CHECK(box.rows('l') == 0);
  }
}

TEST_CASE("a time that nobody ran the program, or that a clock jumped over, makes no event old") {
  Outbox box(Outbox::kByAge);
  box.enqueue("a", "{}");
  box.answer(0, 500);
  box.now.wall.ms += 400 * kDayMs;
  box.reopen();
  REQUIRE(box.open.size() == 1);
  box.answer(0, 500);
  CHECK(box.webhooks->counters().given_up == 0);
  CHECK(box.rows('l') == 1);
}

TEST_CASE("a receiver that is away for ten minutes gets everything, each chat in its order") {
  Outbox box(Outbox::kByAge);
  int next = 0;
  std::map<std::string, std::vector<int>> queued, got;
  const auto more = [&] {
    for (int chat = 0; chat < 12; ++chat) {
      const std::string lane = "chat" + std::to_string(chat);
      box.enqueue(lane, json{{"n", next}, {"lane", lane}}.dump());
      queued[lane].push_back(next++);
    }
  };
  const std::int64_t back = box.now.mono.ms + 600'000;
  more();
  std::size_t asked = 0;
  while (box.now.mono.ms < back) {
    if (!box.open.empty()) {
      box.fails(0, WebhookFault::refused);
      ++asked;
      if (asked % 4 == 0) more();
    } else {
      box.wait();
    }
  }
  CHECK(asked < 60);  // one post at a time, less and less often
  const std::int64_t from = box.now.mono.ms;
  while (box.rows('l') > 0) {
    if (box.open.empty()) {
      box.wait();
      continue;
    }
    const json data = data_of(box.open[0]);
    got[data["lane"]].push_back(data["n"]);
    box.answer(0, 200);
  }
  CHECK(got == queued);
  CHECK(box.now.mono.ms - from <= 75'000);  // no chat waits longer than the receiver
  CHECK(box.webhooks->counters().given_up == 0);
  CHECK(box.webhooks->counters().dropped == 0);
}

TEST_CASE("a replayed event comes before those of its chat that wait, and keeps its id; also over a restart") {
  const bool crash = GENERATE(false, true);
  Outbox box(0);
  for (int i = 0; i < 4; ++i) box.enqueue("a", numbered(i));
  const std::string id = json::parse(box.open[0].body)["id"];
  box.answer(0, 500);  // given up
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 1);
  box.answer(0, 500);  // given up, too
  REQUIRE(data_of(box.open[0])["n"] == 2);
  box.step([&](client::Turn& turn) { CHECK(box.webhooks->replay({}, turn).count == 2); });
  if (crash) box.reopen();
  std::vector<int> order;
  for (int guard = 0; guard < 10 && !box.open.empty(); ++guard) {
    order.push_back(data_of(box.open[0])["n"]);
    if (order.back() == 0) CHECK(json::parse(box.open[0].body)["id"] == id);
    box.answer(0, 200);
  }
  CHECK(order == (crash ? std::vector<int>{0, 1, 2, 3} : std::vector<int>{2, 0, 1, 3}));  // 2 was on its way
  CHECK(box.rows('l') == 0);
  CHECK(box.rows('h') == 0);
}

TEST_CASE("a replay while the lane's first waits for its retry: the replayed one goes first, at once") {
  Outbox box(1);
  box.enqueue("a", numbered(0));
  box.answer(0, 500);
  box.wait();
  box.answer(0, 500);  // given up
  box.enqueue("a", numbered(1));
  box.answer(0, 500);  // waits
  REQUIRE(box.open.empty());
  box.step([&](client::Turn& turn) { CHECK(box.webhooks->replay({}, turn).count == 1); });
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 0);
  CHECK(box.rows('h') == 1);
  box.answer(0, 200);
  box.wait();
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 1);
}

TEST_CASE("a receiver that never answers is asked with one post at a time, and with all as soon as it does") {
  Outbox box(Outbox::kByAge);
  for (int i = 0; i < 30; ++i) box.enqueue("lane" + std::to_string(i), numbered(i));
  REQUIRE(box.open.size() == limits::kWebhooksInFlightMax);
  while (!box.open.empty()) box.fails(0, WebhookFault::timeout);
  std::set<int> asked;
  std::int64_t last = 0;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t from = box.now.mono.ms;
    box.wait();
    REQUIRE(box.open.size() == 1);
    const std::int64_t wait = box.now.mono.ms - from;
    CHECK(wait <= 75'000);
    CHECK((i < 6 ? wait * 2 > last : wait >= 45'000));
    last = wait;
    asked.insert(data_of(box.open[0])["n"].get<int>());
    box.fails(0, WebhookFault::timeout);
  }
  CHECK(asked.size() == 12);  // not the same chat again and again
  CHECK(box.webhooks->first().suspended());
  box.wait();
  box.answer(0, 500);  // it answers, be it that it fails
  CHECK_FALSE(box.webhooks->first().suspended());
  CHECK(box.open.size() == limits::kWebhooksInFlightMax);
}

TEST_CASE("a chat whose events are never answered keeps only itself waiting, when others are") {
  Outbox box(Outbox::kByAge);
  box.enqueue("bad", numbered(0));
  box.enqueue("good", numbered(1));
  box.answer(1, 200);
  box.fails(0, WebhookFault::timeout);  // since it began, the receiver has answered
  CHECK_FALSE(box.webhooks->first().suspended());
  for (int i = 2; i < 20; ++i) {
    box.enqueue("good", numbered(i));
    REQUIRE(box.open.size() == 1);
    box.answer(0, 200);
  }
}

TEST_CASE("events that were tried before do not take all places") {
  Outbox box(Outbox::kByAge);
  for (int i = 0; i < 20; ++i) {
    box.enqueue("bad" + std::to_string(i), numbered(i));
    box.answer(0, 500);
  }
  box.tick(60'000);
  CHECK(box.open.size() == limits::kWebhooksInFlightMax - limits::kWebhookFreshMin);
  box.enqueue("new", numbered(99));
  REQUIRE(box.open.size() == limits::kWebhooksInFlightMax - limits::kWebhookFreshMin + 1);
  CHECK(data_of(box.open.back())["n"] == 99);
}

TEST_CASE("why a delivery failed is kept with it and for the whole, over restarts; success has its time") {
  struct Row { int status; WebhookFault told, kept; const char* log; };
  const Row rows[] = {{0, WebhookFault::refused, WebhookFault::refused, "webhook given up: connection refused"},
                      {0, WebhookFault::dns, WebhookFault::dns, "webhook given up: host not found"},
                      {0, WebhookFault::tls, WebhookFault::tls, "webhook given up: TLS failed"},
                      {0, WebhookFault::timeout, WebhookFault::timeout, "webhook given up: no answer in time"},
                      {0, WebhookFault::closed, WebhookFault::closed, "webhook given up: connection closed"},
                      {0, WebhookFault::none, WebhookFault::closed, "webhook given up: connection closed"},
                      {0, WebhookFault::address_not_allowed, WebhookFault::address_not_allowed,
                       "webhook given up: address not allowed"},
                      {418, WebhookFault::none, WebhookFault::status, "webhook given up: refused with this status"}};
  for (const Row& row : rows) {
    INFO(row.log);
    Outbox box(0);
    CHECK_FALSE(box.webhooks->first().health().last_success);
    box.enqueue("a", "{}");
    box.answer(0, 200);
    const WallTime success = box.now.wall;
    box.tick(1'000);
    box.enqueue("a", "{}");
    box.answer(0, row.status, false, -1, row.told);
    CHECK(box.logs == std::vector<std::string>{row.log});
    box.reopen();
    const WebhookHealth& health = box.webhooks->first().health();
    CHECK(health.last_success == success);
    CHECK(health.failed_at == box.now.wall);
    CHECK(health.fault == row.kept);
    CHECK(health.status == row.status);
    store::Txn txn(box.disk);
    const auto page = box.webhooks->failures().page(~std::uint64_t{0}, 1, txn);
    REQUIRE(page.items.size() == 1);
    CHECK(page.items[0].fault == row.kept);
    CHECK(box.webhooks->counters().given_up == 1);
  }
}

TEST_CASE("what leaves the list of the failed without a replay is counted and said: too many, too old") {
  Outbox box(0);
  for (std::size_t i = 0; i < limits::kWebhookFailedMax + 5; ++i) {
    box.enqueue("a", "{}");
    box.answer(0, 500);
  }
  CHECK(box.webhooks->failures().counters().forgotten == 5);
  CHECK(std::count(box.logs.begin(), box.logs.end(), "failed deliveries forgotten, their list is full") == 5);
  box.reopen();
  CHECK(box.webhooks->failures().counters().forgotten == 5);
  for (int hour = 0; hour < 8 * 24; ++hour) box.tick(kHourMs);
  CHECK(box.webhooks->failures().counters().kept == 0);
  CHECK(box.webhooks->failures().counters().forgotten == limits::kWebhookFailedMax + 5);
  CHECK(std::count(box.logs.begin(), box.logs.end(), "failed deliveries forgotten, they are old") > 0);
}

TEST_CASE("the oldest event that waits is known") {
  Outbox box(Outbox::kByAge);
  const auto oldest = [&] {
    store::Txn txn(box.disk);
    return box.webhooks->first().oldest(txn);
  };
  CHECK_FALSE(oldest());
  box.enqueue("b", "{}");
  const WallTime first = box.now.wall;
  box.tick(5'000);
  box.enqueue("a", "{}");
  CHECK(oldest() == first);
  box.answer(0, 200);
  CHECK(oldest() == box.now.wall);
}

TEST_CASE("events and failed deliveries of the former version are read, and go on") {
  Outbox box(0);
  box.enqueue("a", numbered(0));
  box.answer(0, 500);
  box.enqueue("a", numbered(1));
  store::Txn txn(box.disk);
  for (const auto& [key, value] : box.disk.rows()) {
    Bytes row = value;
    if (key.table == store::Table::webhook_queue && key.id[0] == 'l') row.resize(row.size() - 8);
    else if (key.table == store::Table::webhook_queue && key.id == "n") row.resize(1 + 9 * 8);
    else if (key.table == store::Table::webhook_failed) {
      row.resize(row.size() - 10);  // why, of which webhook, its place
      const auto since = row.end() - (4 + 1 + 4 + 8 + 8) - 8;  // lane, status, two times; before them: since when
      row.erase(since, since + 8);
    } else continue;
    row[0] = 1;
    txn.put(key.table, key.id, row);
  }
  box.disk.apply(txn.take());
  box.reopen();
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 1);
  box.answer(0, 200);
  store::Txn reading(box.disk);
  const auto page = box.webhooks->failures().page(~std::uint64_t{0}, 5, reading);
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].fault == WebhookFault::status);
  CHECK(box.webhooks->failures().counters().kept_of[0] == 1);
  box.step([&](client::Turn& turn) { CHECK(box.webhooks->replay({}, turn).count == 1); });
  REQUIRE(box.open.size() == 1);
  CHECK(data_of(box.open[0])["n"] == 0);
}
