// Scenarios of the account's other devices. They stand in the list of scenarios.cpp.
#include <nlohmann/json.hpp>

#include "sim/play.h"

namespace wa::sim {
namespace {

using nlohmann::json;

std::string number_jid(const std::string& pn) { return pn + "@s.whatsapp.net"; }

json calls_of(Play& play) {
  const auto reply = play.api("GET", "/calls");
  return reply ? json::parse(reply->body, nullptr, false)["calls"] : json();
}

}  // namespace

void call_sibling(Play& play);
void key_from_companion(Play& play);

// A hosted device of the account cannot take the call; the phone rings on, the reject goes out, and so does the reply.
void call_sibling(Play& play) {
  play.webhook();
  play.call_settings(false, true);
  if (!play.online()) return;
  const std::string id = play.ring(kCaller, play.random.chance(50) ? CallType::audio : CallType::lid);
  play.network().cannot_take(id, "reject", "uncallable");
  play.network().cannot_take(id, play.random.chance(50) ? "terminate" : "reject", "busy");
  play.world.run_for(2'000);
  play.rejects_allowed = true;
  const auto reply = play.api("POST", "/calls/reject", json{{"call_id", id}, {"from", number_jid(kCaller)}}.dump());
  play.world.run_for(30'000);
  if (play.world.crashes() > 0) return;
  const std::string answer = reply ? reply->body : "no answer";
  play.expect(reply && json::parse(answer)["outcome"] == "confirmed", "the call rang on: " + answer);
  const json calls = calls_of(play);
  play.expect(calls[0]["state"] == "rejected" && calls[0]["reject"] == "confirmed", "the call was rejected");
  play.expect(calls[0]["reply"] == "sent" || calls[0]["reply"] == "delivered", "the caller was answered");
}

// The phone has lost its keys; the other linked device has them.
void key_from_companion(Play& play) {
  play.network().fail_next({FaultKind::hold_key_share, 0, {}});
  play.network().fail_next({FaultKind::phone_lacks_keys, 0, {}});
  TextOptions companion;
  companion.from_companion = true;
  play.network().send_text(play.world.pn(), kFriend, "by the companion", companion);
  play.webhook();
  if (!play.online()) return;
  play.network().archive_on_phone(play.world.pn(), number_jid("5511933333333"), true);
  play.world.run_for(3'000);
  play.archive(number_jid(kFriend), true);
}

}  // namespace wa::sim
