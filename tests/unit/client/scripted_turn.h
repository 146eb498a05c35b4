// A Turn for flow tests: rows in memory, a clock that moves when told, a random source that is always the same. Every turn() commits
// what the one before wrote and keeps the events and effects until they are taken.
#pragma once

#include <catch2/catch.hpp>
#include <memory>

#include "client/link/out.h"
#include "client/turn.h"
#include "store/memory_store.h"

namespace wa::test {

struct CountingRandom final : Random {
  void fill(std::span<std::uint8_t> out) noexcept override {
    for (std::uint8_t& byte : out) {
      std::uint64_t z = ++next * 0x9E3779B97F4A7C15u;  // splitmix64
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      byte = static_cast<std::uint8_t>(((z ^ (z >> 27)) * 0x94D049BB133111EBu) >> 56);
    }
  }
  std::uint64_t next = 0;
};

// A way out that leads nowhere.
struct WayOut {
  client::Link link;
  client::Requests requests;
  client::Account account;
  client::Out out{link, requests, account};
};

struct ScriptedTurn {
  store::MemoryStore rows;
  CountingRandom random;
  Now now{{1'000'000}, {1'750'000'000'000}};
  std::vector<Effect> effects;
  std::vector<client::Event> events;

  ScriptedTurn() { begin(); }
  client::Turn& turn() {
    begin();
    return *turn_;
  }
  void commit() { rows.apply(txn_->take()); }
  void advance(std::int64_t ms) {
    now.mono = now.mono + ms;
    now.wall = now.wall + ms;
  }
  // What rooms want of others since the last time; taken.
  std::vector<client::Notice> take_notices() { return (begin(), std::exchange(notices_, {})); }
  std::vector<client::Ask> take_queries() { return (begin(), std::exchange(queries_, {})); }
  // The only event since the last time, of this type; taken.
  template <class T>
  T only_event() {
    REQUIRE(events.size() == 1);
    auto* event = std::get_if<T>(&events.front());
    REQUIRE(event);
    T taken = std::move(*event);
    events.clear();
    return taken;
  }

 private:
  void begin() {
    if (turn_) {
      commit();
      std::move(turn_->notices.begin(), turn_->notices.end(), std::back_inserter(notices_));
      std::move(turn_->queries.begin(), turn_->queries.end(), std::back_inserter(queries_));
    }
    turn_.reset();
    txn_ = std::make_unique<store::Txn>(rows);
    turn_ = std::make_unique<client::Turn>(client::Turn{now, *txn_, random, effects, events});
  }
  std::unique_ptr<store::Txn> txn_;
  std::unique_ptr<client::Turn> turn_;
  std::vector<client::Notice> notices_;
  std::vector<client::Ask> queries_;
};

}  // namespace wa::test
