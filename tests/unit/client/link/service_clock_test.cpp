// The service's clock is known from logins and pings, and what others compare goes by it.
#include "client/rows/privacy_tokens.h"
#include "client/rows/service_clock.h"
#include "unit/client/message_rig.h"

namespace service_clock_test {

using namespace wa;
using namespace wa::client;
using store::Table;
using test::jid;
using test::MessageRig;

constexpr std::int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;
const auto kFriendLid = jid("70000000000002@lid");

namespace {

std::int64_t ahead(test::ClientRig& rig) {
  store::Txn txn(rig.disk);
  return service_time(txn, rig.now.wall) - rig.now.wall;
}

bool noted(const test::ClientRig& rig) { return rig.disk.get({Table::device, "service_clock"}).has_value(); }

SendMessage to_friend(MessageBody body) { return {1, kFriendLid, std::move(body)}; }

void meet_friend(MessageRig& rig) {
  rig.say(rig.text_from(rig.friend_phone, "F1", "hello"));
  rig.say(rig.text_from(rig.own_phone, "F2", "hello"));
  rig.server.received.clear();
  REQUIRE(rig.execute(to_friend(Text{"first"})).ok());
  rig.answer_devices({{kFriendLid, {0}, {}}, {jid("90000000000001@lid"), {0, 7}, {}}});
  rig.ack(*rig.last("message"));
  rig.server.received.clear();
}

}  // namespace

TEST_CASE("a login says what time it is") {
  for (const std::int64_t off_ms : {3 * kHourMs, -3 * kHourMs, 10 * kDayMs, -400 * kDayMs}) {
    CAPTURE(off_ms);
    test::ClientRig rig(true);
    rig.clock_ahead_ms = off_ms;
    rig.go_online();
    CHECK(ahead(rig) == off_ms);
    CHECK(rig.event<LoggedIn>()->server_time == rig.now.wall + off_ms);
    rig.reopen();
    CHECK(ahead(rig) == off_ms);          // also before the next login
    rig.clock_ahead_ms = 0;               // the own clock was set right
    rig.go_online();
    CHECK(ahead(rig) == 0);
  }
}

TEST_CASE("a clock that agrees writes nothing; a time that no clock shows is ignored") {
  for (const std::int64_t off_ms : {0LL, -400LL, 700LL, -900LL}) {
    CAPTURE(off_ms);
    test::ClientRig rig(true);
    rig.clock_ahead_ms = off_ms;
    rig.go_online();
    rig.advance(120'000);
    CHECK_FALSE(noted(rig));
  }
  for (const char* t : {"0", "-5", "x", "9223372036854775807", "99999999999999999999"}) {
    CAPTURE(t);
    test::ClientRig rig(true);
    rig.start();
    rig.say(wire::Node("success").attr("t", t).attr("lid", wire::Jid{"90000000000001", wire::Server::lid, 7}));
    rig.answer("passive");
    CHECK(rig.client->status().link == LinkState::online);
    CHECK_FALSE(noted(rig));
  }
}

TEST_CASE("pings put right what has changed since the login") {
  test::ClientRig rig(true);
  rig.go_online();
  rig.clock_ahead_ms = 2 * kHourMs;       // set back while connected
  rig.advance(31'000);
  CHECK(std::abs(ahead(rig) - 2 * kHourMs) <= 1000);
  const auto before = ahead(rig);
  rig.advance(300'000);                   // the same again and again
  CHECK(ahead(rig) == before);
  rig.clock_ahead_ms = -5'000;
  rig.advance(31'000);
  CHECK(std::abs(ahead(rig) + 5'000) <= 1000);
  CHECK(rig.connects == 1);
}

TEST_CASE("buckets of tokens are the service's") {
  MessageRig rig;
  rig.clock_ahead_ms = 30 * kDayMs;       // the own clock is a month behind
  rig.closed();
  rig.go_online();
  const auto service_s = static_cast<std::int64_t>(rig.service_s());
  {
    store::Txn txn(rig.disk);
    store_token(txn, kFriendLid, Bytes{1, 2, 3}, service_s - 29 * 86'400);   // four buckets old: of no use
    rig.disk.apply(txn.take());
  }
  rig.say(rig.text_from(rig.friend_phone, "F1", "hello"));
  rig.say(rig.text_from(rig.own_phone, "F2", "hello"));
  rig.server.received.clear();
  REQUIRE(rig.execute(to_friend(Text{"first"})).ok());
  rig.answer_devices({{kFriendLid, {0}, {}}, {jid("90000000000001@lid"), {0, 7}, {}}});
  CHECK_FALSE(rig.last("message")->child_named("tctoken"));
  rig.ack(*rig.last("message"));
  const wire::Node* issue = rig.last_query("privacy");
  REQUIRE(issue);
  CHECK(issue->child_named("tokens")->children().front().number_attr("t") == rig.service_s());
}

TEST_CASE("changes of messages, and messages sent once more, carry the service's time") {
  MessageRig rig;
  meet_friend(rig);
  rig.clock_ahead_ms = -5 * kHourMs;
  rig.advance(31'000);
  rig.server.received.clear();
  REQUIRE(rig.execute(to_friend(DisappearAfter{86'400})).ok());
  const wire::Node message = *rig.last("message");
  rig.ack(message);
  rig.server.received.clear();
  wire::Node retry("receipt"), asked("retry"), registration("registration");
  asked.attr("count", "1").attr("id", message.text_attr("id")).attr("t", rig.service_s()).attr("v", "1");
  registration.bytes(be_bytes(rig.friend_phone.party.own.registration_id, 4));
  retry.attr("from", rig.friend_phone.lid).attr("id", message.text_attr("id")).attr("type", "retry");
  retry.attr("t", rig.service_s());
  rig.say(retry.child(std::move(asked)).child(std::move(registration)));
  const wire::Node* again = rig.last("message");
  REQUIRE(again);
  const auto t = static_cast<std::int64_t>(again->number_attr("t").value_or(0));
  CHECK(std::abs(t - static_cast<std::int64_t>(rig.service_s())) <= 2);
}

}  // namespace service_clock_test
