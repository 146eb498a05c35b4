#include "gateway/operations/operation.h"

#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::OperationFixture;

TEST_CASE("why an operation is refused, and when it may work") {
  using client::LinkState;
  struct Row { const char* name; Errc code; bool paired; LinkState link; std::int64_t retry_at_ms; Refusal expected; };
  const Row rows[] = {
      {"not paired", Errc::not_ready, false, LinkState::idle, 0, {Refused::not_paired}},
      {"nobody knows when", Errc::not_ready, true, LinkState::idle, 0, {Refused::not_connected}},
      {"connecting", Errc::not_ready, true, LinkState::connecting, 0, {Refused::not_connected, 1}},
      {"waiting", Errc::not_ready, true, LinkState::waiting, 3001, {Refused::not_connected, 3}},
      {"about to connect", Errc::not_ready, true, LinkState::waiting, 900, {Refused::not_connected, 1}},
      {"no room", Errc::full, true, LinkState::online, 0, {Refused::no_room}},
      {"misused", Errc::invalid_argument, true, LinkState::online, 0, {Refused::invalid}},
      {"state forbids it", Errc::conflict, true, LinkState::online, 0, {Refused::conflict}},
      {"not there", Errc::not_found, true, LinkState::online, 0, {Refused::not_found}},
      {"ours", Errc::store_failed, true, LinkState::online, 0, {Refused::failed}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    client::Status status;
    status.paired = row.paired;
    status.link = row.link;
    if (row.retry_at_ms != 0) status.retry_at = MonoTime{row.retry_at_ms};
    const Refusal refusal = refusal_of(row.code, status, {1000});
    CHECK(refusal.why == row.expected.why);
    CHECK(refusal.retry_s == row.expected.retry_s);
  }
}

TEST_CASE("what no event answers goes out at once or not at all") {
  OperationFixture at;
  CHECK(perform(client::ShowPresence{}, *at.client, at.turn).ok());
  CHECK(at.fake.count<client::ShowPresence>() == 1);
  at.fake.status.link = client::LinkState::waiting;
  const auto offline = perform(client::ShowPresence{}, *at.client, at.turn);
  REQUIRE_FALSE(offline.ok());
  CHECK(offline.error().code == Errc::not_ready);
  CHECK(at.fake.count<client::ShowPresence>() == 1);
}
