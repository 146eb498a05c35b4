// Deliveries that were given up, their replay, and the rotation of the secret.
#include <sodium.h>

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/webhooks/failed.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::Answered;
using wa::test::GatewayFixture;
using wa::test::json;

namespace {

struct Failing : GatewayFixture {
  Failing() { configure("old-secret"); }

  void configure(const char* secret) {
    const json body{{"webhook_url", "https://example.com/hook"}, {"enabled_events", {"call.offer", "contact.pushname"}},
                    {"retry_attempts", 0}, {"secret", secret}};
    REQUIRE(call("POST", "/webhook", body.dump()).status == 200);
  }
  void rename(const char* user, const char* name) { raise(client::PushNameChanged{*wire::parse_jid(user), name}); }
  // An event that is posted and refused.
  std::string give_up(int status = 500, const char* name = "Maria") {
    rename("5511888888888@s.whatsapp.net", name);
    const std::string id = id_of(posts.back());
    acknowledge(posts.size() - 1, status);
    return id;
  }
  static std::string id_of(const PostWebhook& post) { return json::parse(post.body)["id"]; }
  static std::string header(const PostWebhook& post, const char* name) {
    for (const auto& [key, value] : post.headers) {
      if (key == name) return value;
    }
    return {};
  }
  json failed(const std::string& query = "") { return call("GET", "/webhook/failed" + query).body; }
};

// Not our HMAC: libsodium's, straight.
Bytes hmac(const std::string& key, const std::string& text) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  Bytes mac(32);
  crypto_auth_hmacsha256_final(&state, mac.data());
  return mac;
}
std::string envelope_signature(const std::string& key, const PostWebhook& post) {
  const std::string unsigned_body = post.body.substr(0, post.body.find(",\"signature\":")) + "}";
  return "sha256=" + hex(hmac(key, unsigned_body));
}
std::string header_signature(const std::string& key, const PostWebhook& post) {
  return "v1," + base64(hmac(key, Failing::header(post, "webhook-id") + "." + Failing::header(post, "webhook-timestamp") + "." +
                                      post.body));
}

}  // namespace

TEST_CASE("GET /webhook/failed: what was given up, newest first, in pages") {
  Failing at;
  CHECK(at.failed() == json{{"success", true}, {"failed", json::array()}, {"count", 0}, {"next", nullptr}});
  const std::string first = at.give_up(500);
  at.advance(60'000);
  const std::string second = at.give_up(0, "Ana");
  const json both = at.failed();
  CHECK(both["count"] == 2);
  CHECK(both["next"].is_null());
  REQUIRE(both["failed"].size() == 2);
  CHECK(both["failed"][0] == json{{"id", second}, {"event", "contact.pushname"}, {"timestamp", "2026-01-01T00:01:00Z"},
                                  {"failed_at", "2026-01-01T00:01:00Z"}, {"attempts", 1}, {"last_status", nullptr},
                                  {"last_error", {{"reason", "closed"}, {"status", nullptr},
                                                  {"message", "the connection ended without an HTTP answer"}}},
                                  {"data", {{"jid", "5511888888888@s.whatsapp.net"}, {"push_name", "Ana"},
                                            {"timestamp", "2026-01-01T00:01:00Z"}}}});
  CHECK(both["failed"][1]["id"] == first);
  CHECK(both["failed"][1]["last_status"] == 500);

  const json page = at.failed("?limit=1");
  CHECK(page["failed"].size() == 1);
  CHECK(page["failed"][0]["id"] == second);
  REQUIRE(page["next"].is_string());
  const json rest = at.failed("?limit=1&before=" + page["next"].get<std::string>());
  CHECK(rest["failed"].size() == 1);
  CHECK(rest["failed"][0]["id"] == first);
  CHECK(rest["next"].is_null());
  for (const char* bad : {"?limit=0", "?limit=201", "?limit=x", "?before=x", "?before=0", "?limit=1&before=-3"}) {
    INFO(bad);
    CHECK(at.call("GET", std::string("/webhook/failed") + bad).status == 400);
  }
}

TEST_CASE("failed deliveries: pages find every row although most numbers are gone") {
  Failing at;
  std::vector<std::string> ids;
  for (int i = 0; i < 700; ++i) ids.push_back(at.give_up());
  // All but every fiftieth is replayed, and this time it arrives.
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i % 50 == 0) continue;
    REQUIRE(at.call("POST", "/webhook/failed/" + ids[i] + "/replay").status == 200);
    at.acknowledge(at.posts.size() - 1, 200);
  }
  std::vector<std::string> seen;
  std::string next;
  do {
    const json page = at.failed("?limit=3" + (next.empty() ? "" : "&before=" + next));
    for (const json& item : page["failed"]) seen.push_back(item["id"]);
    next = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!next.empty());
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < ids.size(); i += 50) expected.insert(expected.begin(), ids[i]);
  CHECK(seen == expected);
  CHECK(at.failed()["count"] == expected.size());
}

TEST_CASE("a replay sends the same event with the same id, once") {
  Failing at;
  const std::string id = at.give_up(500), other = at.give_up(503, "Ana");
  const std::string before = at.posts[0].body;
  const auto answer = at.call("POST", "/webhook/failed/" + id + "/replay");
  CHECK(answer.status == 200);
  CHECK(answer.body == json{{"success", true}, {"message", "Delivery queued again"}, {"id", id}, {"replayed", 1}});
  REQUIRE(at.posts.size() == 3);
  CHECK(at.posts[2].body == before);
  CHECK(Failing::header(at.posts[2], "webhook-id") == id);
  CHECK(at.failed()["count"] == 1);
  CHECK(at.call("POST", "/webhook/failed/" + id + "/replay").status == 404);
  at.acknowledge(2, 200);
  CHECK(at.failed()["failed"][0]["id"] == other);
  // It fails again: kept again.
  REQUIRE(at.call("POST", "/webhook/failed/" + other + "/replay").status == 200);
  at.acknowledge(3, 404);
  CHECK(at.failed()["failed"][0]["last_status"] == 404);
  at.reopen();
  CHECK(at.failed()["count"] == 1);
  CHECK(at.call("POST", "/webhook/failed/nonsense/replay").status == 404);
}

TEST_CASE("a range is replayed by time and by event, oldest first") {
  Failing at;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(at.give_up());
    at.advance(3'600'000);
  }
  const auto replay = [&](const json& body) { return at.call("POST", "/webhook/failed/replay", body.dump()); };
  auto answer = replay({{"from", "2026-01-01T01:00:00Z"}, {"to", "2026-01-01T02:00:00Z"}});
  CHECK(answer.body == json{{"success", true}, {"message", "Deliveries queued again"}, {"replayed", 2}, {"remaining", 0}});
  REQUIRE(at.posts.size() == 6);  // one lane: one at a time
  CHECK(Failing::id_of(at.posts[5]) == ids[1]);
  at.acknowledge(5);
  CHECK(Failing::id_of(at.posts[6]) == ids[2]);
  at.acknowledge(6);
  CHECK(replay({{"events", {"call.offer"}}}).body["replayed"] == 0);
  CHECK(replay({{"from", test::kStartMs / 1000 + 4 * 3600}, {"events", {"contact.pushname"}}}).body["replayed"] == 1);
  at.acknowledge(7);
  CHECK(at.call("POST", "/webhook/failed/replay").body["replayed"] == 2);  // all that is left
  CHECK(at.failed()["count"] == 0);
  for (const json& bad : {json{{"from", "yesterday"}}, json{{"to", -1}}, json{{"events", {"x"}}}, json{{"from", true}},
                          json{{"from", "2026-01-02T00:00:00Z"}, {"to", "2026-01-01T00:00:00Z"}}}) {
    INFO(bad.dump());
    CHECK(replay(bad).body["error_code"] == "VALIDATION_ERROR");
  }
}

TEST_CASE("a replay needs a webhook that delivers") {
  Failing at;
  const std::string id = at.give_up();
  REQUIRE(at.call("DELETE", "/webhook").status == 200);
  CHECK(at.call("POST", "/webhook/failed/" + id + "/replay").status == 409);
  CHECK(at.call("POST", "/webhook/failed/replay").status == 409);
  CHECK(at.failed()["count"] == 1);  // what failed outlives the configuration
  at.configure("s");
  CHECK(at.call("POST", "/webhook/failed/" + id + "/replay").status == 200);
}

TEST_CASE("failed deliveries leave after seven days, by themselves") {
  Failing at;
  const auto hours = [&](int count) {
    for (int i = 0; i < count; ++i) at.advance(3'600'000);
  };
  at.give_up();
  hours(24);
  at.give_up();
  REQUIRE(at.wake);
  CHECK(at.wake->ms == at.now.mono.ms + 3'600'000);
  hours(6 * 24 - 1);
  CHECK(at.failed()["count"] == 2);
  hours(1);
  CHECK(at.failed()["count"] == 1);
  CHECK(at.disk.scan(store::Table::webhook_failed, "", 10).size() == 1);
  at.reopen();
  hours(24);
  CHECK(at.disk.scan(store::Table::webhook_failed, "", 10).empty());
  CHECK(at.failed()["count"] == 0);
}

TEST_CASE("a clock that jumps, or a server that was off for weeks, keeps what failed") {
  Failing at;
  at.give_up();
  at.now.wall.ms += 400 * 86'400'000LL;  // the wall alone
  at.advance(1000);
  CHECK(at.failed()["count"] == 1);
  at.now.wall.ms -= 400 * 86'400'000LL;
  at.advance(1000);
  CHECK(at.failed()["count"] == 1);
  at.advance(30 * 86'400'000LL);
  at.reopen();
  CHECK(at.failed()["count"] == 1);
  for (int hour = 0; hour < 7 * 24; ++hour) at.advance(3'600'000);  // it ages all the same
  CHECK(at.failed()["count"] == 0);
}

TEST_CASE("the list of what failed is bounded in bytes; the oldest leave, and it is said") {
  store::MemoryStore disk;
  gateway::WebhookFailures failures(disk, limits::kWebhookFailedBytesMax);
  std::uint64_t lost = 0, kept = 0;
  constexpr std::size_t kBytes = 200'000;
  for (std::uint64_t i = 0; i < 100; ++i) {
    store::Txn txn(disk);
    gateway::FailedDelivery failed;
    failed.item.id = std::to_string(i);
    failed.item.data.assign(kBytes, 'x');
    failed.at = {test::kStartMs};
    lost += failures.keep(failed, txn);
    disk.apply(txn.take());
  }
  std::size_t bytes = 0;
  for (const auto& [key, value] : disk.rows()) {
    bytes += value.size();
    ++kept;
  }
  CHECK(bytes <= limits::kWebhookFailedBytesMax);
  CHECK(bytes + 2 * kBytes > limits::kWebhookFailedBytesMax);  // not more than had to go
  CHECK(kept + lost == 100);
  CHECK(failures.counters().kept == kept);
  const store::Txn txn(disk);
  CHECK(failures.page(~std::uint64_t{0}, 1, txn).items.at(0).item.id == "99");
  // So is a page of it: all come, none twice, never many at once.
  std::size_t seen = 0;
  for (std::uint64_t before = ~std::uint64_t{0}; before != 0;) {
    const auto page = failures.page(before, limits::kWebhookFailedPageMax, txn);
    CHECK(page.items.size() <= limits::kWebhookFailedPageBytesMax / kBytes);
    for (const auto& item : page.items) CHECK(item.item.id == std::to_string(99 - seen++));
    before = page.next;
  }
  CHECK(seen == kept);
}

TEST_CASE("rotation: for a day both secrets sign, then only the new one, and the old one is forgotten") {
  Failing at;
  const auto answer = at.call("POST", "/webhook/secret/rotate", R"({"secret":"new-secret"})");
  CHECK(answer.status == 200);
  CHECK(answer.body["webhook"]["previous_secret_valid_until"] == "2026-01-02T00:00:00Z");
  CHECK_FALSE(answer.body.contains("secret"));  // the caller has it
  CHECK(answer.body.dump().find("new-secret") == std::string::npos);
  at.rename("5511888888888@s.whatsapp.net", "one");
  CHECK(Failing::header(at.posts[0], "webhook-signature") ==
        header_signature("new-secret", at.posts[0]) + " " + header_signature("old-secret", at.posts[0]));
  CHECK(json::parse(at.posts[0].body)["signature"] == envelope_signature("old-secret", at.posts[0]));
  at.acknowledge(0);
  at.reopen();
  at.advance(86'400'000);
  CHECK_FALSE(at.call("GET", "/webhook").body["webhook"].contains("previous_secret_valid_until"));
  at.rename("5511888888888@s.whatsapp.net", "two");
  CHECK(Failing::header(at.posts[1], "webhook-signature") == header_signature("new-secret", at.posts[1]));
  CHECK(json::parse(at.posts[1].body)["signature"] == envelope_signature("new-secret", at.posts[1]));
  for (const auto& [key, value] : at.disk.rows()) CHECK(to_string(value).find("old-secret") == std::string::npos);
}

TEST_CASE("rotation: a secret is made when none is given; it may take effect at once") {
  Failing at;
  const auto answer = at.call("POST", "/webhook/secret/rotate", R"({"overlap_seconds":0})");
  const std::string made = answer.body["secret"];
  CHECK(made.substr(0, 6) == "whsec_");
  const Bytes key = *from_base64(made.substr(6));
  CHECK(key.size() == 24);
  CHECK_FALSE(answer.body["webhook"].contains("previous_secret_valid_until"));
  at.rename("5511888888888@s.whatsapp.net", "one");
  CHECK(Failing::header(at.posts[0], "webhook-signature") == header_signature(to_string(key), at.posts[0]));
  CHECK(json::parse(at.posts[0].body)["signature"] == envelope_signature(made, at.posts[0]));
  CHECK(at.call("GET", "/webhook").body.dump().find(made) == std::string::npos);
  CHECK(at.call("POST", "/webhook/secret/rotate").body["secret"] != made);
  for (const char* bad : {R"({"secret":"short"})", R"({"secret":5})", R"({"overlap_seconds":86401})", R"({"overlap_seconds":-1})"}) {
    CHECK(at.call("POST", "/webhook/secret/rotate", bad).status == 400);
  }
  const auto same = at.call("POST", "/webhook/secret/rotate", R"({"secret":"another one","overlap_seconds":0})");
  CHECK(same.status == 200);
  const auto again = at.call("POST", "/webhook/secret/rotate", R"({"secret":"another one"})");
  CHECK(again.status == 400);
  CHECK(at.call("POST", "/webhook/secret/rotate", R"({"secret":"and another"})").status == 200);
  CHECK(again.body.dump().find("another one") == std::string::npos);  // never echoed
  // A configuration that sets a secret ends the overlap; one that does not mention it leaves it.
  at.call("POST", "/webhook", R"({"webhook_url":"https://example.com/","enabled_events":["call.offer"]})");
  CHECK(at.call("GET", "/webhook").body["webhook"].contains("previous_secret_valid_until"));
  at.call("POST", "/webhook", R"({"webhook_url":"https://example.com/","enabled_events":["call.offer"],"secret":"third"})");
  CHECK_FALSE(at.call("GET", "/webhook").body["webhook"].contains("previous_secret_valid_until"));
  REQUIRE(at.call("DELETE", "/webhook").status == 200);
  CHECK(at.call("POST", "/webhook/secret/rotate").status == 404);
}

TEST_CASE("rotation: a second one does not drop the first secret unasked") {
  Failing at;
  REQUIRE(at.call("POST", "/webhook/secret/rotate", R"({"secret":"second-secret"})").status == 200);
  const auto refused = at.call("POST", "/webhook/secret/rotate", R"({"secret":"third-secret"})");
  CHECK(refused.status == 409);
  CHECK(refused.body["error"].get<std::string>().find("overlap_seconds") != std::string::npos);
  at.rename("5511888888888@s.whatsapp.net", "one");
  CHECK(Failing::header(at.posts[0], "webhook-signature") ==
        header_signature("second-secret", at.posts[0]) + " " + header_signature("old-secret", at.posts[0]));
  at.acknowledge(0);
  // Asked for, or after the overlap.
  CHECK(at.call("POST", "/webhook/secret/rotate", R"({"secret":"third-secret","overlap_seconds":0})").status == 200);
  CHECK(at.call("POST", "/webhook/secret/rotate", R"({"secret":"fourth-secret"})").status == 200);
  at.advance(limits::kSecretOverlapMs);
  CHECK(at.call("POST", "/webhook/secret/rotate", R"({"secret":"fifth-secret"})").status == 200);
}

TEST_CASE("a configuration stored before there were rotations is read") {
  store::MemoryStore disk;
  GatewayFixture at;
  at.configure_webhook({"call.offer"});
  store::Txn txn(at.disk);
  Bytes row = *txn.get(store::Table::webhook, "config");
  row.resize(row.size() - 26);  // without the empty text, the time, the retries by age and the filter
  const auto events = row.begin() + 1 + (4 + 36) + (4 + 24);  // after version, id and URL
  row.erase(events + 8, events + 16);                         // one word of events
  row[0] = 1;
  txn.put(store::Table::webhook, "config", row);
  at.disk.apply(txn.take());
  at.reopen();
  CHECK(at.call("GET", "/webhook").body["webhook"]["webhook_url"] == "https://example.com/hook");
}

TEST_CASE("a replay takes all that the queue has room for, however many") {
  Failing at;
  std::vector<std::string> ids;
  for (int i = 0; i < 450; ++i) ids.push_back(at.give_up());
  const std::size_t before = at.posts.size();
  const auto answer = at.call("POST", "/webhook/failed/replay");
  CHECK(answer.body["replayed"] == ids.size());
  CHECK(answer.body["remaining"] == 0);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    REQUIRE(at.posts.size() == before + i + 1);
    CHECK(Failing::id_of(at.posts[before + i]) == ids[i]);
    at.acknowledge(before + i);
  }
}

TEST_CASE("what the queue has no room for stays in the list: none is taken before an older one") {
  store::MemoryStore disk;
  store::Txn txn(disk);
  gateway::WebhookFailures failures(disk, limits::kWebhookFailedBytesMax);
  for (const std::size_t bytes : {100u, 5'000u, 100u}) {
    gateway::FailedDelivery failed;
    failed.item.id = std::to_string(bytes);
    failed.item.data.assign(bytes, 'x');
    failed.at = {test::kStartMs};
    failures.keep(failed, txn);
  }
  const auto taken = failures.take({}, {10, 1'000, 10}, txn);
  REQUIRE(taken.items.size() == 1);
  CHECK(taken.items[0].item.data.size() == 100);
  CHECK(taken.left == 2);
  CHECK(failures.take({}, {1, 100'000, 10}, txn).left == 1);
}
