// Statuses over the API: commands, answers, and errors with their code inside; what is told of those of others.
#include "base/limits.h"
#include "client/rows/status_rows.h"
#include "unit/gateway/gateway_fixture.h"

namespace status_api_test {

using namespace wa;
using test::Answered;
using test::GatewayFixture;
using test::json;

namespace {

const client::SendMessage& sent(GatewayFixture& at) {
  const auto* command = at.client.last<client::SendMessage>();
  REQUIRE(command);
  return *command;
}

std::string code_of(const Answered& answer) { return answer.body["error"].value("code", ""); }

}  // namespace

TEST_CASE("POST /status/text") {
  GatewayFixture at;
  const auto text_of = [&](const std::string& body) {
    at.ask("POST", "/status/text", body);
    CHECK(sent(at).to.text() == "status@broadcast");
    return std::get<client::StatusText>(sent(at).body);
  };
  SECTION("with what it leaves open") {
    const auto status = text_of(R"({"text":"hello"})");
    CHECK((status.text == "hello" && status.font == 1 && status.text_argb == 0xffffffff));
  }
  SECTION("with colours and font") {
    const auto status = text_of(R"({"text":"x","text_color":"#0A0b0C","background_color":"#80ff0000","font":8})");
    CHECK((status.text_argb == 0xff0a0b0c && status.background_argb == 0x80ff0000 && status.font == 8));
  }
  SECTION("answered when the service took it") {
    const auto id = at.ask("POST", "/status/text", R"({"text":"hello"})");
    CHECK_FALSE(at.answered(id));
    const auto command = sent(at);
    at.raise(client::MessageSent{command.command, command.id, command.to, at.now.wall, false, 2});
    const Answered answer = at.replies[id];
    CHECK(answer.status == 200);
    CHECK(answer.body["message_id"] == command.id);
    CHECK(answer.body["status_type"] == "text");
    CHECK(answer.body["failed_devices"] == 2);
    CHECK(answer.body.contains("timestamp"));
  }
  SECTION("not waited for") {
    const auto id = at.ask("POST", "/status/text?wait=0", R"({"text":"hello"})");
    CHECK(at.replies[id].status == 202);
    CHECK(at.replies[id].body["message_id"] == sent(at).id);
  }
}

TEST_CASE("POST /status/text refuses what is none") {
  const struct { const char *body, *field; } kRows[] = {
      {"{}", "text"},
      {R"({"text":" \t"})", "text"},
      {R"({"text":7})", "text"},
      {R"({"text":"x","background_color":"red"})", "background_color"},
      {R"({"text":"x","text_color":"#12345"})", "text_color"},
      {R"({"text":"x","text_color":"#12345g"})", "text_color"},
      {R"({"text":"x","font":3})", "font"},
      {R"({"text":"x","font":11})", "font"},
      {R"({"text":"x","colour":"#123456"})", "colour"},
  };
  for (const auto& row : kRows) {
    INFO(row.body);
    GatewayFixture at;
    const Answered answer = at.call("POST", "/status/text", row.body);
    CHECK(answer.status == 400);
    CHECK(code_of(answer) == "invalid_request");
    CHECK(answer.body["error"]["message"].is_string());
    CHECK(answer.body["error_code"] == "VALIDATION_ERROR");
    CHECK(answer.body["validation"][0]["field"] == row.field);
    CHECK(at.client.executed.empty());
  }
  GatewayFixture at;
  CHECK(at.call("POST", "/status/text", json{{"text", std::string(limits::kStatusCharsMax + 1,
      'x')}}.dump()).status == 400);
  CHECK(code_of(at.call("POST", "/status/text", "{")) == "invalid_request");
}

TEST_CASE("errors of statuses have their code inside") {
  const struct { client::SendFailure why; int upstream, status; const char* code; } kRows[] = {
      {client::SendFailure::refused, 479, 502, "status_failed"},
      {client::SendFailure::no_devices, 0, 502, "status_failed"},
      {client::SendFailure::timeout, 0, 504, "status_timeout"},
      {client::SendFailure::queue_full, 0, 429, "rate_limited"},
  };
  for (const auto& row : kRows) {
    INFO(row.code);
    GatewayFixture at;
    const auto id = at.ask("POST", "/status/text", R"({"text":"hello"})");
    const auto command = sent(at);
    at.raise(client::MessageFailed{command.command, command.id, command.to, row.why, row.upstream});
    CHECK(at.replies[id].status == row.status);
    CHECK(code_of(at.replies[id]) == row.code);
    CHECK(at.replies[id].body["success"] == false);
    if (row.status >= 500) CHECK(at.replies[id].body["message_id"] == command.id);
  }
  GatewayFixture at;
  const auto late = at.ask("POST", "/status/text", R"({"text":"hello"})");
  at.advance(limits::kSendTimeoutMs + 1);
  CHECK(code_of(at.replies[late]) == "status_timeout");
  at.client.status.link = client::LinkState::waiting;
  const Answered offline = at.call("POST", "/status/text", R"({"text":"hello"})");
  CHECK((offline.status == 503 && code_of(offline) == "device_disconnected"));
  CHECK(at.call("POST", "/send/text", R"({"number":"222333444@lid","text":"x"})").body["error"].is_string());
}

TEST_CASE("GET /status/privacy") {
  GatewayFixture at;
  const auto id = at.ask("GET", "/status/privacy");
  REQUIRE(at.client.last<client::AskStatusPrivacy>());
  client::StatusPrivacyDone done;
  done.command = at.client.last<client::AskStatusPrivacy>()->command;
  SECTION("the lists, in order") {
    done.lists = {{"whitelist", true, {wire::Jid{"5511888888888", wire::Server::pn}}}, {"contacts", false, {}}};
    at.raise(done);
    CHECK(at.replies[id].status == 200);
    CHECK(at.replies[id].body["lists"] == json::parse(
        R"([{"type":"whitelist","default":true,"list":["5511888888888@s.whatsapp.net"]},{"type":"contacts","default":false,"list":[]}])"));
  }
  const struct { client::AccountOutcome outcome; int status; const char* code; } kRows[] = {
      {client::AccountOutcome::refused, 502, "privacy_fetch_failed"},
      {client::AccountOutcome::timeout, 504, "privacy_fetch_failed"},
      {client::AccountOutcome::link_lost, 503, "device_disconnected"},
  };
  for (const auto& row : kRows) {
    DYNAMIC_SECTION(row.code << row.status) {
      done.outcome = row.outcome;
      at.raise(done);
      CHECK(at.replies[id].status == row.status);
      CHECK(code_of(at.replies[id]) == row.code);
    }
  }
}

TEST_CASE("PUT /status/privacy") {
  GatewayFixture at;
  const auto put = [&](const std::string& body) { return at.ask("PUT", "/status/privacy", body); };
  SECTION("a list") {
    const auto id = put(R"({"type":"blacklist","list":["5511888888888","222333444@lid"]})");
    const auto* command = at.client.last<client::SetChat>();
    REQUIRE(command);
    CHECK(command->setting == client::ChatSetting::status_privacy);
    CHECK(command->detail.audience == client::StatusAudience::deny_list);
    CHECK(command->detail.people == std::vector<std::string>{"5511888888888@s.whatsapp.net", "222333444@lid"});
    at.raise(client::ChatSettingDone{command->command, client::SettingOutcome::applied, 3, false, 0});
    CHECK(at.replies[id].status == 200);
    CHECK(at.replies[id].body == json::parse(
        R"({"success":true,"type":"blacklist","count":2,"list":["5511888888888@s.whatsapp.net","222333444@lid"]})"));
  }
  SECTION("everybody") {
    put(R"({"type":"contacts"})");
    CHECK(at.client.last<client::SetChat>()->detail.audience == client::StatusAudience::contacts);
    CHECK(at.client.last<client::SetChat>()->detail.people.empty());
  }
  SECTION("what failed") {
    const struct { client::SettingOutcome outcome; int status; const char* code; } kRows[] = {
        {client::SettingOutcome::conflict, 409, "privacy_update_failed"},
        {client::SettingOutcome::refused, 502, "privacy_update_failed"},
        {client::SettingOutcome::blocked, 503, "device_disconnected"},
        {client::SettingOutcome::timeout, 504, "privacy_update_timeout"},
    };
    for (const auto& row : kRows) {
      INFO(row.status);
      const auto id = put(R"({"type":"whitelist","list":["222333444@lid"]})");
      at.raise(client::ChatSettingDone{at.client.last<client::SetChat>()->command, row.outcome, 0, false, 0});
      CHECK(at.replies[id].status == row.status);
      CHECK(code_of(at.replies[id]) == row.code);
    }
  }
  SECTION("what is refused") {
    for (const char* body : {"{}", R"({"type":"nobody"})", R"({"type":"whitelist"})", R"({"type":"whitelist","list":[]})",
                             R"({"type":"contacts","list":["222333444@lid"]})", R"({"type":"whitelist","list":["x"]})",
                             R"({"type":"whitelist","list":["120363000000000001@g.us"]})"}) {
      INFO(body);
      const Answered answer = at.call("PUT", "/status/privacy", body);
      CHECK((answer.status == 400 && code_of(answer) == "invalid_request"));
    }
    CHECK(at.client.executed.empty());
  }
}

TEST_CASE("a status is deleted as a message is") {
  GatewayFixture at;
  const auto id = at.ask("DELETE", "/messages/delete",
                         R"({"messageId":"3EB0S1","chatJid":"status@broadcast","deleteType":"for_everyone"})");
  const auto command = sent(at);
  CHECK(command.to.text() == "status@broadcast");
  CHECK(std::get<client::Revoke>(command.body).target.id == "3EB0S1");
  at.raise(client::MessageSent{command.command, command.id, command.to, at.now.wall, false, 0});
  CHECK(at.replies[id].status == 200);
  CHECK(at.replies[id].body["chat_jid"] == "status@broadcast");
}

TEST_CASE("a received status is told as such, its deletion as a deletion") {
  GatewayFixture at;
  at.configure_webhook({"status.received", "message.received", "message.revoked", "settings.user_status_mute"});
  client::StatusReceived status;
  status.id = "3EB0S1";
  status.chat = wire::Jid{"status", wire::Server::broadcast};
  status.sender = wire::Jid{"5511888888888", wire::Server::pn};
  status.type = "text";
  status.text = "hello";
  status.time = at.now.wall;
  const auto last = [&] { return json::parse(at.posts.back().body); };
  SECTION("as it is") {
    status.background_argb = 0xff1e6e4f;
    at.raise(status);
    REQUIRE(at.posts.size() == 1);
    CHECK(last()["event"] == "status.received");
    CHECK((last()["data"]["content"] == "hello" && last()["data"]["from"] == "5511888888888@s.whatsapp.net"));
    CHECK((last()["data"]["chat_jid"] == "status@broadcast" && last()["data"]["background_color"] == "#ff1e6e4f"));
    CHECK_FALSE(last()["data"].contains("muted"));
  }
  SECTION("of somebody who is muted") {
    status.muted = true;
    at.raise(status);
    CHECK(last()["data"]["muted"] == true);
  }
  SECTION("deleted") {
    status.type = "revoke";
    status.change = client::Change::revoked;
    status.target = client::MessageRef{"3EB0S0", false, {}};
    at.raise(status);
    REQUIRE(at.posts.size() == 1);
    CHECK(last()["event"] == "message.revoked");
    CHECK(last()["data"]["target"]["id"] == "3EB0S0");
  }
  SECTION("muted by the account") {
    client::ChatChanged changed;
    changed.setting = client::ChatSetting::status_mute;
    changed.chat = status.sender;
    changed.value = true;
    at.raise(changed);
    CHECK(last()["event"] == "settings.user_status_mute");
    CHECK(last()["data"]["muted"] == true);
  }
}

TEST_CASE("refusals that trying again does not cure say what they mean") {
  for (const int code : {463, 475, 403, 479}) {
    INFO(code);
    GatewayFixture at;
    const auto id = at.ask("POST", "/send/text", R"({"number":"222333444@lid","text":"x"})");
    const auto* command = at.client.last<client::SendText>();
    at.raise(client::MessageFailed{command->command, command->id, command->to, client::SendFailure::refused, code});
    CHECK(at.replies[id].status == 502);
    CHECK(at.replies[id].body["upstream_code"] == code);
    const std::string text = at.replies[id].body["error"];
    CHECK(text != "the service refused the message");
    CHECK((text.find("restricted") == 0) == (code == 463 || code == 475));
  }
}

}  // namespace status_api_test
