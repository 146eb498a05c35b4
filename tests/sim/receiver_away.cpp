// A receiver that is away, and what comes after it is back: nothing is lost, and each chat keeps its order.
#include <nlohmann/json.hpp>

#include "sim/play.h"

namespace wa::sim {

using nlohmann::json;

void receiver_away(Play& play);

// Nobody listens for ten minutes; then events are given up while still nobody does, and go before one that waits.
void receiver_away(Play& play) {
  play.webhook();
  const auto retry_for = [&](int seconds) {
    const auto reply = play.world.call("POST", "/webhook", json{{"retry_for_seconds", seconds}}.dump());
    play.expect(reply && reply->status == 200, "retries by age");
  };
  retry_for(86'400);
  if (!play.online()) return;
  const auto drained = [&] { return play.world.webhooks_waiting() == 0; };
  play.wait("a quiet queue", drained);
  play.world.set_receiver_away(true);
  for (int i = 0; i < 5; ++i) {
    play.text(kFriend);
    play.text(kCaller);
    play.world.run_for(120'000);
  }
  play.expect(!drained(), "events wait for their receiver");
  play.world.set_receiver_away(false);
  play.wait("all that waited", drained, 180'000);
  play.world.set_receiver_away(true);
  retry_for(1);
  for (int i = 0; i < 3; ++i) play.text(kFriend);
  play.wait("given up", drained, 900'000);
  retry_for(86'400);
  play.text(kFriend);
  play.world.run_for(5'000);
  const auto replayed = play.api("POST", "/webhook/failed/replay");
  play.expect(replayed && replayed->status == 200, "a replay");
  play.world.run_for(2'000);
  play.world.set_receiver_away(false);
}

}  // namespace wa::sim
