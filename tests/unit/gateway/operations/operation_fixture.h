// What operations are given: a client that does what a test says, a turn over a store in memory. No façade.
#pragma once

#include "unit/gateway/gateway_fixture.h"

namespace wa::test {

struct OperationFixture {
  store::MemoryStore disk;
  CountingRandom random;
  FakeClient& fake = fake_client();
  std::unique_ptr<client::Client> client;
  std::vector<Effect> effects;
  std::vector<client::Event> events;
  store::Txn txn{disk};
  client::Turn turn{{{1000}, {kStartMs}}, txn, random, effects, events};

  OperationFixture() {
    fake = FakeClient{};
    fake.status.paired = true;
    fake.status.link = client::LinkState::online;
    auto opened = client::Client::open({}, disk, turn.now);
    REQUIRE(opened.ok());
    client = *std::move(opened);
  }
};

}  // namespace wa::test
