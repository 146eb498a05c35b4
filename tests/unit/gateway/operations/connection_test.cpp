#include "gateway/operations/connection.h"

#include "gateway/last_seen.h"
#include "gateway/operations/pairing.h"
#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using client::LinkState;
using wa::test::OperationFixture;

namespace {

struct Told {
  gateway::Config config;
  store::MemoryStore disk;
  Webhooks webhooks{config, disk};
  LiveEvents live{{test::kStartMs}};
};

}  // namespace

TEST_CASE("the state of a device, and when it was seen") {
  OperationFixture at;
  client::Status status;
  const WallTime now = at.turn.now.wall, before{now.ms - 5000};
  CHECK(state_of(status) == DeviceState::disconnected);
  CHECK_FALSE(last_seen_of(status, at.txn, now));
  save_last_seen(before, at.txn);
  CHECK(last_seen_of(status, at.txn, now)->ms == before.ms);
  status.link = LinkState::waiting;
  status.retry_at = MonoTime{3500};
  CHECK(state_of(status) == DeviceState::reconnecting);
  CHECK(retry_in_s(status, {1000}) == 2);
  CHECK(retry_in_s(status, {9000}) == 0);
  status.link = LinkState::online;
  CHECK(state_of(status) == DeviceState::connected);
  CHECK(last_seen_of(status, at.txn, now)->ms == now.ms);
  status.passkey_required = true;  // whatever the link does
  CHECK(state_of(status) == DeviceState::passkey_required);
}

TEST_CASE("when a connect does something, and who is told") {
  struct Row { const char* name; bool paired; LinkState link; bool room; ConnectStart expected; };
  const Row rows[] = {
      {"not paired", false, LinkState::idle, true, ConnectStart::needs_pairing},
      {"connected", true, LinkState::online, false, ConnectStart::already_connected},
      {"no room", true, LinkState::idle, false, ConnectStart::too_many_wait},
      {"idle", true, LinkState::idle, true, ConnectStart::started},
      {"on its way", true, LinkState::connecting, true, ConnectStart::started},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    OperationFixture at;
    Told told;
    told.live.watch(at.turn.now.mono);
    at.fake.status.paired = row.paired;
    at.fake.status.link = row.link;
    Error error;
    CHECK(start_connect(row.room, *at.client, {told.webhooks, told.live}, at.turn, error) == row.expected);
    const std::size_t begun = row.expected == ConnectStart::started ? 1 : 0;
    CHECK(at.fake.count<client::Start>() == begun);
    CHECK(told.live.items().size() == begun);
  }
}

TEST_CASE("what an event means for a connect and a logout") {
  CHECK(connect_outcome(client::LoggedIn{}).news == ConnectNews::connected);
  CHECK(connect_outcome(client::LoggedOut{"x", 401, 0}).upstream_code == 401);
  CHECK(connect_outcome(client::ConnectFailure{405, "old", ""}).news == ConnectNews::refused);
  CHECK(connect_outcome(client::MessageReceived{}).news == ConnectNews::none);
  CHECK(ends_logout(client::LoggedOut{"phone", 401, 0}));  // not ours: it counts
  CHECK_FALSE(ends_logout(client::Disconnected{}));
}

TEST_CASE("removing logs out first, also when the link is down") {
  OperationFixture at;
  CHECK_FALSE(remove_unpaired(*at.client, at.turn));
  start_removal(7, *at.client, at.turn);
  REQUIRE(at.fake.last<client::Logout>());
  CHECK(at.fake.last<client::Logout>()->command == 7);
  CHECK(logged_out_for_removal(7, client::LoggedOut{}, *at.client, at.turn));

  at.fake.executed.clear();
  at.fake.status.link = LinkState::idle;
  start_removal(8, *at.client, at.turn);
  CHECK(at.fake.count<client::Logout>() == 0);
  CHECK(at.fake.count<client::Start>() == 1);
  CHECK_FALSE(logged_out_for_removal(8, client::LoggedIn{}, *at.client, at.turn));
  REQUIRE(at.fake.last<client::Logout>());
  CHECK(at.fake.last<client::Logout>()->command == 8);

  at.fake.status.paired = false;
  CHECK(remove_unpaired(*at.client, at.turn));
  CHECK(at.fake.count<client::Stop>() == 1);
}

TEST_CASE("a QR is shown again while it is good, and made anew when somebody wants a fresh one") {
  OperationFixture at;
  at.fake.status.paired = false;
  at.fake.status.link = LinkState::pairing;
  at.fake.qr = client::Client::Qr{"code", {2000}};
  const auto start = [&](QrWish wish) {
    Error error;
    return start_qr(wish, *at.client, at.turn, error);
  };
  CHECK(start({false, true}) == PairingStart::shown_already);
  CHECK(at.fake.executed.empty());
  CHECK(start({true, true}) == PairingStart::started);
  CHECK(at.fake.count<client::Stop>() == 1);
  CHECK(at.fake.count<client::Start>() == 1);
  CHECK(start({true, false}) == PairingStart::too_many_wait);
  at.turn.now.mono = {2000};  // over
  CHECK(start({false, true}) == PairingStart::started);
  at.fake.on_execute = [](const client::Command&, client::Turn&) { return Result<void>(Errc::full, "no room"); };
  CHECK(start({false, true}) == PairingStart::refused);
  at.fake.status.paired = true;
  CHECK(start({false, true}) == PairingStart::already_paired);
}

TEST_CASE("a pairing code is asked for once, as soon as the link is there, and kept for the same phone") {
  OperationFixture at;
  Session session;
  at.fake.status.paired = false;
  const PairCodeWish wish{"5511888888888", false, true};
  const auto start = [&](const PairCodeWish& one) {
    Error error;
    return start_pair_code(one, session, *at.client, at.turn, error);
  };
  CHECK(start(wish) == PairingStart::started);
  PairCodeWait wait{wish.phone, false};
  at.fake.on_execute = [](const client::Command&, client::Turn&) { return Result<void>(Errc::not_ready, "no link"); };
  CHECK(try_pair_code(5, wait, *at.client, at.turn).ok());  // not yet
  CHECK_FALSE(wait.requested);
  at.fake.on_execute = nullptr;
  CHECK(pair_code_outcome(5, client::LinkChanged{LinkState::pairing, {}}, wait, *at.client, at.turn).news ==
        PairCodeNews::none);
  CHECK(wait.requested);
  const std::size_t asked = at.fake.count<client::RequestPairCode>();
  (void)pair_code_outcome(5, client::QrGenerated{}, wait, *at.client, at.turn);
  CHECK(at.fake.count<client::RequestPairCode>() == asked);

  CHECK(note_pair_code(client::PairCodeReady{5, "ABCD-1234", 1000}, wait, session, {1000}).news == PairCodeNews::ready);
  CHECK(session.pair_code == "ABCD-1234");
  CHECK(start(wish) == PairingStart::shown_already);
  CHECK(start({"5511999999999", false, true}) == PairingStart::started);
  CHECK(start({wish.phone, true, true}) == PairingStart::started);
  note_pairing(client::LinkChanged{LinkState::online, {}}, session, at.turn.now.wall);
  CHECK(session.pair_code.empty());
}

TEST_CASE("what ends a wait for a pairing code") {
  OperationFixture at;
  PairCodeWait wait{"5511888888888", false};
  const auto outcome = [&](client::Event event) { return pair_code_outcome(5, event, wait, *at.client, at.turn); };
  CHECK(outcome(client::ConnectFailure{405, "", ""}).upstream_code == 405);
  CHECK(outcome(client::PairSucceeded{}).news == PairCodeNews::paired);
  CHECK(outcome(client::QrExhausted{}).news == PairCodeNews::none);
  at.fake.on_execute = [](const client::Command&, client::Turn&) { return Result<void>(Errc::full, "no room"); };
  const auto refused = outcome(client::QrGenerated{});
  CHECK(refused.news == PairCodeNews::not_taken);
  CHECK(refused.error.code == Errc::full);
  Session session;
  CHECK(note_pair_code(client::PairCodeFailed{5, 429, ""}, wait, session, {1000}).upstream_code == 429);
}
