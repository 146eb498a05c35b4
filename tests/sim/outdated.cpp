// Messages under what the service knows better than we do.
#include <algorithm>

#include "sim/play.h"

namespace wa::sim {
namespace {

bool read_at(Play& play, const std::string& text, std::uint16_t device) {
  const auto& log = play.network().log();
  return std::any_of(log.begin(), log.end(), [&](const Observation& one) {
    const auto* read = std::get_if<TextDecrypted>(&one.fact);
    return read && read->text == text && read->device == device;
  });
}

}  // namespace

// A device that nobody told us of, another LID, lists that lack somebody.
void send_outdated(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().fail_next({FaultKind::unlisted, 0, {}});
  play.send(kFriend, "hello there");
  play.world.run_for(2'000);
  TextOptions companion;
  companion.from_companion = true;
  play.text(kFriend, companion);
  play.world.run_for(2'000);
  play.send(kFriend, "to the new device, too");
  play.world.run_for(10'000);
  if (play.world.crashes() == 0) {
    play.expect(read_at(play, "to the new device, too", 77), "a device that was left out got the message");
  }
  play.network().fail_next({FaultKind::new_lid, 0, {}});
  play.network().fail_next({FaultKind::phone_unlisted, 0, {}});
  play.send(kFriend, "another LID from now on");
  play.world.run_for(180'000);
  play.send(kFriend, "by the new LID");
  play.wait("the phone reads it", [&] { return read_at(play, "by the new LID", 0); });
}

}  // namespace wa::sim
