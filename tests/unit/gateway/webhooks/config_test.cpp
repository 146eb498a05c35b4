#include "gateway/webhooks/config.h"

#include "gateway/webhooks/event_names.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::GatewayFixture;
using wa::test::json;

TEST_CASE("the 58 published names are known, and call.auto_reply") {
  CHECK(std::size(kEventNames) == 67);
  CHECK(webhook_event("call.terminate"));
  CHECK_FALSE(webhook_event("call.terminated"));
  CHECK_FALSE(webhook_event(""));
}

TEST_CASE("webhook endpoints") {
  GatewayFixture at;
  CHECK(at.call("GET", "/webhook").status == 404);
  CHECK(at.call("DELETE", "/webhook").status == 404);

  const json body{{"webhook_url", "https://example.com/hook"}, {"enabled_events", {"call.offer", "chat.archive"}},
                  {"retry_attempts", 5}, {"timeout", 10}, {"secret", "s3cret"}, {"headers", {{"X-Tenant-Id", "t"}}}};
  const auto made = at.call("POST", "/webhook", body.dump());
  REQUIRE(made.status == 200);
  const json hook = made.body["webhook"];
  CHECK(hook["webhook_url"] == "https://example.com/hook");
  CHECK(hook["enabled_events"] == json{"chat.archive", "call.offer"});
  CHECK(hook["enabled"] == true);
  CHECK(hook["retry_attempts"] == 5);
  CHECK(hook["timeout"] == 10);
  CHECK(hook["headers"] == json{{"X-Tenant-Id", "***"}});
  CHECK(made.body.dump().find("s3cret") == std::string::npos);
  CHECK(at.reports.back().webhook_url == "https://example.com/hook");

  at.reopen();  // it is a row
  CHECK(at.call("GET", "/webhook").body["webhook"] == hook);

  const auto updated = at.call("POST", "/webhook",
                               json{{"webhook_url", "https://example.com/2"}, {"enabled_events",
                                   {"call.offer"}}}.dump());
  CHECK(updated.body["webhook"]["id"] == hook["id"]);
  CHECK(updated.body["webhook"]["retry_attempts"] == 5);
  CHECK(updated.body["webhook"]["timeout"] == 10);
  CHECK(at.call("DELETE", "/webhook").status == 200);
  CHECK(at.call("GET", "/webhook").status == 404);
}

TEST_CASE("an update of a webhook keeps what it does not name, null takes away") {
  const json first{{"webhook_url", "https://example.com/hook"}, {"enabled_events", {"call.offer"}}, {"timeout", 5},
                   {"retry_attempts", 10}, {"enabled", false}, {"secret", "s3cret"},
                   {"headers", {{"X-A", "a"}, {"X-B", "b"}}}};
  using Sent = std::vector<std::pair<std::string, std::string>>;
  struct Row { const char* name; json update; json shown; Sent headers; std::string secret; };
  const json same = json::object();
  const Sent both{{"X-A", "a"}, {"X-B", "b"}};
  const Row rows[] = {
      {"URL and events", {{"webhook_url", first["webhook_url"]}, {"enabled_events", {"call.offer"}}}, same, both,
       "s3cret"},
      {"nothing", json::object(), same, both, "s3cret"},
      {"only the URL", {{"webhook_url", "https://example.com/2"}}, {{"webhook_url", "https://example.com/2"}}, both,
       "s3cret"},
      {"only events", {{"enabled_events", {"call.reject"}}}, {{"enabled_events", {"call.reject"}}}, both, "s3cret"},
      {"only enabled", {{"enabled", true}}, {{"enabled", true}}, both, "s3cret"},
      {"nulls", {{"enabled", nullptr}, {"retry_attempts", nullptr}, {"timeout", nullptr}, {"headers", nullptr},
                 {"secret", nullptr}},
       {{"enabled", true}, {"retry_attempts", 3}, {"retry_for_seconds", 86'400}, {"timeout", 30},
        {"headers", json::object()}}, {}, ""},
      {"one header more", {{"headers", {{"X-C", "c"}}}},
       {{"headers", {{"X-A", "***"}, {"X-B", "***"}, {"X-C", "***"}}}},
       {{"X-A", "a"}, {"X-B", "b"}, {"X-C", "c"}}, "s3cret"},
      {"one header less", {{"headers", {{"X-A", nullptr}}}},
       {{"headers", {{"X-B", "***"}}}}, {{"X-B", "b"}}, "s3cret"},
      {"headers as shown", {{"headers", {{"X-A", "***"}, {"X-B", "2"}}}},
       same, {{"X-A", "a"}, {"X-B", "2"}}, "s3cret"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    json expected = at.call("POST", "/webhook", first.dump()).body["webhook"];
    REQUIRE(expected["headers"] == json{{"X-A", "***"}, {"X-B", "***"}});
    for (const auto& [name, value] : row.shown.items()) expected[name] = value;
    const auto answer = at.call("POST", "/webhook", row.update.dump());
    REQUIRE(answer.status == 200);
    CHECK(answer.body["webhook"] == expected);
    at.reopen();
    CHECK(at.call("GET", "/webhook").body["webhook"] == expected);
    const auto stored = load_webhook(at.disk);
    REQUIRE(stored);
    CHECK(stored->headers == row.headers);
    CHECK(stored->secret == row.secret);
  }
}

TEST_CASE("an update of a webhook does not take away what it cannot do without") {
  GatewayFixture at;
  at.configure_webhook({"call.offer"});
  const json before = at.call("GET", "/webhook").body;
  for (const char* update : {R"({"webhook_url":null})", R"({"enabled_events":null})", R"({"enabled_events":[]})",
                             R"({"headers":{"Host":null}})"}) {
    INFO(update);
    CHECK(at.call("POST", "/webhook", update).status == 400);
    CHECK(at.call("GET", "/webhook").body == before);
  }
}

TEST_CASE("a webhook that its receiver disabled is enabled when its URL is named") {
  struct Row { const char* update; bool enabled; };
  for (const Row& row : {Row{R"({"timeout":5})", false}, Row{R"({"webhook_url":"https://example.com/2"})", true},
                         Row{R"({"webhook_url":"https://example.com/2","enabled":false})", false}}) {
    INFO(row.update);
    GatewayFixture at;
    at.configure_webhook({"call.offer"});
    WebhookConfig gone = *load_webhook(at.disk);
    gone.enabled = false;
    gone.gone = true;
    store::Txn txn(at.disk);
    save_webhook(gone, txn);
    at.disk.apply(txn.take());
    at.reopen();
    CHECK(at.call("POST", "/webhook", row.update).body["webhook"]["enabled"] == row.enabled);
  }
}

TEST_CASE("a configuration remembers events beyond the 64th") {
  store::MemoryStore disk;
  store::Txn txn(disk);
  WebhookConfig config;
  config.events = {5, 9};
  save_webhook(config, txn);
  const auto read = load_webhook(txn);
  REQUIRE(read);
  CHECK(read->events.low() == 5);
  CHECK(read->events.high() == 9);
}

TEST_CASE("webhook rows of former versions are read, and written as the present one") {
  using namespace std::string_literals;
  const std::string body = "\0\0\0\2id" "\0\0\0\x14https://example.com/"s +
                           "\4\0\0\0\x08\0\0\0"s +                     // events 27 and 58
                           "\1" "\0\0\0\5" "\0\0\0\x0a" "\0\0\0\1s"s +  // enabled, retries, timeout, secret
                           "\0\0\0\1" "\0\0\0\3X-A" "\0\0\0\1b"s +
                           "\0\0\1\x9b\x77\x7c\0\0"s + "\0\0\1\x9b\x77\x7c\0\0"s + "\0"s;
  struct Row { const char* name; std::string bytes; };
  const Row rows[] = {
      {"without a previous secret", "\1" + body},
      {"of 64 events", "\2" + body + "\0\0\0\3old"s + "\0\0\1\x90\0\0\0\0"s},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    at.disk.apply({{{{store::Table::webhook, "config"}, to_bytes(row.bytes)}}});
    at.reopen();
    const json hook = at.call("GET", "/webhook").body["webhook"];
    CHECK(hook["enabled_events"] == json{"chat.archive", "call.auto_reply"});
    CHECK(hook["retry_attempts"] == 5);
    CHECK(hook["timeout"] == 10);
    CHECK(hook["headers"] == json{{"X-A", "***"}});
    CHECK(load_webhook(at.disk)->headers.front().second == "b");
    REQUIRE(at.call("POST", "/webhook/secret/rotate", "{}").status == 200);
    CHECK(at.disk.get({store::Table::webhook, "config"})->front() == 4);
    at.reopen();
    CHECK(at.call("GET", "/webhook").body["webhook"]["enabled_events"] == hook["enabled_events"]);
  }
}

TEST_CASE("a device does not open over rows of a newer version: it would write over them") {
  GatewayFixture at;
  at.configure_webhook({"call.offer"});
  REQUIRE(at.call("PUT", "/calls/settings", R"({"auto_reject":true})").status == 200);
  at.machine.reset();
  struct Row { store::Table table; const char* id; };
  for (const Row& row : {Row{store::Table::webhook, "config"}, Row{store::Table::webhook_queue, "n"},
                         Row{store::Table::settings, "calls"}}) {
    INFO(row.id);
    const auto stored = at.disk.get({row.table, row.id});
    Bytes newer = stored.value_or(Bytes{1});
    newer[0] = 100;
    at.disk.apply({{{{row.table, row.id}, newer}}});
    const auto opened = Gateway::open(at.config, at.disk, at.random, at.now);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == Errc::corrupt_store);
    at.disk.apply({{{{row.table, row.id}, stored}}});
    CHECK(Gateway::open(at.config, at.disk, at.random, at.now).ok());
  }
}

TEST_CASE("bad webhook configurations name every field and change nothing") {
  GatewayFixture at;
  struct Row { const char* name; json body; std::vector<std::string> fields; };
  const json good{{"webhook_url", "https://example.com/hook"}, {"enabled_events", {"call.offer"}}};
  const auto with = [&](const json& more) { json out = good; out.update(more); return out; };
  const Row rows[] = {
      {"nothing", json::object(), {"webhook_url", "enabled_events"}},
      {"not a URL", with({{"webhook_url", "x"}}), {"webhook_url"}},
      {"no events", with({{"enabled_events", json::array()}}), {"enabled_events"}},
      {"unknown event", with({{"enabled_events", {"call.offer", "call.nope"}}}), {"enabled_events[1]"}},
      {"wrong types", with({{"enabled", 1}, {"retry_attempts", "3"}, {"timeout", 1.5}, {"secret", 1}, {"headers",
          "x"}}),
       {"enabled", "retry_attempts", "timeout", "secret", "headers"}},
      {"unknown", with({{"filters", {1}}, {"webhok", 1}}), {"filters", "webhok"}},
      {"out of range", with({{"retry_attempts", 21}, {"timeout", 0}}), {"retry_attempts", "timeout"}},
      {"header injection", with({{"headers", {{"X-A", "b\r\nHost: evil"}}}}), {"headers.X-A"}},
      {"our headers", with({{"headers", {{"Webhook-Signature", "x"}}}}), {"headers.Webhook-Signature"}},
      {"header name", with({{"headers", {{"X A", "x"}}}}), {"headers.X A"}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto answer = at.call("POST", "/webhook", row.body.dump());
    CHECK(answer.status == 400);
    CHECK(answer.body["error_code"] == "VALIDATION_ERROR");
    std::vector<std::string> fields;
    for (const auto& bad : answer.body["validation"]) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.call("GET", "/webhook").status == 404);
  }
}

TEST_CASE("an operator may refuse plain http") {
  GatewayFixture at;
  at.config.allow_http_webhooks = false;
  at.reopen();
  const json body{{"webhook_url", "http://example.com/"}, {"enabled_events", {"call.offer"}}};
  CHECK(at.call("POST", "/webhook", body.dump()).status == 400);
}
