#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

TEST_CASE("POST /send/text answers after the acknowledgement") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text", R"({"number":"+55 11 88888-8888","text":"olá","unknown":1})");
  const auto* command = at.client.last<client::SendText>();
  REQUIRE(command);
  CHECK(command->to == jid("5511888888888@s.whatsapp.net"));
  CHECK(command->text == "olá");
  CHECK_FALSE(command->not_before);
  CHECK_FALSE(at.answered(id));
  at.now.mono.ms += 42;
  at.raise(client::MessageSent{command->command, "3EB0AA", command->to, {test::kStartMs}, false, 0});
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].body ==
        json{{"success", true}, {"message_id", "3EB0AA"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"status", "sent"},
             {"chat_jid", "5511888888888@s.whatsapp.net"},
             {"metadata", {{"device_id", test::kDeviceId}, {"user_id", test::kUserId}, {"processing_time_ms", 42},
                           {"presence_sent", false}, {"presence_duration_seconds", 0}, {"mentions_processed", 0},
                           {"quoted_message_found", false}, {"sent_at", "2026-01-01T00:00:00Z"}}},
             {"warnings", {"unknown member: unknown"}}});
}

TEST_CASE("delay, typing and quotes") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text",
                         R"({"number":"120363000000000000@g.us","text":"a","delay":2,"typingDuration":3,
                             "quoted":{"key":{"id":"3EB0BB","fromMe":true,"participant":"222333444@lid"},
                                       "message":{"conversation":"b"}}})");
  const auto* command = at.client.last<client::SendText>();
  REQUIRE(command);
  CHECK(command->not_before == WallTime{at.now.wall.ms + 5000});
  REQUIRE(command->quoted);
  CHECK(command->quoted->id == "3EB0BB");
  CHECK(command->quoted->from_me);
  CHECK(command->quoted->text == "b");
  CHECK(command->quoted->participant == jid("222333444@lid"));
  at.advance(64'999);
  CHECK_FALSE(at.answered(id));
  at.advance(1);
  CHECK(at.replies[id].status == 504);
  CHECK(at.replies[id].body["error_code"] == "UPSTREAM_TIMEOUT");
}

TEST_CASE("failures of a message") {
  struct Row { client::SendFailure why; int code, status; const char* error_code; };
  const Row rows[] = {
      {client::SendFailure::refused, 463, 502, "UPSTREAM_REJECTED"},
      {client::SendFailure::unknown_recipient, 0, 404, "CHAT_NOT_FOUND"},
      {client::SendFailure::no_devices, 0, 502, "UPSTREAM_REJECTED"},
      {client::SendFailure::timeout, 0, 504, "UPSTREAM_TIMEOUT"},
      {client::SendFailure::expired, 0, 504, "UPSTREAM_TIMEOUT"},
      {client::SendFailure::queue_full, 0, 429, "RATE_LIMITED"},
  };
  for (const Row& row : rows) {
    GatewayFixture at;
    const auto id = at.ask("POST", "/send/text", R"({"number":"5511888888888","text":"a"})");
    const auto* command = at.client.last<client::SendText>();
    at.raise(client::MessageFailed{command->command, "x", command->to, row.why, row.code});
    INFO(row.error_code);
    CHECK(at.replies[id].status == row.status);
    CHECK(at.replies[id].body["error_code"] == row.error_code);
  }
}

TEST_CASE("bad texts") {
  struct Row { const char* name; json body; const char* code; std::vector<std::string> fields; };
  const Row rows[] = {
      {"nothing", json::object(), "VALIDATION_ERROR", {"number", "text"}},
      {"empty text", {{"number", "5511888888888"}, {"text", ""}}, "VALIDATION_ERROR", {"text"}},
      {"4097 characters", {{"number", "5511888888888"}, {"text", std::string(4097, 'a')}}, "VALIDATION_ERROR", {"text"}},
      {"NUL", {{"number", "5511888888888"}, {"text", std::string("a\0b", 3)}}, "VALIDATION_ERROR", {"text"}},
      {"short number", {{"number", "123"}, {"text", "a"}}, "INVALID_JID", {"number"}},
      {"number as a number", {{"number", 5511888888888}, {"text", "a"}}, "VALIDATION_ERROR", {"number"}},
      {"delays", {{"number", "5511888888888"}, {"text", "a"}, {"delay", -1}, {"typingDuration", 61}}, "VALIDATION_ERROR",
       {"delay", "typingDuration"}},
      {"quote without key", {{"number", "5511888888888"}, {"text", "a"}, {"quoted", json::object()}}, "VALIDATION_ERROR",
       {"quoted.key"}},
      {"quote without id", {{"number", "5511888888888"}, {"text", "a"}, {"quoted", {{"key", {{"fromMe", 1}}},
          {"message", 2}}}},
       "VALIDATION_ERROR", {"quoted.key.id", "quoted.key.fromMe", "quoted.message"}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    const auto answer = at.call("POST", "/send/text", row.body.dump());
    CHECK(answer.status == 400);
    CHECK(answer.body["error_code"] == row.code);
    std::vector<std::string> fields;
    for (const auto& bad : answer.body["validation"]) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.client.count<client::SendText>() == 0);
  }
  GatewayFixture at;
  std::string text;
  for (int i = 0; i < 4096; ++i) text += "é";
  at.ask("POST", "/send/text", json{{"number", "5511888888888"}, {"text", text}}.dump());
  CHECK(at.client.count<client::SendText>() == 1);
}

TEST_CASE("the payloads of messages") {
  GatewayFixture at;
  at.configure_webhook({"message.received", "message.sent", "message.delivered", "message.read"});
  client::MessageReceived got;
  got.id = "3EB0AA";
  got.chat = got.sender = jid("5511888888888@s.whatsapp.net");
  got.sender_pn = got.sender;
  got.time = {test::kStartMs};
  got.push_name = "Ana";
  got.type = "text";
  got.text = "oi";
  at.raise(got);
  const json data = json::parse(at.posts[0].body)["data"];
  CHECK(data["message_id"] == "3EB0AA");
  CHECK(data["from"] == "5511888888888@s.whatsapp.net");
  CHECK(data["to"] == "5511999999999@s.whatsapp.net");
  CHECK(data["content"] == "oi");
  CHECK(data["message_type"] == "text");
  CHECK(data["timestamp"] == "2026-01-01T00:00:00Z");
  CHECK(data["is_from_me"] == false);
  CHECK(data["push_name"] == "Ana");
  at.acknowledge(0);
  at.raise(client::MessageReceipt{client::ReceiptKind::read, {"3EB0BB"}, got.chat, got.sender, {test::kStartMs}});
  CHECK(json::parse(at.posts[1].body)["event"] == "message.read");
  CHECK(json::parse(at.posts[1].body)["data"]["message_ids"] == json{"3EB0BB"});
  CHECK_FALSE(data.contains("unverified"));
  at.acknowledge(1);
  got.from_me = got.unverified = true;
  at.raise(got);
  const json doubtful = json::parse(at.posts[2].body);
  CHECK(doubtful["event"] == "message.sent");
  CHECK(doubtful["data"]["unverified"] == true);
}

TEST_CASE("a text that JSON makes six times as long is told as far as an event may be") {
  const std::pair<std::string, std::size_t> rows[] = {
      {"\x01", 6}, {"\n", 2}, {"\"", 2}, {"\\", 2}, {"x", 1}, {"\x7f", 1}, {"\xC3\xA9", 2}, {"\v", 6}, {"\t", 2}};
  for (const auto& [unit, bytes] : rows) {
    CAPTURE(bytes);
    GatewayFixture at;
    at.configure_webhook({"message.received"});
    client::MessageReceived got;
    got.chat = got.sender = jid("5511888888888@s.whatsapp.net");
    got.type = "text";
    for (std::size_t i = 0; i < limits::kEventTextBytesMax; ++i) got.text += unit;
    at.raise(got);
    REQUIRE(at.posts.size() == 1);
    const json data = json::parse(at.posts[0].body)["data"];
    const std::string told = data["content"];
    CHECK(told.size() / unit.size() == limits::kEventTextBytesMax / bytes);
    CHECK(told.size() % unit.size() == 0);
    CHECK(data.contains("truncated") == (bytes > 1));
  }
}
