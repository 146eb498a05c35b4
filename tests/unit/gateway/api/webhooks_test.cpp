// All webhooks of a device, how each does, their filters and test deliveries: as asked for and as answered.
#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::json;

namespace {

const json kFirst{{"webhook_url", "https://example.com/first"}, {"enabled_events", {"contact.pushname", "call.offer"}}};
const json kSecond{{"webhook_url", "https://example.com/second"}, {"enabled_events", {"contact.pushname"}},
                   {"retry_attempts", 0}};

json with(json body, const json& more) {
  body.update(more);
  return body;
}

struct Hooks : GatewayFixture {
  json add(const json& body) {
    const auto answer = call("POST", "/webhooks", body.dump());
    REQUIRE(answer.status == 200);
    return answer.body["webhook"];
  }
  json of(const std::string& id) { return call("GET", "/webhooks/" + id).body["webhook"]; }
  json first() { return call("GET", "/webhook").body["webhook"]; }
  void rename(const char* name, const char* user = "5511888888888@s.whatsapp.net") {
    raise(client::PushNameChanged{*wire::parse_jid(user), name});
  }
};

std::vector<std::string> bad_fields(const test::Answered& answer) {
  std::vector<std::string> out;
  for (const auto& bad : answer.body["validation"]) out.push_back(bad["field"]);
  return out;
}

}  // namespace

TEST_CASE("several webhooks: the first is the published one, each is shown, changed and deleted by its id") {
  Hooks at;
  CHECK(at.call("GET", "/webhooks").body["webhooks"] == json::array());
  REQUIRE(at.call("POST", "/webhook", kFirst.dump()).status == 200);
  const std::string first = at.first()["id"], second = at.add(kSecond)["id"];
  const json list = at.call("GET", "/webhooks").body;
  CHECK(list["count"] == 2);
  CHECK(list["webhooks"][0]["id"] == first);
  CHECK(list["webhooks"][1]["id"] == second);
  CHECK(at.first() == at.of(first));
  const auto changed = at.call("PATCH", "/webhooks/" + second, R"({"timeout":7})");
  CHECK(changed.body["webhook"]["timeout"] == 7);
  CHECK(changed.body["webhook"]["webhook_url"] == "https://example.com/second");
  CHECK(at.first()["timeout"] == 30);
  at.rename("one");
  REQUIRE(at.posts.size() == 2);
  CHECK(at.posts[0].url == "https://example.com/first");
  CHECK(at.posts[1].timeout_ms == 7000);
  CHECK(json::parse(at.posts[0].body)["id"] != json::parse(at.posts[1].body)["id"]);
  CHECK(at.call("POST", "/webhooks/" + second + "/secret/rotate", R"({"secret":"another one"})").status == 200);
  at.reopen();
  CHECK(at.of(second)["timeout"] == 7);
  CHECK(at.call("DELETE", "/webhooks/" + second).status == 200);
  CHECK(at.call("GET", "/webhooks/" + second).status == 404);
  CHECK(at.call("PATCH", "/webhooks/" + second, R"({"timeout":7})").status == 404);
  CHECK(at.call("DELETE", "/webhooks/" + second).status == 404);
  CHECK(at.call("DELETE", "/webhook").status == 200);
  const json again = at.add(kSecond);
  CHECK(again["id"] == at.first()["id"]);  // the first place is free
  for (std::size_t i = 1; i < limits::kWebhooksMax; ++i) at.add(kSecond);
  CHECK(at.call("POST", "/webhooks", kSecond.dump()).status == 409);
  CHECK(at.call("POST", "/webhooks", "{}").status == 409);
}

TEST_CASE("retries: by age where attempts are not chosen; what is shown may be sent back") {
  Hooks at;
  const auto set = [&](const json& more) { return at.call("POST", "/webhook", with(kFirst, more).dump()); };
  const auto shown = [&] { return json{at.first()["retry_attempts"], at.first()["retry_for_seconds"]}; };
  set(json::object());
  CHECK(shown() == json{3, 86'400});
  set({{"retry_attempts", 5}});
  CHECK(shown() == json{5, nullptr});
  const json sent_back = at.first();
  set({{"timeout", 9}});
  CHECK(shown() == json{5, nullptr});
  set({{"retry_attempts", sent_back["retry_attempts"]}, {"retry_for_seconds", sent_back["retry_for_seconds"]}});
  CHECK(shown() == json{5, nullptr});
  set({{"retry_for_seconds", 604'800}});
  CHECK(shown() == json{5, 604'800});
  set({{"retry_attempts", 5}, {"retry_for_seconds", 604'800}});
  CHECK(shown() == json{5, 604'800});
  set({{"retry_attempts", nullptr}});
  CHECK(shown() == json{3, 86'400});
  for (const json& bad : {json(604'801), json(0), json(-1), json("day")}) {
    CHECK(bad_fields(set({{"retry_for_seconds", bad}})) == std::vector<std::string>{"retry_for_seconds"});
  }
}

TEST_CASE("how a webhook does is shown: what waits, since when, the last success and error, what was lost") {
  Hooks at;
  const std::string id = at.add(kFirst)["id"], other = at.add(kSecond)["id"];
  CHECK(at.of(id)["queued"] == 0);
  CHECK(at.of(id)["oldest_at"].is_null());
  CHECK(at.of(id)["last_error"].is_null());
  at.rename("one");
  at.acknowledge(0);
  at.acknowledge(1);
  CHECK(at.of(id)["last_success_at"] == "2026-01-01T00:00:00Z");
  at.advance(60'000);
  at.rename("two");
  at.feed(gateway::WebhookDone{at.posts[2].delivery, 0, -1, WebhookFault::dns});
  at.feed(gateway::WebhookDone{at.posts[3].delivery, 503, -1});
  const json waits = at.of(id), gone = at.of(other);
  CHECK(waits["queued"] == 1);
  CHECK(waits["oldest_at"] == "2026-01-01T00:01:00Z");
  CHECK(waits["last_error"] == json{{"reason", "dns"}, {"status", nullptr}, {"at", "2026-01-01T00:01:00Z"},
                                    {"message", "the host's name has no address here"}});
  CHECK(waits["suspended"] == true);
  CHECK(gone["queued"] == 0);
  CHECK(gone["given_up"] == 1);
  CHECK(gone["failed"] == 1);
  CHECK(gone["last_error"]["reason"] == "status");
  CHECK(gone["last_error"]["status"] == 503);
  CHECK(gone["suspended"] == false);
  const json failed = at.call("GET", "/webhooks/" + other + "/failed").body;
  CHECK(failed["count"] == 1);
  CHECK(failed["failed"][0]["last_error"]["reason"] == "status");
  CHECK(at.call("GET", "/webhook/failed").body["count"] == 0);
  const std::string delivery = failed["failed"][0]["id"];
  CHECK(at.call("POST", "/webhook/failed/" + delivery + "/replay").status == 404);
  CHECK(at.call("POST", "/webhooks/" + other + "/failed/" + delivery + "/replay").status == 200);
  CHECK(at.posts.back().url == "https://example.com/second");
  at.acknowledge(at.posts.size() - 1, 500);
  CHECK(at.call("POST", "/webhooks/" + other + "/failed/replay").body["replayed"] == 1);
  CHECK(at.call("GET", "/webhooks/nonsense/failed").status == 404);
}

TEST_CASE("a disabled webhook says that events are dropped, and how many were") {
  Hooks at;
  const auto made = at.call("POST", "/webhook", with(kFirst, {{"enabled", false}}).dump());
  CHECK(made.body["note"].get<std::string>().find("dropped") != std::string::npos);
  at.rename("one");
  at.rename("two");
  CHECK(at.posts.empty());
  CHECK(at.first()["missed_while_disabled"] == 2);
  CHECK(at.call("GET", "/webhook").body.contains("note"));
  at.reopen();
  CHECK(at.first()["missed_while_disabled"] == 2);
  const auto enabled = at.call("POST", "/webhook", R"({"enabled":true})");
  CHECK_FALSE(enabled.body.contains("note"));
  at.rename("three");
  CHECK(at.posts.size() == 1);
}

TEST_CASE("filters: checked, shown, kept by updates; only what passes is told") {
  Hooks at;
  const json filters{{"chats", {{"kinds", {"group"}}, {"exclude", {"120363000000000009@g.us"}}}}, {"from_me", false}};
  const std::string id = at.add(with(kFirst, {{"filters", filters}}))["id"];
  CHECK(at.of(id)["filters"] == json{{"chats", {{"kinds", {"group"}}, {"include", json::array()},
                                                {"exclude", {"120363000000000009@g.us"}}}}, {"from_me", false}});
  at.rename("one");
  CHECK(at.posts.empty());
  at.call("PATCH", "/webhooks/" + id, R"({"chats":{"kinds":null,"include":["+55 11 88888-8888"]}})");
  CHECK(at.of(id)["filters"]["chats"]["include"] == json{"5511888888888@s.whatsapp.net"});
  CHECK(at.of(id)["filters"]["chats"]["exclude"].size() == 1);
  at.reopen();
  at.rename("two");
  at.rename("three", "5511777777777@s.whatsapp.net");
  REQUIRE(at.posts.size() == 1);
  CHECK(json::parse(at.posts[0].body)["data"]["push_name"] == "two");
  at.call("PATCH", "/webhooks/" + id, R"({"filters":null})");
  at.acknowledge(0);
  at.rename("four", "5511777777777@s.whatsapp.net");
  CHECK(at.posts.size() == 2);
  CHECK(at.of(id)["filters"]["from_me"].is_null());
  struct Row { json more; std::vector<std::string> fields; };
  json many = json::array();
  for (std::size_t i = 0; i <= limits::kWebhookFilterJidsMax; ++i) many.push_back("5511888888888");
  const Row rows[] = {{{{"filters", {{"chats", {{"kinds", {"direct", "channel"}}}}}}}, {"filters.chats.kinds[1]"}},
                      {{{"filters", {{"chats", {{"include", {"nobody", "5511888888888"}}}}}}},
                       {"filters.chats.include[0]"}},
                      {{{"filters", {{"kinds", {"direct"}}}}}, {"filters.kinds"}},
                      {{{"filters", {{"chats", {{"kind", {"direct"}}}}}}}, {"filters.chats.kind"}},
                      {{{"filters", {{"from_me", "yes"}}}}, {"filters.from_me"}},
                      {{{"filters", {"direct"}}}, {"filters"}},
                      {{{"chats", {{"exclude", "5511888888888"}}}}, {"chats.exclude"}},
                      {{{"chats", {{"exclude", many}}}}, {"chats.exclude"}},
                      {{{"from_me", 1}}, {"from_me"}}};
  for (const Row& row : rows) {
    INFO(row.more.dump());
    CHECK(bad_fields(at.call("PATCH", "/webhooks/" + id, row.more.dump())) == row.fields);
  }
  for (const char* chat : {"status@broadcast", "120363000000000001@newsletter", "120363000000000001@g.us",
                           "222333444@lid"}) {
    CHECK(at.call("PATCH", "/webhooks/" + id, json{{"chats", {{"include", {chat}}}}}.dump()).status == 200);
  }
}

TEST_CASE("a test delivery says how it went, whatever the queue does; nothing is queued by it") {
  Hooks at;
  CHECK(at.call("POST", "/webhook/test").status == 404);
  const std::string id = at.add(with(kFirst, {{"enabled", false}, {"secret", "s3cret"}}))["id"];
  const RequestId good = at.ask("POST", "/webhook/test"), bad = at.ask("POST", "/webhooks/" + id + "/test");
  REQUIRE(at.posts.size() == 2);
  CHECK(json::parse(at.posts[0].body)["event"] == "webhook.test");
  CHECK(json::parse(at.posts[0].body).contains("signature"));
  at.now.mono.ms += 30;
  at.acknowledge(0, 204);
  REQUIRE(at.answered(good));
  CHECK(at.replies[good].body == json{{"success", true}, {"webhook_id", id}, {"delivered", true}, {"status", 204},
                                      {"last_error", nullptr}, {"took_ms", 30}});
  at.feed(gateway::WebhookDone{at.posts[1].delivery, 0, -1, WebhookFault::address_not_allowed});
  REQUIRE(at.answered(bad));
  CHECK(at.replies[bad].body["delivered"] == false);
  CHECK(at.replies[bad].body["last_error"]["reason"] == "address_not_allowed");
  CHECK(at.replies[bad].body["last_error"]["message"].get<std::string>().find("--webhook-allow") != std::string::npos);
  CHECK(at.first()["queued"] == 0);
  const RequestId late = at.ask("POST", "/webhook/test");
  at.advance(60'000);
  CHECK(at.replies[late].status == 504);
  at.acknowledge(2, 200);  // nobody waits any more
  for (int i = 0; i < 8; ++i) at.ask("POST", "/webhook/test");
  CHECK(at.call("POST", "/webhook/test").status == 429);
}

TEST_CASE("what is wrong with a URL is said, with the way out") {
  Hooks at;
  AllowedHosts allowed;
  REQUIRE(allowed.add("n8n"));
  struct Row { const char *url, *text; };
  const Row rows[] = {{"http://n8n:5678/hook", "--webhook-allow"}, {"http://127.0.0.1/", "--webhook-allow"},
                      {"https://[::1]/", "--webhook-allow"},       {"ftp://example.com/", "must begin with"},
                      {"example.com/hook", "must begin with"},     {"https://a:b@example.com/", "headers"},
                      {"https://example.com/#x", "encoded"},       {"https://example.com:22/", "port"},
                      {"https:///x", "host"},                      {"https://exa_mple..com/", "host"}};
  for (const Row& row : rows) {
    INFO(row.url);
    const auto answer = at.call("POST", "/webhook", with(kFirst, {{"webhook_url", row.url}}).dump());
    REQUIRE(answer.status == 400);
    CHECK(answer.body["validation"][0]["field"] == "webhook_url");
    CHECK(answer.body["validation"][0]["message"].get<std::string>().find(row.text) != std::string::npos);
  }
  at.config.allowed_webhooks = &allowed;
  at.reopen();
  CHECK(at.call("POST", "/webhook", with(kFirst, {{"webhook_url", "http://n8n:5678/hook"}}).dump()).status == 200);
  CHECK(at.call("POST", "/webhook", with(kFirst, {{"webhook_url", "http://postgres:5678/hook"}}).dump()).status == 400);
}
