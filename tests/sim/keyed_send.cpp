// A scenario: messages with an Idempotency-Key, to a number that the service knows by another one.
#include <nlohmann/json.hpp>
#include <set>

#include "sim/play.h"

namespace wa::sim {

using nlohmann::json;

// Asked again with the same key until the answer is here, also after a crash, and there once.
void keyed_send(Play& play) {
  play.webhook();
  if (!play.online()) return;
  play.network().alias("5511977777777", "551177777777");
  for (const std::string key : {"keyed-0", "keyed-1", "keyed-2"}) {
    const std::string body = json{{"number", "+5511977777777"}, {"text", key}}.dump();
    std::optional<Reply> reply;
    for (int tries = 0; tries < 100 && !(reply && reply->status == 200); ++tries) {
      reply = play.world.call("POST", "/send/text", body, 120'000, key);
      play.world.run_for(2'000);
    }
    const json answer = reply ? json::parse(reply->body, nullptr, false) : json::object();
    play.expect(answer.value("chat_jid", "") == "551177777777@s.whatsapp.net", "sent to the account: " + answer.dump());
    std::set<std::string> ids;
    for (const Observation& one : play.network().log()) {
      const auto* seen = std::get_if<TextDecrypted>(&one.fact);
      if (seen && seen->text == key && !seen->own_copy) ids.insert(seen->id);
    }
    play.expect(ids == std::set<std::string>{answer.value("message_id", "")}, "one message: " + answer.dump());
  }
}

}  // namespace wa::sim
