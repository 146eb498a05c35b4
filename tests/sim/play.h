// One scenario being played in a World: the script's helpers, and what the script expects to see in the end. Every helper
// survives a crash in the middle of it: a person would try again too.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace wa::sim {

inline constexpr const char* kFriend = "5511900000001";
inline constexpr const char* kCaller = "5511988888888";
inline constexpr const char* kReply = "I cannot talk now, please write.";
inline constexpr std::int64_t kCooldownMs = 600'000;

class Play {
 public:
  Play(World& of, SeededRandom& draws) : world(of), random(draws) {}

  World& world;
  SeededRandom& random;
  SimNetwork& network() { return world.network(); }

  // --- the owner of the device
  void webhook();                                   // POST /webhook with the events the checkers read
  void call_settings(bool reject, bool reply);
  std::optional<Reply> api(const std::string& method, const std::string& target, const std::string& body = {});  // again while 503
  bool online(std::int64_t ms_max = 300'000);       // waits; asks for it once
  void archive(const std::string& chat, bool archived);   // until the API says so
  void send(const std::string& to, const std::string& text, bool may_fail = false);
  // --- the others
  void text(const std::string& from, TextOptions options = {});   // numbered; must arrive as a webhook
  void own_text(const std::string& to);                           // from the own phone
  std::string ring(const std::string& caller, CallType type);
  void wait(const char* what, const std::function<bool()>& condition, std::int64_t ms_max = 600'000);
  void expect(bool condition, const std::string& what);

  // --- what must be true in the end
  struct Text { std::string id, chat; int number = 0; };
  std::vector<Text> texts;
  struct Call { std::string id, caller; bool group = false; };
  std::vector<Call> calls;
  std::map<std::string, bool> archives;             // chat -> last state the API confirmed
  std::set<std::string> sent_texts;                 // must be decrypted at their receiver
  struct File { std::string sha256, job, message_id; bool sent = false, failed = false; };
  std::vector<File> files;                          // whose job was accepted, and how it ended
  bool replies_allowed = false, rejects_allowed = false;
  bool removed = false;                             // the scenario ends without a device
  std::vector<std::string> failures;
  std::vector<Delivery> forged;                     // deliveries that never were, before all others: the checkers must find them

 private:
  int next_text_ = 1;
};

struct Scenario {
  const char* name;
  void (*arrange)(Setup&);
  void (*script)(Play&);
};
const std::vector<Scenario>& scenarios();
void send_outdated(Play&);                            // outdated.cpp
void keyed_send(Play&);                               // keyed_send.cpp
const Scenario* scenario_named(const std::string& name);

// All checkers; empty when everything holds.
std::vector<std::string> check(Play& play);

}  // namespace wa::sim
