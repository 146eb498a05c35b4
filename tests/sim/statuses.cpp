// A scenario: statuses. Posted to the address book, to all but one, taken back; somebody who cannot read asks again;
// those
// of others arrive in both forms.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/play.h"

namespace wa::sim {
namespace {

using nlohmann::json;

constexpr const char* kThird = "5511955555555";

std::set<std::string> readers(Play& play, const std::string& text) {
  std::set<std::string> out;
  for (const Observation& seen : play.network().log()) {
    const auto* said = std::get_if<TextDecrypted>(&seen.fact);
    if (said && said->text == text) out.insert(said->at);
  }
  return out;
}

// Asked again while it may help: after a crash, or while the link is down.
json ask(Play& play, const std::string& method, const std::string& target, const json& body, const std::string& key) {
  std::optional<Reply> reply;
  for (int tries = 0; tries < 200 && !(reply && reply->status == 200); ++tries) {
    reply = play.world.call(method, target, body.dump(), 120'000, key);
    play.world.run_for(2'000);
  }
  play.expect(reply && reply->status == 200, method + " " + target + ": " + (reply ? reply->body : "no answer"));
  return reply ? json::parse(reply->body, nullptr, false) : json::object();
}

bool told(Play& play, const std::string& event, const std::string& id) {
  const auto& all = play.world.deliveries();
  return std::any_of(all.begin(), all.end(), [&](const Delivery& one) {
    return one.event == event && one.status == 200 && one.body.find('"' + id + '"') != std::string::npos;
  });
}

}  // namespace

void statuses(Play& play) {
  play.webhook();
  const json events{{"enabled_events", {"message.received", "message.sent", "message.delivered", "status.received"}}};
  (void)play.api("POST", "/webhook", events.dump());
  const std::set<std::string> book{kFriend, kCaller, kThird};
  for (const std::string& pn : book) play.network().name_on_phone(play.world.pn(), pn, "Person");
  if (!play.online()) return;
  play.wait("the address book is known", [&] {
    const auto reply = play.world.call("GET", "/contacts");
    const json answer = reply ? json::parse(reply->body, nullptr, false) : json();
    return answer.is_object() && answer.value("count", 0) >= 3;
  });
  std::set<std::string> all = book;
  all.insert(play.world.pn());
  ask(play, "POST", "/status/text", {{"text", "open until ten"}}, "status-1");
  play.wait("everybody reads the first", [&] { return readers(play, "open until ten") == all; });
  play.network().fail_next({FaultKind::peer_cannot_decrypt, 0, {}});
  ask(play, "POST", "/status/text", {{"text", "soup today"}}, "status-2");
  play.wait("everybody reads the second", [&] { return readers(play, "soup today") == all; });

  ask(play, "PUT", "/status/privacy", {{"type", "blacklist"}, {"list", {kCaller}}}, "status-3");
  const json last = ask(play, "POST", "/status/text", {{"text", "without you"}}, "status-4");
  all.erase(kCaller);
  play.wait("those who may read the third", [&] { return readers(play, "without you") == all; });
  const auto& log = play.network().log();
  play.expect(std::none_of(log.begin(), log.end(), [](const Observation& seen) {
    return std::holds_alternative<TextOverheard>(seen.fact);
  }), "who is on the list could still read a status");
  ask(play, "DELETE", "/messages/delete",
      {{"messageId", last.value("message_id", "")}, {"chatJid", "status@broadcast"}, {"deleteType", "for_everyone"}},
          "status-5");

  TextOptions status;
  status.group = "status";
  for (const bool as_status : {false, true}) {
    status.status_stanza = as_status;
    const std::string id = play.network().send_text(kFriend, play.world.pn(), "their status", status);
    play.wait("a status is told", [&] { return told(play, "status.received", id); });
    play.expect(!told(play, "message.received", id), "a status was told as a message");
  }
}

}  // namespace wa::sim
