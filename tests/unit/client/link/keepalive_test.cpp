#include <catch2/catch.hpp>

#include "base/limits.h"
#include "client/link/backoff.h"
#include "client/link/keepalive.h"
#include "client/link/open_queries.h"
#include "unit/client/client_rig.h"

namespace keepalive_test {

using namespace wa;
using client::Keepalive;
using client::LinkState;

TEST_CASE("a ping every 20 to 30 s, judged by what is received") {
  test::ClientRig rig(true);
  rig.go_online();
  const auto pings = [&] {
    int out = 0;
    for (const auto& node : rig.server.received) out += node.text_attr("xmlns") == "w:p";
    return out;
  };
  rig.advance(300'000);
  CHECK(pings() >= 9);
  CHECK(pings() <= 15);
  CHECK(rig.connects == 1);

  SECTION("silence ends the link after the deadline") {
    rig.answer_pings = false;
    const MonoTime from = rig.now.mono;
    while (rig.client->status().link == LinkState::online) rig.advance(100);
    CHECK(rig.now.mono - from <= 52'000);
    CHECK(rig.count<client::KeepaliveTimeout>() == 1);
    CHECK(rig.event<client::Disconnected>()->reason == std::string("keepalive_timeout"));
    rig.answer_connects = rig.answer_pings = true;
    rig.advance(2'000);
    rig.success();
    CHECK(rig.count<client::KeepaliveRestored>() == 1);
  }
  SECTION("any stanza counts as life, an unanswered ping alone does not end it") {
    rig.answer_pings = false;
    for (int i = 0; i < 30; ++i) {
      rig.advance(10'000);
      rig.say(wire::Node("presence").attr("from", wire::Jid{"5511900000001", wire::Server::pn}));
    }
    CHECK(rig.connects == 1);
  }
}

TEST_CASE("a machine that slept reconnects at once") {
  test::ClientRig rig(true);
  rig.go_online();
  rig.advance(40'000);
  SECTION("the monotonic clock stood still") { rig.now.wall = rig.now.wall + 3'600'000; }
  SECTION("the timer is late") { rig.move(3'600'000); }
  const int before = rig.connects;
  rig.tick();
  CHECK(rig.connects == before + 1);
}

TEST_CASE("backoff: Fibonacci seconds, ten per cent of jitter, a cap") {
  sim::SeededRandom random(3);
  client::Backoff backoff;
  const std::int64_t expected[] = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 900, 900, 900};
  for (const std::int64_t seconds : expected) {
    const std::int64_t ms = backoff.next_ms(random);
    CHECK(ms >= seconds * 900);
    CHECK(ms <= seconds * 1100);
  }
  backoff.reset();
  CHECK(backoff.next_ms(random) <= 1'100);
}

TEST_CASE("open queries: given back once, in the order of their deadlines, never more than the limit") {
  client::Requests requests;
  requests.add("a", client::ActiveQuery{}, {200});
  requests.add("b", client::PingQuery{}, {100});
  requests.add("c", client::IgnoredQuery{}, {300});
  CHECK(requests.deadline() == MonoTime{100});
  CHECK_FALSE(requests.take("x"));
  const auto due = requests.expired({250});
  REQUIRE(due.size() == 2);
  CHECK(std::holds_alternative<client::PingQuery>(due[0]));
  CHECK(std::holds_alternative<client::ActiveQuery>(due[1]));
  CHECK_FALSE(requests.take("a"));
  CHECK(requests.lost().size() == 1);
  CHECK(requests.empty());
  for (std::size_t i = 0; i < limits::kOpenQueriesMax; ++i) requests.add(std::to_string(i), client::IgnoredQuery{}, {1});
  CHECK(requests.full());
}

}  // namespace keepalive_test
