#include "gateway/http/waiting_requests.h"

#include <catch2/catch.hpp>

using namespace wa;
using namespace wa::gateway;

namespace {

struct Note { std::string text; };

Answer start_one(DeviceCall&) { return std::nullopt; }
Answer start_other(DeviceCall&) { return std::nullopt; }
Answer hear(WaitingCall&, const client::Event&) { return std::nullopt; }
constexpr Endpoint kQuiet{.method = "GET", .pattern = "/quiet", .start = start_one};
constexpr Endpoint kWatching{.method = "GET", .pattern = "/watching", .start = start_other, .watch = hear};

Waiter waiter_of(const Endpoint& endpoint, RequestId request, std::int64_t deadline_ms) {
  return {request, {0}, {deadline_ms}, &endpoint, Note{std::to_string(request)}};
}

}  // namespace

TEST_CASE("the command of an event is found whatever its kind") {
  client::MessageSent sent;
  sent.command = 7;
  CHECK(command_of(sent) == 7);
  client::PeopleFailed failed;
  failed.command = 8;
  CHECK(command_of(failed) == 8);
  client::LoggedOut out;
  out.command = 9;
  CHECK(command_of(out) == 9);
  CHECK(command_of(client::LoggedIn{}) == 0);
  CHECK(command_of(client::MessageReceived{}) == 0);
}

TEST_CASE("who waits is found by its id, by how it began and by whether it watches, and leaves once") {
  Waiting waiting;
  const auto first = waiting.add(waiter_of(kWatching, 1, 30));
  const auto second = waiting.add(waiter_of(kQuiet, 2, 10));
  const auto third = waiting.add(waiter_of(kWatching, 3, 20));
  CHECK(waiting.watching() == std::vector<client::CommandId>{first, third});
  CHECK(waiting.started_by(start_one) == std::vector<client::CommandId>{second});
  CHECK(waiting.deadline() == MonoTime{10});
  REQUIRE(waiting.find(second));
  CHECK(context_of<Note>(*waiting.find(second)).text == "2");
  CHECK(!waiting.find(0));

  CHECK(waiting.take(first)->request == 1);
  CHECK(!waiting.take(first));
  CHECK(waiting.watching() == std::vector<client::CommandId>{third});
  CHECK(!waiting.expired({9}));
  CHECK(waiting.expired({25})->request == 2);
  CHECK(waiting.expired({25})->request == 3);
  CHECK(!waiting.expired({25}));
  CHECK(waiting.empty());
  CHECK(waiting.watching().empty());
  CHECK(!waiting.deadline());
}
