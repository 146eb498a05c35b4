#include "base/limits.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using wa::test::GatewayFixture;
using wa::test::json;

namespace {

void ring(GatewayFixture& at, const std::string& id) {
  client::CallEvent call;
  call.call_id = id;
  call.from = call.creator = test::jid("5511888888888@s.whatsapp.net");
  at.raise(call);
}

std::vector<std::string> names(const json& answer) {
  std::vector<std::string> out;
  for (const auto& item : answer["events"]) out.push_back(item["event"]);
  return out;
}

}  // namespace

TEST_CASE("events are remembered only while somebody watches") {
  GatewayFixture at;
  ring(at, "A");
  json first = at.call("GET", "/events").body;
  CHECK(first["events"].empty());  // nobody watched when A rang
  ring(at, "B");
  json seen = at.call("GET", "/events?after=" + first["next"].dump()).body;
  REQUIRE(names(seen) == std::vector<std::string>{"call.offer"});
  CHECK(seen["events"][0]["data"]["call_id"] == "B");
  CHECK(seen["events"][0]["timestamp"] == "2026-01-01T00:00:00Z");
  CHECK(at.call("GET", "/events?after=" + seen["next"].dump()).body["events"].empty());
  at.advance(limits::kLiveEventsIdleMs);
  CHECK(at.call("GET", "/events").body["events"].empty());
}

TEST_CASE("a watcher waits for news, or for its time") {
  GatewayFixture at;
  const json next = at.call("GET", "/events").body["next"];
  const RequestId waiting = at.ask("GET", "/events?wait=20&after=" + next.dump());
  CHECK_FALSE(at.answered(waiting));
  ring(at, "C");
  REQUIRE(at.answered(waiting));
  CHECK(names(at.replies[waiting].body) == std::vector<std::string>{"call.offer"});
  const RequestId quiet = at.ask("GET", "/events?wait=5&after=" + at.replies[waiting].body["next"].dump());
  at.advance(4999);
  CHECK_FALSE(at.answered(quiet));
  at.advance(1);
  REQUIRE(at.answered(quiet));
  CHECK(at.replies[quiet].status == 200);
  CHECK(at.replies[quiet].body["events"].empty());
}

TEST_CASE("only so many watch a device at once, and all are told the same") {
  GatewayFixture at;
  const std::string query = "/events?wait=20&after=" + at.call("GET", "/events").body["next"].dump();
  std::vector<RequestId> watchers;
  for (std::size_t i = 0; i < limits::kWatchersPerDeviceMax; ++i) watchers.push_back(at.ask("GET", query));
  CHECK(at.call("GET", query).status == 429);
  ring(at, "D");
  for (const RequestId id : watchers) {
    REQUIRE(at.answered(id));
    CHECK(at.replies[id].body == at.replies[watchers.front()].body);
    CHECK(names(at.replies[id].body) == std::vector<std::string>{"call.offer"});
  }
  CHECK_FALSE(at.answered(at.ask("GET", query + "9")));  // there is room again
}

TEST_CASE("numbers of events grow over a restart, and the ring is bounded") {
  GatewayFixture at;
  const std::uint64_t before = at.call("GET", "/events").body["next"];
  at.advance(10);
  at.reopen();
  const std::uint64_t after = at.call("GET", "/events").body["next"];
  CHECK(after > before);
  for (std::size_t i = 0; i < limits::kLiveEventsMax + 50; ++i) ring(at, "call" + std::to_string(i));
  const json all = at.call("GET", "/events").body;
  CHECK(all["events"].size() == limits::kLiveEventsMax);
  CHECK(all["events"].back()["data"]["call_id"] == "call" + std::to_string(limits::kLiveEventsMax + 49));
}

TEST_CASE("POST /connect is told as connection.manual_reconnect, to watchers and to the webhook") {
  GatewayFixture at;
  at.configure_webhook({"connection.manual_reconnect"});
  at.client.status.link = client::LinkState::idle;
  const RequestId waiting = at.ask("GET", "/events?wait=20&after=" + at.call("GET", "/events").body["next"].dump());
  at.ask("POST", "/connect");
  REQUIRE(at.answered(waiting));
  const json body = at.replies[waiting].body;
  REQUIRE(names(body) == std::vector<std::string>{"connection.manual_reconnect"});
  CHECK(body["events"][0]["data"] == json{{"timestamp", "2026-01-01T00:00:00Z"}});
  REQUIRE(at.posts.size() == 1);
  CHECK(json::parse(at.posts[0].body)["data"] == body["events"][0]["data"]);
}

TEST_CASE("bad questions about events") {
  GatewayFixture at;
  for (const char* query : {"after=x", "after=-1", "wait=31", "wait=abc", "after=99999999999999999999999"}) {
    INFO(query);
    const auto answer = at.call("GET", std::string("/events?") + query);
    CHECK(answer.status == 400);
    CHECK(answer.body["validation"].size() == 1);
  }
}
