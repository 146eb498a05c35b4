#include "gateway/webhooks/webhooks.h"

#include "base/limits.h"
#include "unit/gateway/webhooks/outbox.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::data_of;
using wa::test::json;
using wa::test::kOffer;
using wa::test::Outbox;

namespace {

WebhookConfig hook(const char* id, std::optional<std::uint32_t> retry_for_s = kRetryForDefaultS) {
  WebhookConfig out;
  out.id = id;
  out.url = std::string("https://example.com/") + id;
  out.events = EventMask::all();
  out.retry_for_s = retry_for_s;
  out.retry_attempts = 0;
  return out;
}

void add(Outbox& box, WebhookConfig settings, WebhookSlot slot) {
  box.step([&](client::Turn& turn) { box.webhooks->configure(std::move(settings), turn, slot); });
}

std::vector<std::size_t> at_url(const Outbox& box, const std::string& end) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < box.open.size(); ++i) {
    if (box.open[i].url.ends_with(end)) out.push_back(i);
  }
  return out;
}

}  // namespace

TEST_CASE("each webhook gets the event, in its own order; one that fails does not hold up the others") {
  Outbox box(Outbox::kByAge);
  add(box, hook("two"), 1);
  add(box, hook("three"), 2);
  for (int i = 0; i < 40; ++i) {
    box.enqueue("a", "{\"n\":" + std::to_string(i) + "}");
    for (const auto& at : {"/", "three"}) {
      const auto mine = at_url(box, at);
      REQUIRE(mine.size() == 1);
      CHECK(data_of(box.open[mine[0]])["n"] == i);
      box.answer(mine[0], 200);
    }
    const auto silent = at_url(box, "two");
    CHECK(silent.size() <= 1);
    if (i % 10 == 0 && !silent.empty()) box.fails(silent[0], WebhookFault::timeout);
  }
  CHECK(box.webhooks->of_slot(1)->counters().queued == 40);
  CHECK(box.webhooks->counters().queued == 0);
  box.reopen();
  CHECK(box.webhooks->of_slot(1)->counters().queued == 40);
  CHECK(box.webhooks->slots() == std::vector<WebhookSlot>{0, 1, 2});
  for (int i = 0; i < 40; ++i) {
    while (box.open.empty()) box.wait();
    CHECK(data_of(box.open[0])["n"] == i);
    box.answer(0, 200);
  }
  CHECK(box.webhooks->totals().queued == 0);
}

TEST_CASE("webhooks share the room of the queue: a full one leaves the others theirs") {
  Outbox box(Outbox::kByAge);
  box.config.webhook_bytes_max = 2u << 20;
  add(box, hook("two"), 1);
  const std::string large = "\"" + std::string(200'000, 'x') + "\"";
  int n = 0;
  while (box.webhooks->of_slot(1)->counters().dropped == 0 && n++ < 100) {
    box.enqueue("a", large);
    box.answer(at_url(box, "/").at(0), 200);  // the first takes all, the second nothing
  }
  CHECK(box.webhooks->counters().dropped == 0);
  CHECK(box.webhooks->of_slot(1)->counters().bytes <= box.config.webhook_bytes_max / 2);
  CHECK(box.webhooks->of_slot(1)->counters().queued == 5);
}

TEST_CASE("what a disabled webhook would have been told is counted, what its filter keeps out is not") {
  Outbox box(Outbox::kByAge);
  WebhookConfig settings = hook("two");
  settings.enabled = false;
  settings.filter.kinds = 1 << 1;
  add(box, settings, 1);
  CHECK(box.webhooks->listens(kOffer));
  box.enqueue("5511888888888@s.whatsapp.net", "{}");
  box.enqueue("120363000000000001@g.us", "{}");
  CHECK(box.webhooks->of_slot(1)->counters().missed == 1);
  box.reopen();
  CHECK(box.webhooks->of_slot(1)->counters().missed == 1);
  CHECK(box.webhooks->of_slot(1)->counters().queued == 0);
  settings.enabled = true;
  add(box, settings, 1);
  box.enqueue("120363000000000001@g.us", "{}");
  CHECK(box.webhooks->of_slot(1)->counters().queued == 1);
}

TEST_CASE("what failed belongs to its webhook, is replayed there, and goes with any but the first") {
  Outbox box(0);
  add(box, hook("two", std::nullopt), 1);
  box.enqueue("a", R"({"n":1})");
  while (!box.open.empty()) box.answer(0, 500);
  CHECK(box.webhooks->failures().counters().kept_of[0] == 1);
  CHECK(box.webhooks->failures().counters().kept_of[1] == 1);
  box.reopen();
  box.step([&](client::Turn& turn) { CHECK(box.webhooks->of_slot(1)->replay({}, turn).count == 1); });
  REQUIRE(box.open.size() == 1);
  CHECK(box.open[0].url == "https://example.com/two");
  CHECK(slot_of(box.open[0].delivery) == 1);
  box.answer(0, 404);
  box.step([&](client::Turn& turn) { box.webhooks->remove(turn, 1); });
  CHECK(box.webhooks->failures().counters().kept == 1);
  CHECK(box.webhooks->failures().counters().forgotten == 1);
  CHECK(box.logs.back() == "failed deliveries forgotten with their webhook");
  box.step([&](client::Turn& turn) { box.webhooks->remove(turn); });
  CHECK(box.webhooks->failures().counters().kept == 1);
  // The counters of the second: its numbers are not used again.
  CHECK(box.rows('l') + box.rows('h') + box.rows('1') == 1);
}

TEST_CASE("a webhook that was removed gets no answer of before, and another takes its place") {
  Outbox box(Outbox::kByAge);
  add(box, hook("two"), 1);
  box.enqueue("a", R"({"n":1})");
  const PostWebhook before = box.open.at(at_url(box, "two").at(0));
  box.step([&](client::Turn& turn) { box.webhooks->remove(turn, 1); });
  CHECK(box.webhooks->free_slot() == 1);
  add(box, hook("new"), 1);
  box.enqueue("a", R"({"n":2})");
  box.step([&](client::Turn& turn) { (void)box.webhooks->on_done({before.delivery, 200, -1}, turn); });
  CHECK(box.webhooks->of_slot(1)->counters().queued == 1);
  CHECK(box.webhooks->find("new"));
  CHECK_FALSE(box.webhooks->find("two"));
}

TEST_CASE("there may be eight") {
  Outbox box(Outbox::kByAge);
  for (WebhookSlot slot = 1; slot < limits::kWebhooksMax; ++slot) {
    REQUIRE(box.webhooks->free_slot() == slot);
    add(box, hook(std::to_string(slot).c_str()), slot);
  }
  CHECK_FALSE(box.webhooks->free_slot());
  box.enqueue("a", "{}");
  CHECK(box.open.size() == limits::kWebhooksMax);
  box.reopen();
  CHECK(box.open.size() == limits::kWebhooksMax);
}

TEST_CASE("a test goes beside the queue, and its result to whoever asked; an answer wakes a silent receiver's queue") {
  Outbox box(Outbox::kByAge);
  box.enqueue("a", "{}");
  box.fails(0, WebhookFault::refused);
  REQUIRE(box.open.empty());
  box.step([&](client::Turn& turn) { CHECK(box.webhooks->test(0, 7, turn)); });
  REQUIRE(box.open.size() == 1);
  const json body = json::parse(box.open[0].body);
  CHECK(body["event"] == "webhook.test");
  CHECK(body["data"]["webhook_id"] == "id");
  box.now.mono.ms += 40;
  std::optional<WebhookTested> done;
  const std::uint64_t delivery = box.open[0].delivery;
  box.step([&](client::Turn& turn) { done = box.webhooks->on_done({delivery, 204, -1}, turn); });
  REQUIRE(done);
  CHECK(done->waiter == 7);
  CHECK(done->status == 204);
  CHECK(done->took_ms == 40);
  CHECK(box.open.size() == 2);  // the test, and what waited
  CHECK(box.webhooks->counters().queued == 1);
}
