#include "gateway/operations/operation.h"

#include "unit/gateway/operations/operation_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::OperationFixture;

TEST_CASE("why a device is not ready, and when it may be") {
  using client::LinkState;
  struct Row { const char* name; bool paired; LinkState link; std::int64_t retry_at_ms, retry_s; };
  const Row rows[] = {
      {"not paired", false, LinkState::idle, 0, -1},
      {"nobody knows when", true, LinkState::idle, 0, -1},
      {"connecting", true, LinkState::connecting, 0, 1},
      {"waiting", true, LinkState::waiting, 3001, 3},
      {"about to connect", true, LinkState::waiting, 900, 1},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    client::Status status;
    status.paired = row.paired;
    status.link = row.link;
    if (row.retry_at_ms != 0) status.retry_at = MonoTime{row.retry_at_ms};
    const Unready why = unready(status, {1000});
    CHECK(why.paired == row.paired);
    CHECK(why.retry_s == row.retry_s);
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
