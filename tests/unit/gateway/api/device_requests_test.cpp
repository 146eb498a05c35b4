#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;

TEST_CASE("whatever a device has no room for is answered in one way") {
  struct Ask { const char* method; const char* target; const char* body; };
  const Ask asks[] = {
      {"POST", "/calls/reject", R"({"call_id":"A1","from":"5511888888888"})"},
      {"POST", "/chats/5511888888888/pin", ""},
      {"PUT", "/labels/5", R"({"name":"Customers"})"},
      {"POST", "/appstate/sync", "{}"},
      {"POST", "/contact/check", R"({"numbers":["5511888888888"]})"},
      {"GET", "/contacts/blocklist", ""},
      {"GET", "/privacy", ""},
      {"POST", "/logout", ""},
      {"POST", "/send/text", R"({"number":"5511888888888","text":"a"})"},
      {"POST", "/presence", ""},
  };
  for (const Ask& one : asks) {
    INFO(one.method << " " << one.target);
    GatewayFixture at;
    at.client.on_execute = [](const client::Command&, client::Turn&) { return Result<void>(Errc::full, "no room"); };
    const auto answer = at.call(one.method, one.target, one.body);
    CHECK(answer.status == 429);
    CHECK(answer.body["error_code"] == "RATE_LIMITED");
    CHECK(answer.header("Retry-After") == "5");
  }
}

TEST_CASE("a message the outbox has no room for is answered the same way") {
  GatewayFixture at;
  const auto id = at.ask("POST", "/send/text", R"({"number":"5511888888888","text":"a"})");
  const auto* command = at.client.last<client::SendText>();
  REQUIRE(command);
  at.raise(client::MessageFailed{command->command, "x", command->to, client::SendFailure::queue_full, 0});
  CHECK(at.replies[id].status == 429);
  CHECK(at.replies[id].header("Retry-After") == "5");
}

TEST_CASE("who waits for the same event is answered in order of arrival, and once") {
  GatewayFixture at;
  at.client.status.link = client::LinkState::connecting;
  const auto first = at.ask("POST", "/connect", "{}"), second = at.ask("POST", "/connect", "{}");
  at.raise(client::MessageReceived{});
  CHECK_FALSE(at.answered(first));
  at.raise(client::ConnectFailure{405, "old", ""});
  REQUIRE((at.answered(first) && at.answered(second)));
  CHECK(at.replies[first].status == 502);
  at.advance(60'000);  // the fixture refuses a second reply
}
