#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::Answered;
using wa::test::DirectoryFixture;
using wa::test::json;
using wa::test::kMaster;
using wa::test::sha256_of;


TEST_CASE("registering: answers, bad fields, names taken, nothing secret stored") {
  DirectoryFixture at;
  const json body{{"tenant_name", "Acme"}, {"email", "a@example.com"}, {"password", "correct horse"}, {"role", "user"}};
  const auto made = at.call(kMaster, "POST", "/register", body.dump());
  CHECK(made.status == 201);
  CHECK(made.body["success"] == true);
  CHECK(made.body["user"]["role"] == "admin");  // the first user always is
  CHECK(made.body["user"]["token"] == made.body["token"]);
  CHECK(is_uuid(made.body["token"].get<std::string>()));
  CHECK(made.body["tenant"]["name"] == "Acme");
  CHECK(made.body["webhook_configured"] == false);
  for (const auto& [key, value] : at.disk.rows()) {
    const std::string text = key.id + to_string(value);
    CHECK(text.find(made.body["token"].get<std::string>()) == std::string::npos);
    CHECK(text.find("correct horse") == std::string::npos);
  }
  CHECK(at.call(kMaster, "POST", "/register", body.dump()).status == 409);
  json other = body;
  other["tenant_name"] = "ACME";
  other["email"] = "b@example.com";
  CHECK(at.call(kMaster, "POST", "/register", other.dump()).body["error_code"] == "CONFLICT");
  const auto bad = at.call(kMaster, "POST", "/register", R"({"email":"x","password":"short","role":"king","webhook_url":"no"})");
  CHECK(bad.status == 400);
  std::vector<std::string> fields;
  for (const auto& item : bad.body["validation"]) fields.push_back(item["field"]);
  CHECK(fields == std::vector<std::string>{"tenant_name", "email", "password", "role", "webhook_url"});
  CHECK(bad.body.dump().find("short") == std::string::npos);
  CHECK(at.call(kMaster, "GET", "/tenants").body["tenants"].size() == 1);
}

TEST_CASE("authentication: one answer for missing, malformed and unknown") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  std::string upper = token;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  struct Row { const char* name; std::string header; bool ok; };
  const Row rows[] = {
      {"bearer", "Bearer " + token, true},
      {"any case", "bEARER   " + token + "  ", true},
      {"bare", token, true},
      {"missing", "", false},
      {"scheme only", "Bearer ", false},
      {"scheme without token", "Bearer", false},
      {"basic", "Basic " + token, false},
      {"two tokens", "Bearer " + token + " x", false},
      {"no space", "Bearer" + token, false},
      {"unknown", "Bearer 11111111-1111-4111-8111-111111111111", false},
      {"other case of the token", "Bearer " + upper, upper == token},
      {"prefix", "Bearer " + token.substr(0, 35), false},
      {"longer", "Bearer " + token + "0", false},
      {"huge", "Bearer " + std::string(100'000, 'a'), false},
      {"the hash", "Bearer " + hex(view(sha256_of(token))), false},
  };
  std::optional<json> refusal;
  for (const Row& row : rows) {
    INFO(row.name);
    const auto answer = at.feed(ApiRequest{at.next++, "GET", "/devices", row.header, "", ""});
    REQUIRE(answer);
    CHECK(answer->status == (row.ok ? 200 : 401));
    if (row.ok) continue;
    CHECK(answer->header("WWW-Authenticate") == "Bearer");
    CHECK(answer->body["error_code"] == "UNAUTHORIZED");
    CHECK(answer->body["error"] == "Invalid token");
    if (!refusal) refusal = answer->body;
    CHECK(answer->body == *refusal);
  }
  // Never from anywhere else.
  CHECK(at.feed(ApiRequest{at.next++, "GET", "/devices?token=" + token + "&authorization=" + token, "", "",
      ""})->status == 401);
  // Unknown paths tell nothing to strangers.
  CHECK(at.call("", "GET", "/nothing").status == 401);
}

TEST_CASE("the master token is for super-admin endpoints only, and only it is") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  CHECK(at.call(token, "GET", "/tenants").status == 403);
  CHECK(at.call(token, "POST", "/register", "{}").body["error_code"] == "FORBIDDEN");
  CHECK(at.call(kMaster, "GET", "/devices").status == 403);
  CHECK(at.call(kMaster, "GET", "/tenants").status == 200);
  at.open(false);
  CHECK(at.call(kMaster, "GET", "/tenants").status == 401);
}

TEST_CASE("unknown paths, methods and families") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  CHECK(at.call(token, "GET", "/nothing").body["error_code"] == "NOT_FOUND");
  const auto wrong = at.call(token, "GET", "/calls/reject");
  CHECK(wrong.status == 405);
  CHECK(wrong.body["error_code"] == "METHOD_NOT_ALLOWED");
  CHECK(wrong.header("Allow") == "POST");
  const auto later = at.call(token, "GET", "/groups");
  CHECK(later.status == 501);
  CHECK(later.body["error_code"] == "NOT_IMPLEMENTED");
  CHECK(later.body["family"] == "groups");
  CHECK(at.call(token, "GET", "/%zz").body["error_code"] == "INVALID_REQUEST");
  const auto events = at.call(token, "GET", "/webhook/events").body["events"];
  CHECK(events.size() == 58);
}

TEST_CASE("devices: create, list, reach, remove") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  const auto none = at.call(token, "GET", "/status");
  CHECK(none.status == 404);
  CHECK(none.body["error_code"] == "DEVICE_NOT_FOUND");
  CHECK(at.call(token, "POST", "/devices", "{}").body["validation"][0]["field"] == "name");
  const std::string first = at.add_device(token, "one"), second = at.add_device(token, "two");
  REQUIRE(at.effect<StartDevice>());
  CHECK(at.effect<StartDevice>()->siblings == 2);
  CHECK(at.call(token, "GET", "/status").body["error_code"] == "DEVICE_AMBIGUOUS");
  CHECK(at.reached(token, "/status?device_id=" + first) == first);
  CHECK(at.reached(token, "/status?device_id=" + second) == second);
  CHECK(at.reached(token, "/paircode", "POST", json{{"device_id", second}, {"phone", "x"}}.dump()) == second);
  CHECK(at.reached(token, "/paircode?device_id=" + first, "POST", "{malformed") == first);  // the device says it
  CHECK(at.call(token, "GET", "/status?device_id=nope").status == 404);
  CHECK(at.call(token, "GET", "/status?device_id=").status == 404);

  at.feed(DeviceReport{second, {true, true, "5511999999999:3@s.whatsapp.net", 0, "https://example.com/"}});
  const json devices = at.call(token, "GET", "/devices").body["devices"];
  REQUIRE(devices.size() == 2);
  CHECK(devices[0]["connected"] == false);
  CHECK(devices[0]["whatsapp_jid"].is_null());
  CHECK(devices[1]["connected"] == true);
  CHECK(devices[1]["whatsapp_jid"] == "5511999999999:3@s.whatsapp.net");
  CHECK(devices[1]["webhook_url"] == "https://example.com/");
  const json own = at.call(token, "GET", "/user/devices").body["data"];
  CHECK(own["count"] == 2);
  CHECK(own["devices"][0] == json{{"id", first}, {"name", "one"}, {"connected", false}, {"last_seen", nullptr},
                                  {"created_at", "2026-01-01T00:00:00Z"}});

  CHECK(at.reached(token, "/devices/" + first, "DELETE") == first);
  CHECK(at.call(token, "DELETE", "/devices/" + first).status == 404);
  CHECK(at.reached(token, "/status") == second);
  at.open();  // a crash before the host erased it: told again
  const auto step = at.directory->start(at.now);
  std::vector<std::string> started, removed;
  for (const auto& effect : step.effects) {
    if (const auto* start = std::get_if<StartDevice>(&effect)) {
      started.push_back(start->device_id);
      if (start->device_id == second) CHECK(start->siblings == 1);
    }
    if (const auto* remove = std::get_if<RemoveDevice>(&effect)) removed.push_back(remove->device_id);
  }
  std::vector<std::string> both{first, second};
  CHECK(std::is_permutation(started.begin(), started.end(), both.begin(), both.end()));
  CHECK(removed.empty());
  // The buried one reports, as every device does when it was opened: it is told to go.
  at.feed(DeviceReport{first, {}});
  REQUIRE(at.effect<ToDevice>());
  CHECK(at.effect<ToDevice>()->device_id == first);
  CHECK(at.effect<ToDevice>()->request.method == "DELETE");
  CHECK(at.effect<ToDevice>()->request.request == 0);
  CHECK(at.reached(token, "/status") == second);
  at.feed(DeviceRemoved{first});
  CHECK(at.directory->start(at.now).effects.size() == 1);
}

TEST_CASE("start names every device, also beyond a page") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  for (int i = 0; i < 1005; ++i) at.add_device(token, "d");
  CHECK(at.directory->start(at.now).effects.size() == 1005);
}

TEST_CASE("what another tenant owns does not exist") {
  DirectoryFixture at;
  const std::string a = at.add_tenant("acme"), b = at.add_tenant("bolt");
  const std::string device = at.add_device(a, "of a");
  at.add_device(b, "of b");
  const auto unknown = at.call(b, "GET", "/status?device_id=11111111-1111-4111-8111-111111111111");
  const auto foreign = at.call(b, "GET", "/status?device_id=" + device);
  CHECK(foreign.status == 404);
  CHECK(foreign.body == unknown.body);
  CHECK(at.call(b, "DELETE", "/devices/" + device).status == 404);
  CHECK(at.call(b, "POST", "/logout?device_id=" + device).status == 404);
  CHECK(at.call(b, "POST", "/paircode", json{{"device_id", device}}.dump()).status == 404);
  CHECK(at.call(b, "GET", "/devices").body["devices"].size() == 1);
  CHECK(at.reached(a, "/status") == device);
}

TEST_CASE("deleting a tenant takes its users, tokens and devices along") {
  DirectoryFixture at;
  const std::string a = at.add_tenant("acme"), b = at.add_tenant("bolt");
  const std::string device = at.add_device(a, "x");
  const std::string id = at.call(kMaster, "GET", "/tenants").body["tenants"][0]["name"] == "acme"
                             ? at.call(kMaster, "GET", "/tenants").body["tenants"][0]["id"]
                             : at.call(kMaster, "GET", "/tenants").body["tenants"][1]["id"];
  CHECK(at.call(kMaster, "GET", "/global/tenants/" + id).body["data"]["name"] == "acme");
  CHECK(at.call(kMaster, "DELETE", "/global/tenants/" + id).status == 200);
  REQUIRE(at.effect<ToDevice>());
  CHECK(at.effect<ToDevice>()->device_id == device);
  CHECK(at.effect<ToDevice>()->request.method == "DELETE");
  at.feed(DeviceRemoved{device});
  CHECK(at.call(a, "GET", "/devices").status == 401);
  CHECK(at.call(b, "GET", "/devices").status == 200);
  CHECK(at.disk.scan(store::Table::api_tokens, "", 10).size() == 1);
  CHECK(at.call(kMaster, "GET", "/global/tenants/" + id).status == 404);
  at.add_tenant("acme");  // the name and the address are free again
  for (const auto& [key, value] : at.disk.rows()) {
    INFO(key.id);
    CHECK((key.id + to_string(value)).find(device) == std::string::npos);
  }
}

TEST_CASE("differential: what tenant A sees does not depend on tenant B") {
  // A's script, with B's between its steps or not; ids and tokens are drawn, so they are replaced by names.
  const auto run = [](bool with_b) {
    DirectoryFixture at;
    const std::string a = at.add_tenant("acme");
    const std::string b = with_b ? at.add_tenant("bolt") : "";
    std::map<std::string, std::string> names;
    std::string seen;
    int devices = 0;
    const auto b_acts = [&](int step) {
      if (!with_b) return;
      const auto wall = at.now.wall;
      if (step % 2 == 0) at.add_device(b, "noise");
      at.ask(b, "GET", "/status");
      at.ask(b, "DELETE", "/devices/nope");
      at.ask("wrong", "GET", "/devices");
      at.now.wall = wall;
    };
    const auto note = [&](const std::optional<Answered>& answer) {
      if (!answer) {
        seen += "-> device\n";
        return;
      }
      std::string text = std::to_string(answer->status) + " " + answer->body.dump();
      for (const auto& [id, name] : names) {
        for (std::size_t found; (found = text.find(id)) != std::string::npos;) text.replace(found, id.size(), name);
      }
      seen += text + "\n";
    };
    names[json(at.call(a, "GET", "/user/devices").body["data"]["user_id"]).get<std::string>()] = "USER";
    for (int step = 0; step < 20; ++step) {
      b_acts(step);
      if (step % 5 == 0) {
        const std::string id = at.add_device(a, "a" + std::to_string(step));
        names[id] = "DEVICE" + std::to_string(devices++);
      }
      note(at.ask(a, "GET", "/devices"));
      note(at.ask(a, "GET", "/user/devices"));
      note(at.ask(a, "GET", "/status"));
      note(at.ask(a, "GET", "/nothing"));
      note(at.ask(a, "POST", "/devices", "{"));
      note(at.ask(a, "GET", "/status?device_id=11111111-1111-4111-8111-111111111111"));
    }
    return seen;
  };
  CHECK(run(false) == run(true));
}

TEST_CASE("a question while a step is being committed does not bring back the token that the step took away") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("a");
  const std::string id = at.call(kMaster, "GET", "/tenants").body["tenants"][0]["id"];
  const auto step = at.directory->handle(
      ApiRequest{at.next++, "DELETE", "/global/tenants/" + id, std::string("Bearer ") + kMaster, "", ""}, at.now);
  REQUIRE_FALSE(step.writes.empty());
  CHECK(at.directory->tenant_of("Bearer " + token) == id);  // as the rows still say
  at.disk.apply(step.writes);
  CHECK(at.call(token, "GET", "/devices").status == 401);
  CHECK_FALSE(at.directory->tenant_of("Bearer " + token));
}
