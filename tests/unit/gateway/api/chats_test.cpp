#include "client/rows/chat_rows.h"
#include "client/rows/label_rows.h"
#include "client/rows/service_clock.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

void finish(GatewayFixture& at, client::SettingOutcome outcome, bool degraded = false, int code = 0) {
  at.raise(client::ChatSettingDone{at.client.last<client::SetChat>()->command, outcome, 17, degraded, code});
}

}  // namespace

TEST_CASE("chat settings reach the client and answer the published shape") {
  struct Row {
    const char *method, *target, *body;
    client::ChatSetting setting;
    bool value;
    json answer;
  };
  const std::string chat = "5511888888888@s.whatsapp.net";
  const Row rows[] = {
      {"POST", "/chats/5511888888888@s.whatsapp.net/archive", R"({"archived":true})", client::ChatSetting::archive, true,
       {{"success", true}, {"chat_jid", chat}, {"archived", true}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/5511888888888%40s.whatsapp.net/archive", R"({"archived":false})", client::ChatSetting::archive, false,
       {{"success", true}, {"chat_jid", chat}, {"archived", false}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/+55%20(11)%2088888-8888/archive", R"({"archived":true})", client::ChatSetting::archive, true,
       {{"success", true}, {"chat_jid", chat}, {"archived", true}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/120363000000000000@g.us/mute", R"({"muted":true,"duration_seconds":28800})",
       client::ChatSetting::mute, true,
       {{"success", true}, {"chat_jid", "120363000000000000@g.us"}, {"muted", true}, {"duration_seconds", 28800},
        {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/222333444@lid/pin", "", client::ChatSetting::pin, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"pinned", true}, {"outcome", "applied"}, {"version", 17}}},
      {"DELETE", "/chats/222333444@lid/pin", "", client::ChatSetting::pin, false,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"pinned", false}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/222333444@lid/read", "", client::ChatSetting::mark_read, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"read", true}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/chats/222333444@lid/clear", "", client::ChatSetting::clear_chat, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"cleared", true}, {"outcome", "applied"}, {"version", 17}}},
      {"DELETE", "/chats/222333444@lid", "", client::ChatSetting::delete_chat, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"deleted", true}, {"outcome", "applied"}, {"version", 17}}},
      {"POST", "/messages/3EB0AA/star", R"({"chat_jid":"222333444@lid"})", client::ChatSetting::star, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"message_id", "3EB0AA"}, {"starred", true}, {"outcome", "applied"},
        {"version", 17}}},
      {"PUT", "/labels/5", R"({"name":"Customers","color":3})", client::ChatSetting::label_edit, true,
       {{"success", true}, {"label_id", "5"}, {"name", "Customers"}, {"color", 3}, {"deleted", false}, {"outcome", "applied"},
        {"version", 17}}},
      {"PUT", "/labels/5", R"({"deleted":true})", client::ChatSetting::label_edit, false,
       {{"success", true}, {"label_id", "5"}, {"name", ""}, {"color", 0}, {"deleted", true}, {"outcome", "applied"},
        {"version", 17}}},
      {"POST", "/chats/222333444@lid/labels", R"({"label_id":"5"})", client::ChatSetting::label_chat, true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"label_id", "5"}, {"labeled", true}, {"outcome", "applied"},
        {"version", 17}}},
      {"DELETE", "/chats/222333444@lid/labels/5", "", client::ChatSetting::label_chat, false,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"label_id", "5"}, {"labeled", false}, {"outcome", "applied"},
        {"version", 17}}},
      {"POST", "/messages/3EB0AA/labels", R"({"label_id":"5","chat_jid":"222333444@lid"})", client::ChatSetting::label_message,
       true,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"message_id", "3EB0AA"}, {"label_id", "5"}, {"labeled", true},
        {"outcome", "applied"}, {"version", 17}}},
      {"DELETE", "/messages/3EB0AA/labels/5?chat_jid=222333444%40lid", "", client::ChatSetting::label_message, false,
       {{"success", true}, {"chat_jid", "222333444@lid"}, {"message_id", "3EB0AA"}, {"label_id", "5"}, {"labeled", false},
        {"outcome", "applied"}, {"version", 17}}},
  };
  for (const Row& row : rows) {
    INFO(row.method << " " << row.target << " " << row.body);
    GatewayFixture at;
    const auto id = at.ask(row.method, row.target, row.body);
    const auto* command = at.client.last<client::SetChat>();
    REQUIRE(command);
    CHECK(command->setting == row.setting);
    CHECK(command->value == row.value);
    CHECK_FALSE(at.answered(id));
    finish(at, client::SettingOutcome::applied);
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == 200);
    CHECK(at.replies[id].body == row.answer);
  }
}

TEST_CASE("an edited label keeps the name and the colour that are not named") {
  struct Row { const char *body, *name; int color; };
  for (const Row& row : {Row{R"({"color":3})", "Customers", 3}, Row{R"({"name":"Guests"})", "Guests", 9},
                         Row{R"({"name":"Guests","color":null})", "Guests", 0}, Row{"{}", "Customers", 9}}) {
    INFO(row.body);
    GatewayFixture at;
    store::Txn txn(at.disk);
    client::store_label(txn, "5", {"Customers", 9, {}, false, 0});
    at.disk.apply(txn.take());
    const auto id = at.ask("PUT", "/labels/5", row.body);
    REQUIRE(at.client.last<client::SetChat>());
    finish(at, client::SettingOutcome::applied);
    CHECK(at.replies[id].body["name"] == row.name);
    CHECK(at.replies[id].body["color"] == row.color);
  }
  GatewayFixture at;
  CHECK(at.call("PUT", "/labels/5", R"({"name":null})").status == 400);
}

TEST_CASE("what a star or a label lacks is named") {
  struct Row { const char *method, *target, *body, *field; };
  const Row rows[] = {
      {"POST", "/messages/3EB0AA/star", "{}", "chat_jid"},
      {"POST", "/messages/3EB0AA/star", R"({"chat_jid":"120363000000000000@g.us"})", "participant"},
      {"POST", "/send/reaction", R"({"number":"120363000000000000@g.us","messageId":"3EB0AA","reaction":"+"})", "participant"},
      {"PUT", "/labels/5", "{}", "name"},
      {"PUT", "/labels/5", R"({"name":"x","color":-1})", "color"},
      {"PUT", "/labels/123456789012345678901234567890123", R"({"name":"x"})", "labelId"},
      {"POST", "/chats/222333444@lid/labels", "{}", "label_id"},
      {"DELETE", "/messages/3EB0AA/labels/5", "", "chat_jid"},
  };
  for (const Row& row : rows) {
    INFO(row.method << " " << row.target << " " << row.body);
    GatewayFixture at;
    const auto id = at.ask(row.method, row.target, row.body);
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == 400);
    CHECK(at.replies[id].body.dump().find(row.field) != std::string::npos);
    CHECK_FALSE(at.client.last<client::SetChat>());
  }
}

TEST_CASE("a mute without a duration is for ever") {
  GatewayFixture at;
  at.ask("POST", "/chats/222333444@lid/mute", R"({"muted":true})");
  CHECK(at.client.last<client::SetChat>()->mute_until_ms == -1);
  at.ask("POST", "/chats/222333444@lid/mute", R"({"muted":true,"duration_seconds":60})");
  CHECK(at.client.last<client::SetChat>()->mute_until_ms == at.now.wall.ms + 60'000);
}

TEST_CASE("a mute ends by the service's clock, and shows so") {
  GatewayFixture at;
  constexpr std::int64_t kAheadMs = 3 * 3'600'000;
  store::Txn txn(at.disk);
  client::note_service_time(txn, (at.now.wall.ms + kAheadMs) / 1000, at.now.wall, 0);
  client::ChatRow row;
  row.muted_until_ms = at.now.wall.ms + kAheadMs - 1000;   // over, though the own clock has not come there
  client::store_chat(txn, test::jid("222333444@lid"), row);
  at.disk.apply(txn.take());
  at.ask("POST", "/chats/222333444@lid/mute", R"({"muted":true,"duration_seconds":60})");
  CHECK(at.client.last<client::SetChat>()->mute_until_ms == at.now.wall.ms + kAheadMs + 60'000);
  CHECK_FALSE(at.call("GET", "/chats/222333444@lid").body["data"]["chat"].contains("muted_until"));
}

TEST_CASE("outcomes of a patch") {
  struct Row { client::SettingOutcome outcome; int code, status; const char* error_code; };
  const Row rows[] = {
      {client::SettingOutcome::unchanged, 0, 200, nullptr},
      {client::SettingOutcome::conflict, 0, 409, "CONFLICT"},
      {client::SettingOutcome::refused, 400, 502, "UPSTREAM_REJECTED"},
      {client::SettingOutcome::timeout, 0, 504, "UPSTREAM_TIMEOUT"},
      {client::SettingOutcome::blocked, 0, 503, "DEVICE_NOT_READY"},
  };
  for (const Row& row : rows) {
    GatewayFixture at;
    const auto id = at.ask("POST", "/chats/222333444@lid/archive", R"({"archived":true})");
    finish(at, row.outcome, false, row.code);
    INFO(row.status);
    CHECK(at.replies[id].status == row.status);
    if (row.error_code) CHECK(at.replies[id].body["error_code"] == row.error_code);
    else CHECK(at.replies[id].body["outcome"] == "unchanged");
  }
  GatewayFixture at;
  auto id = at.ask("POST", "/chats/222333444@lid/archive", R"({"archived":true})");
  finish(at, client::SettingOutcome::applied, true);
  CHECK(at.replies[id].body["warning"].is_string());
  id = at.ask("POST", "/chats/222333444@lid/archive", R"({"archived":true})");
  at.advance(60'000);
  CHECK(at.replies[id].status == 504);
}

TEST_CASE("the hint of the last message") {
  struct Row { const char* name; json value; std::int64_t expected_ms; };  // 0: refused
  const std::int64_t now = test::kStartMs;
  const Row rows[] = {
      {"seconds", now / 1000 - 60, now - 60'000},
      {"milliseconds", now - 60'000, now - 60'000},
      {"RFC 3339", "2025-12-31T23:59:00Z", now - 60'000},
      {"RFC 3339 with an offset", "2025-12-31T20:59:00-03:00", now - 60'000},
      {"a little ahead", now / 1000 + 3600, now + 3'600'000},
      {"two days ahead", now / 1000 + 2 * 86'400, 0},
      {"before 2009", 1'230'767'999, 0},
      {"first of 2009", 1'230'768'000, 1'230'768'000'000},
      {"zero", 0, 0},
      {"negative", -5, 0},
      {"fraction", 1.5, 0},
      {"no date", "yesterday", 0},
      {"wrong type", true, 0},
      {"huge", 18'446'744'073'709'551'615u, 0},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    const auto id = at.ask("POST", "/chats/222333444@lid/archive",
                           json{{"archived", true}, {"last_message_timestamp", row.value}}.dump());
    if (row.expected_ms == 0) {
      CHECK(at.replies[id].status == 400);
      CHECK(at.replies[id].body["validation"][0]["field"] == "last_message_timestamp");
      CHECK(at.client.count<client::SetChat>() == 0);
    } else {
      REQUIRE(at.client.last<client::SetChat>());
      REQUIRE(at.client.last<client::SetChat>()->last_message_hint);
      CHECK(at.client.last<client::SetChat>()->last_message_hint->ms == row.expected_ms);
    }
  }
}

TEST_CASE("bad chats and bodies") {
  struct Row { const char *method, *target, *body, *code; std::vector<std::string> fields; };
  const Row rows[] = {
      {"POST", "/chats/nobody/archive", R"({"archived":true})", "INVALID_JID", {"jid"}},
      {"POST", "/chats/%20/pin", "", "INVALID_JID", {"jid"}},
      {"DELETE", "/chats/status@broadcast/pin", "", "INVALID_JID", {"jid"}},
      {"POST", "/chats/nobody/archive", "{}", "VALIDATION_ERROR", {"archived", "jid"}},
      {"POST", "/chats/222333444@lid/archive", R"({"archived":"true"})", "VALIDATION_ERROR", {"archived"}},
      {"POST", "/chats/222333444@lid/mute", R"({"muted":true,"duration_seconds":0})", "VALIDATION_ERROR", {"duration_seconds"}},
      {"POST", "/chats/222333444@lid/mute", R"({"duration_seconds":"1"})", "VALIDATION_ERROR", {"muted", "duration_seconds"}},
      {"POST", "/chats/222333444@lid/archive", "", "INVALID_REQUEST", {}},
      {"POST", "/appstate/sync", R"({"scopes":["chats","nope",1],"full":1})", "VALIDATION_ERROR",
       {"scopes[2]", "full", "scopes[1]"}},
      {"POST", "/appstate/sync", R"({"scopes":{}})", "VALIDATION_ERROR", {"scopes"}},
  };
  for (const Row& row : rows) {
    INFO(row.target << " " << row.body);
    GatewayFixture at;
    at.client.executed.clear();
    const auto answer = at.call(row.method, row.target, row.body);
    CHECK(answer.status == 400);
    CHECK(answer.body["error_code"] == row.code);
    std::vector<std::string> fields;
    for (const auto& bad : answer.body.value("validation", json::array())) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("POST /appstate/sync") {
  GatewayFixture at;
  auto id = at.ask("POST", "/appstate/sync");
  const auto* command = at.client.last<client::SyncAppState>();
  REQUIRE(command);
  CHECK(command->collections.size() == 5);
  CHECK_FALSE(command->full);
  at.raise(client::SyncDone{command->command, true, ""});
  CHECK(at.replies[id].body == json{{"success", true}, {"scopes", {"contacts", "chats", "settings"}}, {"full_sync",
      false}});
  id = at.ask("POST", "/appstate/sync", R"({"scopes":["pins"],"full":true})");
  command = at.client.last<client::SyncAppState>();
  CHECK(command->collections == std::vector<std::string>{"regular_low"});
  CHECK(command->full);
  at.raise(client::SyncDone{command->command, false, "mac"});
  CHECK(at.replies[id].status == 502);
}

TEST_CASE("the payloads of chats") {
  GatewayFixture at;
  at.configure_webhook({"chat.archive", "chat.mute", "app_state.sync_complete"});
  client::ChatChanged change;
  change.chat = jid("222333444@lid");
  change.value = true;
  change.time = {test::kStartMs};
  at.raise(change);
  CHECK(json::parse(at.posts[0].body)["data"] ==
        json{{"chat_jid", "222333444@lid"}, {"archived", true}, {"timestamp", "2026-01-01T00:00:00Z"},
             {"from_full_sync", false}, {"by", "other_device"}});
  at.acknowledge(0);
  change.setting = client::ChatSetting::mute;
  change.muted_until_ms = test::kStartMs + 60'000;
  change.by_us = true;
  at.raise(change);
  CHECK(json::parse(at.posts[1].body)["data"]["muted_until"] == "2026-01-01T00:01:00Z");
  CHECK(json::parse(at.posts[1].body)["data"]["by"] == "us");
  at.acknowledge(1);
  at.configure_webhook({"label.edit", "label.association_message", "app_state.sync_complete"});
  change = {};
  change.setting = client::ChatSetting::label_edit;
  change.value = true;
  change.time = {test::kStartMs};
  change.detail.label = "5";
  change.detail.label_name = "Customers";
  change.detail.label_color = 3;
  at.raise(change);
  REQUIRE(at.posts.size() == 3);
  CHECK(json::parse(at.posts[2].body)["data"] ==
        json{{"label_id", "5"}, {"name", "Customers"}, {"color", 3}, {"deleted", false}, {"timestamp", "2026-01-01T00:00:00Z"},
             {"from_full_sync", false}, {"by", "other_device"}});
  at.acknowledge(2);
  change.setting = client::ChatSetting::label_message;
  change.chat = jid("222333444@lid");
  change.detail.message_id = "3EB0AA";
  at.raise(change);
  REQUIRE(at.posts.size() == 4);
  CHECK(json::parse(at.posts[3].body)["data"]["message_id"] == "3EB0AA");
  CHECK(json::parse(at.posts[3].body)["data"]["labeled"] == true);
  at.acknowledge(3);
  at.raise(client::CollectionSynced{"regular_low", 17, true});
  CHECK(json::parse(at.posts[4].body)["data"]["collection"] == "regular_low");
  CHECK(json::parse(at.posts[4].body)["data"]["version"] == 17);
}
