// Nothing leaked: a tenant's script is run alone, then beside a neighbour that floods, breaks in, fails and grows, and every
// byte the tenant sees (replies, webhooks, their times) is compared. Nothing of the tenant is in anything the neighbour sees.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "base/limits.h"
#include "sim/house.h"

using namespace wa;
using namespace wa::sim;
using nlohmann::json;

namespace {

constexpr const char* kCaller = "5511911111111";
constexpr const char* kFriend = "5511922222222";

json body_of(const Reply& reply) {
  json out = json::parse(reply.body, nullptr, false);
  return out.is_object() ? out : json::object();
}
std::string text_at(const json& body, const std::string& pointer) {
  const json::json_pointer at(pointer);
  return body.contains(at) && body[at].is_string() ? body[at].get<std::string>() : "";
}

struct Member { std::string tenant_id, user_id, token; };

Member join(House& house, const std::string& name) {
  const json body{{"tenant_name", name}, {"email", name + "@example.com"}, {"password", "correct horse"}, {"role", "admin"}};
  const json made = body_of(house.call(name, House::kMaster, "POST", "/register", body.dump()));
  return {text_at(made, "/tenant/id"), text_at(made, "/user/id"), text_at(made, "/token")};
}

std::string add_device(House& house, const std::string& name, const std::string& token, const std::string& device) {
  return text_at(body_of(house.call(name, token, "POST", "/devices", json{{"name", device}}.dump())), "/device/id");
}

const std::string kHook = json{{"webhook_url", "http://127.0.0.1:8099/of-a"}, {"secret", "the secret of a"}, {"retry_attempts", 3},
    {"enabled_events", {"message.received", "message.sent", "message.delivered", "call.offer", "call.auto_reply", "chat.archive",
                        "device.connected", "device.disconnected"}}}.dump();
const std::string kAnswering = json{{"auto_reject", true}, {"auto_reply", {{"enabled", true}, {"message", "busy, of a"}}}}.dump();

// What A is and has, for the neighbour to try; and what must not be found with the neighbour.
struct Victim { Member admin, user; std::string first, second; std::set<std::string> secrets; };

// Half a minute of one tenant. Everything in it is at a fixed time or waits for something of its own.
void script(House& house, Victim& a, const std::function<void()>& ready) {
  const std::string name = "a";
  a.admin = join(house, name);
  const auto api = [&](const std::string& method, const std::string& target, const std::string& body = {}) {
    return house.call(name, a.admin.token, method, target, body);
  };
  a.first = add_device(house, name, a.admin.token, "first of a");
  a.second = add_device(house, name, a.admin.token, "second of a");
  const json user = body_of(api("POST", "/users", R"({"email":"u@a.example","password":"correct horse","role":"user"})"));
  a.user = {a.admin.tenant_id, text_at(user, "/user/id"), text_at(user, "/user/token")};
  REQUIRE(house.device(a.first));
  REQUIRE(house.device(a.second));
  REQUIRE(!a.user.token.empty());
  a.secrets = {a.admin.tenant_id, a.admin.user_id, a.admin.token, a.user.user_id, a.user.token, a.first, a.second,
               house.device(a.first)->pn(), house.device(a.second)->pn(), kCaller, kFriend, "first of a", "the secret of a",
               "busy, of a", "u@a.example", "a@example.com", "of-a", "a private text"};
  ready();
  const std::string at_first = "?device_id=" + a.first, at_second = "?device_id=" + a.second;
  api("POST", "/webhook" + at_first, kHook);
  api("POST", "/webhook" + at_second, kHook);
  api("PUT", "/calls/settings" + at_first, kAnswering);
  for (const std::string& id : {a.first, a.second}) {
    for (int i = 0; i < 500 && !house.device(id)->network().online(house.device(id)->pn()); ++i) house.run_for(House::kStepMs);
  }
  World& first = *house.device(a.first);
  for (int round = 0; round < 3; ++round) {
    api("POST", "/connect" + at_first);
    first.network().ring(first.pn(), kCaller);
    house.run_for(700);
    first.network().send_text(kFriend, first.pn(), "a private text " + std::to_string(round));
    house.device(a.second)->network().send_text(kFriend, house.device(a.second)->pn(), "a private text to the second");
    api("POST", "/send/text" + at_first, json{{"number", kFriend}, {"text", "a private text out"}}.dump());
    const std::string chat = std::string("/chats/") + kFriend + "@s.whatsapp.net";
    api("POST", chat + "/archive" + at_first, json{{"archived", round % 2 == 0}}.dump());
    for (const char* target : {"/status", "/devices", "/users", "/user/devices", "/calls", "/chats", "/contacts", "/webhook",
                               "/webhook/failed", "/appstate", "/calls/settings", "/events", "/privacy", "/contacts/blocklist",
                               "/qr", "/nowhere", "/groups"}) {
      api("GET", target);  // of those of a device: which one
      api("GET", target + at_first);
      api("GET", target + at_second);
    }
    house.call(name, a.user.token, "GET", "/devices");
    house.call(name, a.user.token, "GET", "/status");
    house.call(name, a.user.token, "DELETE", "/devices/" + a.first);
    house.call(name, "no token", "GET", "/status");
    first.network().drop(first.pn());
    house.run_for(1'500);
  }
  first.set_moods({{Mood::fail, 500, -1}, {Mood::timeout, 0, -1}, {Mood::fail, 410, -1}});
  first.network().send_text(kFriend, first.pn(), "a private text for a webhook that fails");
  house.run_for(8'000);
  api("GET", "/webhook/failed" + at_first);
  api("POST", "/users/" + a.user.user_id + "/token");
  api("DELETE", "/devices/" + a.second);
  api("GET", "/devices");
  api("GET", "/status" + at_second);
  house.run_for(2'000);
}

// A tenant with many devices that does everything it should not, every moment.
class Neighbour {
 public:
  static constexpr int kDevices = 8, kRequestsPerStep = 4, kFlood = 500;

  Neighbour(House& house, const Victim& victim) : house_(house), victim_(victim) {}
  void move_in() {
    me_ = join(house_, "b");
    for (int i = 0; i < kDevices; ++i) devices_.push_back(add_device(house_, "b", me_.token, "of b " + std::to_string(i)));
  }
  void act() {
    for (int i = 0; i < kRequestsPerStep; ++i) request();
    const std::string& id = pick(devices_);
    World* world = house_.device(id);
    if (!world) return;
    switch (random_.below(8)) {
      case 0: world->network().ring(world->pn(), "5511933333333"); break;
      case 1: world->network().drop(world->pn()); break;
      case 2: world->network().send_text("5511933333333", world->pn(), "of b"); break;
      case 3: world->network().send_garbage("5511933333333", world->pn()); break;
      case 4: world->crash_now(); break;
      case 5: world->set_moods({{Mood::timeout, 0, -1}, {Mood::later, 503, 5'000}}); break;
      default: break;
    }
  }
  // More requests than a tenant may have waiting, all of which wait.
  void flood() {
    for (int i = 0; i < kFlood; ++i) ask("GET", "/events?wait=2&after=1000000&device_id=" + devices_[static_cast<std::size_t>(i % kDevices)]);
  }

 private:
  template <class T>
  const T& pick(const std::vector<T>& of) { return of[random_.below(static_cast<std::uint32_t>(of.size()))]; }
  void ask(const std::string& method, const std::string& target, const std::string& body = {}) {
    house_.ask("b", me_.token, method, target, body);
  }
  void request() {
    const std::string theirs = random_.chance(50) ? victim_.first : victim_.second;
    const std::string device = random_.chance(30) ? theirs : pick(devices_);
    const std::string at = "?device_id=" + device;
    switch (random_.below(16)) {
      case 0: return ask("POST", "/connect" + at);
      case 1: return ask("POST", "/disconnect" + at);
      case 2: return ask("GET", "/qr" + at);
      case 3: return ask("DELETE", "/devices/" + theirs);
      case 4: return ask("DELETE", "/users/" + (random_.chance(50) ? victim_.admin.user_id : victim_.user.user_id));
      case 5: return ask("POST", "/users/" + victim_.user.user_id + "/token");
      case 6: return ask("PUT", "/users/" + victim_.user.user_id, R"({"active":false})");
      case 7: return ask("POST", "/users", json{{"email", random_.chance(50) ? "u@a.example" : "v@a.example"},
                                                {"password", "correct horse"}, {"role", "user"}}.dump());
      case 8: return ask("POST", "/webhook" + at, json{{"webhook_url", "http://127.0.0.1:8098/of-b"},
                                                       {"enabled_events", {"message.received", "call.offer", "device.connected"}}}.dump());
      case 9: return ask("PUT", "/calls/settings" + at, R"({"auto_reject":true,"auto_reply":{"enabled":true,"message":"of b"}})");
      case 10: return ask("POST", "/send/text" + at, R"({"number":"5511933333333","text":"of b"})");
      case 11: return ask("GET", (random_.chance(50) ? "/status" : "/chats") + at);
      case 12: return ask("GET", random_.chance(50) ? "/devices" : "/users");
      case 13: return ask("DELETE", "/global/tenants/" + victim_.admin.tenant_id);
      case 14: return ask("GET", "/events" + at);
      default: return other_tenants();
    }
  }
  // The operator lets others in and out meanwhile.
  void other_tenants() {
    if (random_.chance(90)) return;
    const std::string name = "c" + std::to_string(tenants_++);
    const Member other = [&] {
      const RequestId id = house_.ask("b", House::kMaster, "POST", "/register",
          json{{"tenant_name", name}, {"email", name + "@example.com"}, {"password", "correct horse"}, {"role", "admin"}}.dump());
      const json made = body_of(*house_.reply_to(id));
      return Member{text_at(made, "/tenant/id"), {}, text_at(made, "/token")};
    }();
    house_.ask("b", other.token, "POST", "/devices", R"({"name":"short"})");
    house_.ask("b", House::kMaster, "DELETE", "/global/tenants/" + other.tenant_id);
  }

  House& house_;
  const Victim& victim_;
  Member me_;
  std::vector<std::string> devices_;
  SeededRandom random_{77};
  int tenants_ = 0;
};

struct Seen { std::vector<std::string> a, b; Victim victim; };

enum class Beside { nobody, neighbour, neighbour_with_one_budget };

Seen run(std::uint64_t seed, Beside beside) {
  House house(seed);
  house.one_budget_for_all = beside == Beside::neighbour_with_one_budget;
  Seen out;
  Neighbour neighbour(house, out.victim);
  int steps = 0;
  script(house, out.victim, [&] {
    // It is there in no time: what the house does until then is the same with and without it.
    if (beside == Beside::nobody) return;
    neighbour.move_in();
    house.every_step = [&] {
      if (++steps % 300 == 100) neighbour.flood();
      neighbour.act();
    };
  });
  out.a = house.transcript("a");
  out.b = house.transcript("b");
  return out;
}

std::size_t count(const std::vector<std::string>& lines, const std::string& what) {
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(what) != std::string::npos;
  }));
}

}  // namespace

TEST_CASE("a tenant sees the same bytes at the same times, whatever another does") {
  const Seen alone = run(1, Beside::nobody), beside = run(1, Beside::neighbour);
  REQUIRE(alone.a.size() > 150);
  CHECK(count(alone.a, " POST http://127.0.0.1:8099/of-a") > 20);
  CHECK(count(alone.a, "call.auto_reply") > 0);
  CHECK(count(alone.a, "a private text 2") > 0);
  CHECK(count(alone.a, "-> 429") == 0);
  CHECK(beside.a.size() == alone.a.size());
  for (std::size_t i = 0; i < std::min(alone.a.size(), beside.a.size()); ++i) {
    INFO(i);
    REQUIRE(beside.a[i] == alone.a[i]);
  }

  // The neighbour was really there, and met its limits.
  CHECK(beside.b.size() > 5'000);
  CHECK(count(beside.b, "-> 200") > 1'000);
  CHECK(count(beside.b, "too many connects of this tenant") > 10);
  CHECK(count(beside.b, "too many requests of this tenant") > 500);
  CHECK(count(beside.b, "DEVICE_NOT_FOUND") > 100);
  CHECK(count(beside.b, "of-b") > 50);

  // And nothing of the tenant is with it, but for what it said itself.
  for (const std::string& line : beside.b) {
    const std::string answer = line.substr(std::min(line.size(), line.find(" -> ")));
    for (const std::string& secret : beside.victim.secrets) {
      if (answer.find(secret) == std::string::npos) continue;
      if (secret == "u@a.example" && line.find("\"role\"") != std::string::npos) continue;  // its own user of that name
      FAIL_CHECK(secret << " in: " << line.substr(0, 600));
    }
  }
}

TEST_CASE("the comparison notices what tenants share") {
  const Seen alone = run(1, Beside::nobody), beside = run(1, Beside::neighbour_with_one_budget);
  CHECK(alone.a != beside.a);
  CHECK(count(beside.a, "-> 429") > 0);
}
