#include "base/limits.h"
#include "client/calls/call_log.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::Answered;
using wa::test::GatewayFixture;
using wa::test::jid;
using wa::test::json;

namespace {

client::RejectDone done_of(const GatewayFixture& at, client::RejectOutcome outcome, int code = 0) {
  client::RejectDone done;
  done.command = at.client.last<client::RejectCall>()->command;
  done.call_id = at.client.last<client::RejectCall>()->call_id;
  done.outcome = outcome;
  done.upstream_code = code;
  return done;
}

}  // namespace

TEST_CASE("POST /calls/reject takes the caller in every form") {
  struct Row { const char* from; const char* expected; };
  const Row rows[] = {
      {"5511888888888@s.whatsapp.net", "5511888888888@s.whatsapp.net"},
      {"5511888888888:7@s.whatsapp.net", "5511888888888:7@s.whatsapp.net"},
      {"222333444@lid", "222333444@lid"},
      {"222333444:2@lid", "222333444:2@lid"},
      {"5511888888888", "5511888888888@s.whatsapp.net"},
      {"+55 (11) 88888-8888", "5511888888888@s.whatsapp.net"},
  };
  for (const Row& row : rows) {
    INFO(row.from);
    GatewayFixture at;
    const auto id = at.ask("POST", "/calls/reject", json{{"call_id", "A1"}, {"from", row.from}}.dump());
    CHECK_FALSE(at.answered(id));
    REQUIRE(at.client.last<client::RejectCall>());
    CHECK(at.client.last<client::RejectCall>()->call_id == "A1");
    CHECK(at.client.last<client::RejectCall>()->from.text() == row.expected);
  }
}

TEST_CASE("POST /calls/reject answers what happened") {
  struct Row { const char* name; client::RejectOutcome outcome; int code, status; const char* field; const char* value;
      };
  const Row rows[] = {
      {"confirmed", client::RejectOutcome::confirmed, 0, 200, "outcome", "confirmed"},
      {"unconfirmed", client::RejectOutcome::unconfirmed, 0, 200, "outcome", "unconfirmed"},
      {"over", client::RejectOutcome::already_ended, 0, 200, "outcome", "already_ended"},
      {"refused", client::RejectOutcome::refused, 403, 502, "error_code", "UPSTREAM_REJECTED"},
      {"link lost", client::RejectOutcome::link_lost, 0, 503, "error_code", "DEVICE_NOT_READY"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    const auto id = at.ask("POST", "/calls/reject", R"({"call_id":"A1","from":"5511888888888"})");
    at.raise(done_of(at, row.outcome, row.code));
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].status == row.status);
    CHECK(at.replies[id].body[row.field] == row.value);
    CHECK(at.replies[id].body["success"] == (row.status == 200));
    if (row.code) CHECK(at.replies[id].body["upstream_code"] == row.code);
  }
}

TEST_CASE("POST /calls/reject without any answer is unconfirmed after the time allowed") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/calls/reject", R"({"call_id":"A1","from":"5511888888888"})");
  REQUIRE(at.wake);
  CHECK(at.wake->ms == at.now.mono.ms + 5000);
  at.advance(4999);
  CHECK_FALSE(at.answered(id));
  at.advance(1);
  REQUIRE(at.answered(id));
  CHECK(at.replies[id].body == json{{"success", true}, {"outcome", "unconfirmed"}});
  at.raise(done_of(at, client::RejectOutcome::confirmed));  // too late: no second reply (the fixture checks)
}

TEST_CASE("POST /calls/reject: bad input changes nothing") {
  struct Row { const char* name; std::string body; int status; const char* code; std::vector<std::string> fields; };
  const Row rows[] = {
      {"no body", "", 400, "INVALID_REQUEST", {}},
      {"malformed", "{", 400, "INVALID_REQUEST", {}},
      {"not an object", "[1]", 400, "INVALID_REQUEST", {}},
      {"a string", "\"x\"", 400, "INVALID_REQUEST", {}},
      {"over-nested", "{\"a\":" + std::string(20'000, '['), 400, "INVALID_REQUEST", {}},
      {"everything missing", "{}", 400, "VALIDATION_ERROR", {"call_id", "from"}},
      {"nulls", R"({"call_id":null,"from":null})", 400, "VALIDATION_ERROR", {"call_id", "from"}},
      {"wrong types", R"({"call_id":1,"from":[]})", 400, "VALIDATION_ERROR", {"call_id", "from"}},
      {"empty", R"({"call_id":"","from":""})", 400, "VALIDATION_ERROR", {"call_id", "from"}},
      {"bad JID", R"({"call_id":"A1","from":"nobody"})", 400, "INVALID_JID", {"from"}},
      {"a group", R"({"call_id":"A1","from":"120363000000000000@g.us"})", 400, "INVALID_JID", {"from"}},
      {"too long", R"({"call_id":")" + std::string(129, 'A') + R"(","from":"5511888888888"})", 400, "VALIDATION_ERROR",
       {"call_id"}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    at.client.executed.clear();
    const auto before = at.disk.rows();
    const Answered answer = at.call("POST", "/calls/reject", row.body);
    CHECK(answer.status == row.status);
    CHECK(answer.body["success"] == false);
    CHECK(answer.body["error_code"] == row.code);
    CHECK(answer.body["error"].is_string());
    CHECK(answer.body["timestamp"] == "2026-01-01T00:00:00Z");
    std::vector<std::string> fields;
    for (const auto& bad : answer.body.value("validation", json::array())) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(answer.body.contains("validation") == !row.fields.empty());
    CHECK(at.client.executed.empty());
    CHECK(at.disk.rows() == before);
  }
}

TEST_CASE("GET /calls: the calls of the last day, the newest first, with what became of them") {
  GatewayFixture at;
  CHECK(at.call("GET", "/calls").body == json{{"success", true}, {"calls", json::array()}, {"count", 0}});
  REQUIRE(at.call("PUT", "/calls/settings", R"({"auto_reject":true,"auto_reply":{"enabled":true,"message":"busy"}})").status == 200);
  store::Txn txn(at.disk);
  client::CallRecord record;
  record.state = client::CallState::missed;
  record.from = record.creator = jid("222333444:2@lid");
  record.lid = jid("222333444@lid");
  record.seen = {test::kStartMs - limits::kCallKeptMs + 1000};
  client::store_call(txn, "OLD", record);
  record.seen = {test::kStartMs};
  record.pn = jid("5511888888888@s.whatsapp.net");
  record.state = client::CallState::rejected;
  record.own_reject = client::OwnReject::confirmed;
  record.is_video = true;
  client::store_call(txn, "NEW", record);
  at.disk.apply(txn.take());
  client::CallEvent offer;
  offer.call_id = "NEW";
  offer.from = offer.creator = record.from;
  offer.from_pn = record.pn;
  at.raise(offer);
  client::RejectDone done = done_of(at, client::RejectOutcome::confirmed);
  done.caller = record.pn;
  at.raise(done);
  json expected{{"call_id", "NEW"}, {"from", "222333444:2@lid"}, {"from_pn", "5511888888888@s.whatsapp.net"},
                {"from_lid", "222333444@lid"}, {"is_group", false}, {"kind", "video"}, {"offline", false},
                {"state", "rejected"}, {"timestamp", "2026-01-01T00:00:00Z"}, {"reject", "confirmed"}, {"reply", "queued"}};
  const json all = at.call("GET", "/calls").body;
  REQUIRE(all["count"] == 2);
  CHECK(all["calls"][0] == expected);
  CHECK(all["calls"][1]["call_id"] == "OLD");
  CHECK_FALSE(all["calls"][1].contains("from_pn"));
  CHECK(all["calls"][1]["kind"] == "audio");
  CHECK(all["calls"][1]["reply"].is_null());
  const auto* reply = at.client.last<client::SendText>();
  REQUIRE(reply);
  at.raise(client::MessageFailed{0, reply->id, reply->to, client::SendFailure::refused, 463});
  expected["reply"] = "refused";
  expected["reply_code"] = 463;
  at.reopen();
  const json newest = at.call("GET", "/calls?limit=1").body;
  const std::string cursor = newest["next_cursor"];
  CHECK(newest == json{{"success", true}, {"calls", json::array({expected})}, {"count", 1}, {"next_cursor", cursor}});
  const json older = at.call("GET", "/calls?limit=1&cursor=" + cursor).body;
  CHECK(older["calls"] == json::array({all["calls"][1]}));
  CHECK(older["next_cursor"].is_null());
  CHECK(at.call("GET", "/calls?cursor=x").body["validation"][0]["field"] == "cursor");
  at.advance(2000);  // a day has passed since the old one
  CHECK(at.call("GET", "/calls").body["count"] == 1);
  for (const char* limit : {"0", "1001", "x", "1x", ""}) {
    CHECK(at.call("GET", std::string("/calls?limit=") + limit).body["error_code"] == "VALIDATION_ERROR");
  }
}

TEST_CASE("media types and sizes") {
  GatewayFixture at;
  const auto with_type = [&](const std::string& type, std::string body) {
    const RequestId id = at.next_request++;
    at.feed(gateway::ApiRequest{id, "PUT", "/calls/settings", "", type, std::move(body)});
    return at.replies.at(id);
  };
  CHECK(with_type("application/json", "{}").status == 200);
  CHECK(with_type("Application/JSON; charset=utf-8", "{}").status == 200);
  CHECK(with_type("application/vnd.api+json", "{}").status == 200);
  CHECK(with_type("", "{}").status == 200);
  CHECK(with_type("text/plain", "{}").body["error_code"] == "UNSUPPORTED_MEDIA_TYPE");
  CHECK(with_type("multipart/form-data; boundary=x", "{}").status == 415);
  const auto large = with_type("application/json", std::string(limits::kBodyBytesMax + 1, ' '));
  CHECK(large.status == 413);
  CHECK(large.body["error_code"] == "PAYLOAD_TOO_LARGE");
}

TEST_CASE("a device that is not there answers 503, with the time when it comes back") {
  GatewayFixture at;
  at.client.on_execute = [](const client::Command&, client::Turn&) { return Result<void>(Errc::not_ready, "link"); };
  const std::string body = R"({"call_id":"A1","from":"5511888888888"})";
  at.client.status.link = client::LinkState::waiting;
  at.client.status.retry_at = at.now.mono + 4200;
  auto answer = at.call("POST", "/calls/reject", body);
  CHECK(answer.status == 503);
  CHECK(answer.body["error_code"] == "DEVICE_NOT_READY");
  CHECK(answer.body["error"] == "session is not connected");
  CHECK(answer.header("Retry-After") == "5");
  at.client.status = {};
  answer = at.call("POST", "/calls/reject", body);
  CHECK(answer.status == 503);
  CHECK(answer.header("Retry-After").empty());
}

TEST_CASE("what needs the link is refused without it, and not done later") {
  GatewayFixture at;
  at.client.status.link = client::LinkState::connecting;
  at.client.executed.clear();
  const std::pair<const char*, const char*> requests[] = {
      {"/calls/reject", R"({"call_id":"A1","from":"5511888888888"})"},
      {"/send/text", R"({"number":"5511888888888","text":"a"})"},
      {"/chats/222333444@lid/archive", R"({"archived":true})"},
      {"/appstate/sync", "{}"},
  };
  for (const auto& [target, body] : requests) {
    INFO(target);
    const auto answer = at.call("POST", target, body);
    CHECK(answer.status == 503);
    CHECK(answer.body["error_code"] == "DEVICE_NOT_READY");
    CHECK(answer.header("Retry-After") == "1");
  }
  CHECK(at.client.executed.empty());
}

TEST_CASE("too many waiting requests are told to come back") {
  GatewayFixture at;
  const std::string body = R"({"call_id":"A1","from":"5511888888888"})";
  for (std::size_t i = 0; i < limits::kRequestsPerDeviceMax; ++i) at.ask("POST", "/calls/reject", body);
  CHECK(at.replies.empty());
  const auto answer = at.call("POST", "/calls/reject", body);
  CHECK(answer.status == 429);
  CHECK(answer.body["error_code"] == "RATE_LIMITED");
  CHECK(answer.header("Retry-After") == "1");
  at.advance(5000);
  CHECK(at.replies.size() == limits::kRequestsPerDeviceMax + 1);
}

TEST_CASE("call settings: defaults, merge, restart") {
  GatewayFixture at;
  const json defaults{{"success", true}, {"auto_reject", false}, {"auto_reject_groups", false},
                      {"auto_reply", {{"enabled", false}, {"message", ""}, {"cooldown_seconds", 600}, {"max_per_hour", 60}}},
                      {"allow", json::array()}};
  CHECK(at.call("GET", "/calls/settings").body == defaults);
  CHECK(at.call("PUT", "/calls/settings", "{}").body == defaults);
  const json full{{"auto_reject", true}, {"auto_reject_groups", true},
                  {"auto_reply", {{"enabled", true}, {"message", "ocupado"}, {"cooldown_seconds", 60}}},
                  {"allow", {"+55 11 99999-9999", "222333444@lid", "5511999999999"}}};
  REQUIRE(at.call("PUT", "/calls/settings", full.dump()).status == 200);
  at.reopen();
  json now = at.call("GET", "/calls/settings").body;
  CHECK(now["allow"] == json{"222333444@lid", "5511999999999@s.whatsapp.net"});
  CHECK(now["auto_reply"]["message"] == "ocupado");
  // What PUT does not name stays; what GET gave can be put back.
  REQUIRE(at.call("PUT", "/calls/settings", R"({"auto_reply":{"cooldown_seconds":5}})").status == 200);
  now["auto_reply"]["cooldown_seconds"] = 5;
  CHECK(at.call("GET", "/calls/settings").body == now);
  CHECK(at.call("PUT", "/calls/settings", now.dump()).body == now);
  // Null makes a member what it is when never set.
  REQUIRE(at.call("PUT", "/calls/settings", R"({"auto_reply":{"cooldown_seconds":null},"allow":null})").status == 200);
  now["auto_reply"]["cooldown_seconds"] = 600;
  now["allow"] = json::array();
  CHECK(at.call("GET", "/calls/settings").body == now);
  CHECK(at.call("PUT", "/calls/settings", R"({"auto_reply":null,"auto_reject":null,"auto_reject_groups":null})").body ==
        defaults);
}

TEST_CASE("bad call settings name every field and change nothing") {
  struct Row { const char* name; json body; const char* code; std::vector<std::string> fields; };
  const Row rows[] = {
      {"types", {{"auto_reject", 1}, {"auto_reject_groups", "x"}, {"auto_reply", 3}, {"allow", "x"}}, "VALIDATION_ERROR",
       {"auto_reject", "auto_reject_groups", "auto_reply", "allow"}},
      {"unknown members", {{"auto_rejct", true}, {"auto_reply", {{"mesage", "x"}}}}, "VALIDATION_ERROR",
       {"auto_reply.mesage", "auto_rejct"}},
      {"inner types", {{"auto_reply", {{"enabled", "yes"}, {"message", 1}, {"cooldown_seconds", 1.5}}}}, "VALIDATION_ERROR",
       {"auto_reply.enabled", "auto_reply.message", "auto_reply.cooldown_seconds"}},
      {"enabled without a message", {{"auto_reply", {{"enabled", true}}}}, "VALIDATION_ERROR", {"auto_reply.message"}},
      {"message too long", {{"auto_reply", {{"message", std::string(4097, 'a')}}}}, "VALIDATION_ERROR", {"auto_reply.message"}},
      {"replies per hour", {{"auto_reply", {{"max_per_hour", 0}}}}, "VALIDATION_ERROR", {"auto_reply.max_per_hour"}},
      {"negative cooldown", {{"auto_reply", {{"cooldown_seconds", -1}}}}, "VALIDATION_ERROR", {"auto_reply.cooldown_seconds"}},
      {"JIDs", {{"allow", {"5511999999999", "x", "120363000000000000@g.us"}}}, "INVALID_JID", {"allow[1]", "allow[2]"}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    GatewayFixture at;
    const auto before = at.disk.rows();
    const auto answer = at.call("PUT", "/calls/settings", row.body.dump());
    CHECK(answer.status == 400);
    CHECK(answer.body["error_code"] == row.code);
    std::vector<std::string> fields;
    for (const auto& bad : answer.body["validation"]) fields.push_back(bad["field"]);
    CHECK(fields == row.fields);
    CHECK(at.disk.rows() == before);
  }
  GatewayFixture at;  // 4096 characters are characters, not bytes
  std::string message;
  for (int i = 0; i < 4096; ++i) message += "é";
  CHECK(at.call("PUT", "/calls/settings", json{{"auto_reply", {{"enabled", true}, {"message",
      message}}}}.dump()).status == 200);
}

TEST_CASE("the payloads of calls") {
  GatewayFixture at;
  at.configure_webhook({"call.offer", "call.terminate", "call.reject"});
  client::CallEvent event;
  event.call_id = "A1";
  event.from = event.creator = jid("222333444:5@lid");
  event.from_lid = jid("222333444@lid");
  event.from_pn = jid("5511888888888@s.whatsapp.net");
  event.is_video = true;
  event.time = {test::kStartMs};
  event.platform = "android";
  at.raise(event);
  REQUIRE(at.posts.size() == 1);
  const json body = json::parse(at.posts[0].body);
  CHECK(body["event"] == "call.offer");
  CHECK(body["timestamp"] == test::kStartMs / 1000);
  CHECK(body["device_id"] == test::kDeviceId);
  CHECK(body["user_id"] == test::kUserId);
  CHECK(body["data"] == json{{"call_id", "A1"}, {"from", "222333444:5@lid"}, {"from_pn",
      "5511888888888@s.whatsapp.net"},
                             {"from_lid", "222333444@lid"}, {"call_creator", "222333444:5@lid"}, {"chat_jid",
                                 "5511888888888@s.whatsapp.net"},
                             {"is_group", false}, {"is_video", true}, {"offline", false},
                             {"timestamp", "2026-01-01T00:00:00Z"}, {"platform", "android"}});
  at.acknowledge(0);
  event.kind = client::CallEventKind::terminate;
  event.reason = "timeout";
  event.duration_s = 7;
  at.raise(event);
  CHECK(json::parse(at.posts[1].body)["data"]["reason"] == "timeout");
  CHECK(json::parse(at.posts[1].body)["data"]["duration"] == 7);
  at.acknowledge(1);
  event.kind = client::CallEventKind::reject;
  event.by = client::CallBy::us;
  at.raise(event);
  CHECK(json::parse(at.posts[2].body)["data"]["by"] == "us");
}
