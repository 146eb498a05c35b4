// Users, roles and what follows from deleting them; the webhook for devices to come; budgets.
#include <algorithm>
#include <set>

#include "gateway/directory/connect_budget.h"
#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::Answered;
using wa::test::DirectoryFixture;
using wa::test::json;
using wa::test::kMaster;

namespace {

struct Made { std::string id, token; };

struct Users : DirectoryFixture {
  std::string admin = add_tenant("acme");
  std::string admin_id = call(admin, "GET", "/user/devices").body["data"]["user_id"];

  Made make(const std::string& email, const std::string& role) {
    const json body{{"email", email}, {"password", "correct horse"}, {"role", role}};
    const auto made = call(admin, "POST", "/users", body.dump());
    REQUIRE(made.status == 201);
    return {made.body["user"]["id"], made.body["user"]["token"]};
  }
  int status(const std::string& token, const char* method, const std::string& target, const json& body = nullptr) {
    return call(token, method, target, body.is_null() ? "" : body.dump()).status;
  }
  std::vector<ToDevice> orders() const {
    std::vector<ToDevice> out;
    for (const auto& item : effects) {
      if (const auto* order = std::get_if<ToDevice>(&item)) out.push_back(*order);
    }
    return out;
  }
};

}  // namespace

TEST_CASE("POST /users: the published answer, the token once") {
  Users at;
  const json body{{"email", "maria@example.com"}, {"password", "correct horse"}, {"role", "manager"}};
  const auto made = at.call(at.admin, "POST", "/users", body.dump());
  CHECK(made.status == 201);
  const json user = made.body["user"];
  const std::string token = user["token"];
  CHECK(is_uuid(token));
  CHECK(made.body["webhook_configured"] == false);
  CHECK(made.body["webhook_url"].is_null());
  CHECK(made.body["note"].is_string());
  CHECK(made.body.size() == 5);
  std::set<std::string> members;
  for (const auto& item : user.items()) members.insert(item.key());
  CHECK(members == std::set<std::string>{"id", "tenant_id", "email", "role", "token", "active", "created_at", "updated_at"});
  CHECK(user["role"] == "manager");
  CHECK(user["active"] == true);
  CHECK(user["created_at"] == "2026-01-01T00:00:00Z");

  const json users = at.call(at.admin, "GET", "/users").body["users"];
  REQUIRE(users.size() == 2);
  const json& listed = users[0]["id"] == user["id"] ? users[0] : users[1];
  CHECK(listed["token"] == "********-****-****-****-********" + token.substr(32));
  CHECK(at.call(at.admin, "GET", "/users/" + user["id"].get<std::string>()).body ==
        json{{"success", true},
             {"data", {{"id", user["id"]}, {"email", "maria@example.com"}, {"role", "manager"}, {"active", true},
                       {"tenant_id", user["tenant_id"]}, {"created_at", "2026-01-01T00:00:00Z"},
                       {"updated_at", "2026-01-01T00:00:00Z"}}}});
  CHECK(at.status(token, "GET", "/devices") == 200);
  for (const auto& [key, value] : at.disk.rows()) {  // neither token nor password is anywhere
    const std::string text = key.id + to_string(value);
    CHECK(text.find(token) == std::string::npos);
    CHECK(text.find("correct horse") == std::string::npos);
  }
}

TEST_CASE("POST /users: bad fields, one address once in a tenant") {
  Users at;
  at.make("a@example.com", "user");
  const auto post = [&](const json& body) { return at.call(at.admin, "POST", "/users", body.dump()); };
  json body{{"email", "A@Example.com"}, {"password", "correct horse"}, {"role", "user"}};
  CHECK(post(body).body["error_code"] == "CONFLICT");
  body["email"] = "acme@example.com";  // the one the tenant was registered with
  CHECK(post(body).status == 409);
  const auto bad = post({{"email", "nobody"}, {"password", "short"}, {"role", "king"}, {"webhook_url", "http://127.0.0.1/"}});
  CHECK(bad.status == 400);
  std::vector<std::string> fields;
  for (const auto& item : bad.body["validation"]) fields.push_back(item["field"]);
  CHECK(fields == std::vector<std::string>{"email", "password", "role", "webhook_url"});
  CHECK(bad.body.dump().find("short") == std::string::npos);
  CHECK(post({{"email", "b@example.com"}}).body["validation"].size() == 2);
  for (const char* email : {"@x.com", "x@", "a b@x.com", "a@b@c.com", "a@.com", "a@x.", "a@x..com", "<a@x.com>", "a@x.com,b@x.com", ""}) {
    INFO(email);
    CHECK(post({{"email", email}, {"password", "correct horse"}, {"role", "user"}}).status == 400);
  }
}

TEST_CASE("addresses of other tenants tell nothing") {
  Users at;
  at.make("maria@example.com", "user");
  const std::string other = at.add_tenant("bolt");
  const json body{{"email", "maria@example.com"}, {"password", "correct horse"}, {"role", "user"}};
  CHECK(at.call(other, "POST", "/users", body.dump()).status == 201);
  json registered = body;
  registered["email"] = "acme@example.com";  // registered for the other tenant
  CHECK(at.call(other, "POST", "/users", registered.dump()).status == 201);
  // The master token does meet what it registered.
  registered["tenant_name"] = "third";
  CHECK(at.call(kMaster, "POST", "/register", registered.dump()).status == 409);
}

TEST_CASE("roles: who may do what to whom") {
  Users at;
  const Made admin2 = at.make("admin2@example.com", "admin"), manager = at.make("m1@example.com", "manager"),
             manager2 = at.make("m2@example.com", "manager"), user = at.make("u1@example.com", "user");
  struct Row { const char* name; std::string token, target; const char* method; json body; int status; };
  const std::string u = "/users/" + user.id, m2 = "/users/" + manager2.id, m1 = "/users/" + manager.id, a2 = "/users/" + admin2.id;
  const json deactivate{{"active", false}}, activate{{"active", true}};
  const auto role = [](const char* name) { return json{{"role", name}}; };
  const auto promote = [](const char* name) { return json{{"new_role", name}}; };
  const json fresh{{"email", "n@example.com"}, {"password", "correct horse"}, {"role", "user"}};
  const Row rows[] = {
      {"user lists users", user.token, "/users", "GET", nullptr, 403},
      {"manager lists users", manager.token, "/users", "GET", nullptr, 403},
      {"user creates", user.token, "/users", "POST", fresh, 403},
      {"manager creates", manager.token, "/users", "POST", fresh, 403},
      {"user sees themselves", user.token, u, "GET", nullptr, 200},
      {"user sees another", user.token, m1, "GET", nullptr, 403},
      {"user sees nobody", user.token, "/users/none", "GET", nullptr, 403},
      {"manager sees an admin", manager.token, a2, "GET", nullptr, 200},
      {"manager sees nobody", manager.token, "/users/none", "GET", nullptr, 404},
      {"user changes themselves", user.token, u, "PUT", role("admin"), 403},
      {"user promotes themselves", user.token, u + "/promote", "POST", promote("admin"), 403},
      {"user deletes another", user.token, m1, "DELETE", nullptr, 403},
      {"user deletes themselves", user.token, u, "DELETE", nullptr, 403},
      {"manager promotes themselves", manager.token, m1 + "/promote", "POST", promote("admin"), 403},
      {"manager changes themselves", manager.token, m1, "PUT", deactivate, 403},
      {"manager deletes themselves", manager.token, m1, "DELETE", nullptr, 403},
      {"manager makes an admin", manager.token, u + "/promote", "POST", promote("admin"), 403},
      {"manager makes an admin by PUT", manager.token, u, "PUT", role("admin"), 403},
      {"manager deactivates a manager", manager.token, m2, "PUT", deactivate, 403},
      {"manager demotes a manager", manager.token, m2 + "/promote", "POST", promote("user"), 403},
      {"manager deactivates an admin", manager.token, a2, "PUT", deactivate, 403},
      {"manager deletes an admin", manager.token, a2, "DELETE", nullptr, 403},
      {"manager renews an admin's token", manager.token, a2 + "/token", "POST", nullptr, 403},
      {"manager deactivates a user", manager.token, u, "PUT", deactivate, 200},
      {"the deactivated user", user.token, "/devices", "GET", nullptr, 401},
      {"manager activates a user", manager.token, u, "PUT", activate, 200},
      {"the user again", user.token, "/devices", "GET", nullptr, 200},
      {"manager keeps a user a user", manager.token, u, "PUT", role("user"), 200},
      {"admin changes themselves", at.admin, "/users/" + at.admin_id, "PUT", role("user"), 403},
      {"admin deactivates themselves", at.admin, "/users/" + at.admin_id, "PUT", deactivate, 403},
      {"admin deletes themselves", at.admin, "/users/" + at.admin_id, "DELETE", nullptr, 403},
      {"admin demotes an admin", at.admin, a2 + "/promote", "POST", promote("manager"), 200},
      {"no role", at.admin, u + "/promote", "POST", json::object(), 400},
      {"unknown role", at.admin, u + "/promote", "POST", promote("king"), 400},
      {"nothing to change", at.admin, u, "PUT", json::object(), 400},
      {"not a flag", at.admin, u, "PUT", {{"active", "no"}}, 400},
      {"nobody", at.admin, "/users/none", "PUT", deactivate, 404},
      {"nobody to promote", at.admin, "/users/none/promote", "POST", promote("user"), 404},
      {"nobody to delete", at.admin, "/users/none", "DELETE", nullptr, 404},
      {"the master token is not an admin", kMaster, "/users", "GET", nullptr, 403},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(at.status(row.token, row.method, row.target, row.body) == row.status);
  }
  const auto promoted = at.call(manager.token, "POST", u + "/promote", promote("manager").dump());
  CHECK(promoted.body == json{{"success", true}, {"message", "User promoted successfully"},
                              {"data", {{"user_id", user.id}, {"old_role", "user"}, {"new_role", "manager"}}}});
  CHECK(at.status(manager.token, "PUT", u, deactivate) == 403);  // an equal now
  CHECK(at.call(at.admin, "PUT", u, deactivate.dump()).body == json{{"success", true}, {"message", "User updated successfully"}});
}

TEST_CASE("users of other tenants do not exist") {
  Users at;
  const Made user = at.make("u@example.com", "user");
  const std::string other = at.add_tenant("bolt");
  const auto unknown = at.call(other, "GET", "/users/11111111-1111-4111-8111-111111111111");
  for (const char* method : {"GET", "DELETE"}) {
    CHECK(at.call(other, method, "/users/" + user.id).body == unknown.body);
  }
  CHECK(at.status(other, "PUT", "/users/" + user.id, {{"active", false}}) == 404);
  CHECK(at.status(other, "POST", "/users/" + user.id + "/promote", {{"new_role", "admin"}}) == 404);
  CHECK(at.status(other, "POST", "/users/" + user.id + "/token") == 404);
  CHECK(at.status(user.token, "GET", "/devices") == 200);
  CHECK(at.call(other, "GET", "/users").body["users"].size() == 1);
}

TEST_CASE("a deleted user's token ends and the devices are logged out") {
  Users at;
  const Made user = at.make("u@example.com", "user");
  const std::string first = at.add_device(user.token, "one"), second = at.add_device(user.token, "two");
  const std::string kept = at.add_device(at.admin, "kept");
  CHECK(at.call(at.admin, "DELETE", "/users/" + user.id).body == json{{"success", true}, {"message", "User deleted successfully"}});
  std::set<std::string> told;
  for (const ToDevice& order : at.orders()) {
    CHECK(order.request.request == 0);
    CHECK(order.request.method == "DELETE");
    told.insert(order.device_id);
  }
  CHECK(told == std::set<std::string>{first, second});
  CHECK(at.status(user.token, "GET", "/devices") == 401);
  CHECK(at.status(at.admin, "GET", "/users/" + user.id) == 404);
  at.feed(DeviceRemoved{first});
  at.feed(DeviceRemoved{second});
  CHECK(at.call(at.admin, "GET", "/devices").body["devices"].size() == 1);
  for (const auto& [key, value] : at.disk.rows()) {
    const std::string text = key.id + to_string(value);
    for (const std::string& gone : {user.id, first, second, std::string("u@example.com")}) {
      CHECK(text.find(gone) == std::string::npos);
    }
  }
  at.make("u@example.com", "user");  // the address is free again
  CHECK(at.reached(at.admin, "/status") == kept);
}

TEST_CASE("a tenant's deletion survives a crash anywhere") {
  // After the commit, before any device was told; then again after one was gone.
  Users at;
  const std::string other = at.add_tenant("bolt");
  const std::string foreign = at.add_device(other, "foreign");
  std::set<std::string> devices;
  for (int i = 0; i < 3; ++i) devices.insert(at.add_device(at.admin, "d"));
  std::string tenant;
  const json tenants = at.call(kMaster, "GET", "/tenants").body["tenants"];
  for (const json& one : tenants) {
    if (one["name"] == "acme") tenant = one["id"];
  }
  CHECK(at.call(kMaster, "DELETE", "/global/tenants/" + tenant).status == 200);
  CHECK(at.orders().size() == 3);
  while (!devices.empty()) {
    at.open();  // the crash
    std::set<std::string> started;
    const auto step = at.directory->start(at.now);
    for (const auto& effect : step.effects) {
      const auto* start = std::get_if<StartDevice>(&effect);
      REQUIRE(start);
      CHECK_FALSE(start->user_id.empty());
      CHECK((start->tenant_id == tenant) == (start->device_id != foreign));
      started.insert(start->device_id);
    }
    std::set<std::string> expected = devices;
    expected.insert(foreign);
    CHECK(started == expected);
    for (const std::string& id : started) {
      at.feed(DeviceReport{id, {}});
      REQUIRE((at.orders().size() == 1) == (id != foreign));
    }
    CHECK(at.status(at.admin, "GET", "/devices") == 401);
    at.feed(DeviceRemoved{*devices.begin()});
    devices.erase(devices.begin());
  }
  at.open();
  CHECK(at.directory->start(at.now).effects.size() == 1);
  CHECK(at.disk.scan(store::Table::devices, "x", 10).empty());
  CHECK(at.disk.scan(store::Table::users, "", 100).size() == 4);  // what the other has: row, index, two addresses
}

TEST_CASE("a tombstone from before owners were kept is erased without its machine") {
  Users at;
  store::Txn txn(at.disk);
  txn.put(store::Table::devices, "xold", Bytes{1});
  at.disk.apply(txn.take());
  at.open();
  const auto step = at.directory->start(at.now);
  REQUIRE(step.effects.size() == 1);
  REQUIRE(std::get_if<RemoveDevice>(&step.effects[0]));
  CHECK(std::get_if<RemoveDevice>(&step.effects[0])->device_id == "old");
}

TEST_CASE("POST /user/webhook: kept, then given to every new device with all events") {
  Users at;
  const std::string before = at.add_device(at.admin, "before");
  const auto answer = at.call(at.admin, "POST", "/user/webhook", R"({"webhook_url":"https://example.com/hook"})");
  CHECK(answer.status == 200);
  CHECK(answer.body["data"]["webhook_url"] == "https://example.com/hook");
  CHECK(answer.body["data"]["events_count"] == 58);
  CHECK(answer.body["data"]["available_events"] == at.call(at.admin, "GET", "/webhook/events").body["events"]);
  const std::string device = at.add_device(at.admin, "after");
  at.feed(DeviceReport{before, {}});
  CHECK(at.orders().empty());  // those there are keep theirs
  at.feed(DeviceReport{device, {}});
  REQUIRE(at.orders().size() == 1);
  const ToDevice order = at.orders()[0];
  CHECK(order.device_id == device);
  CHECK(order.request.request == 0);

  // The device takes it.
  test::GatewayFixture machine;
  machine.feed(order.request);
  CHECK(machine.call("GET", "/webhook").body["webhook"]["webhook_url"] == "https://example.com/hook");
  CHECK(machine.call("GET", "/webhook").body["webhook"]["enabled_events"].size() == 58);

  // A crash before it did: told again; once it reports the URL, never again.
  at.open();
  at.feed(DeviceReport{device, {}});
  CHECK(at.orders().size() == 1);
  at.feed(DeviceReport{device, {false, false, "", 0, "https://example.com/hook"}});
  CHECK(at.orders().empty());
  at.feed(DeviceReport{device, {}});  // its webhook was deleted by its user
  CHECK(at.orders().empty());

  CHECK(at.call(at.admin, "POST", "/user/webhook", R"({"webhook_url":""})").status == 200);
  const std::string later = at.add_device(at.admin, "later");
  at.feed(DeviceReport{later, {}});
  CHECK(at.orders().empty());
  for (const char* bad : {"{}", R"({"webhook_url":5})", R"({"webhook_url":"http://10.0.0.1/"})", R"({"webhook_url":"x"})"}) {
    INFO(bad);
    CHECK(at.call(at.admin, "POST", "/user/webhook", bad).status == 400);
  }
}

TEST_CASE("webhook_url at creation waits in the same way") {
  Users at;
  const json body{{"email", "u@example.com"}, {"password", "correct horse"}, {"role", "user"}, {"webhook_url", "https://example.com/u"}};
  const auto made = at.call(at.admin, "POST", "/users", body.dump());
  CHECK(made.body["webhook_configured"] == true);
  CHECK(made.body["webhook_url"] == "https://example.com/u");
  const std::string device = at.add_device(made.body["user"]["token"], "d");
  at.feed(DeviceReport{device, {}});
  REQUIRE(at.orders().size() == 1);
  CHECK(at.orders()[0].request.body.find("https://example.com/u") != std::string::npos);
}

TEST_CASE("POST /users/{id}/token: the old one ends") {
  Users at;
  const Made user = at.make("u@example.com", "user");
  const auto renewed = at.call(user.token, "POST", "/users/" + user.id + "/token");
  CHECK(renewed.status == 200);
  const std::string token = renewed.body["data"]["token"];
  CHECK(at.status(user.token, "GET", "/devices") == 401);
  CHECK(at.status(token, "GET", "/devices") == 200);
  const auto by_admin = at.call(at.admin, "POST", "/users/" + user.id + "/token");
  CHECK(by_admin.status == 200);
  CHECK(at.status(token, "GET", "/devices") == 401);
  const json users = at.call(at.admin, "GET", "/users").body["users"];
  CHECK(users.size() == 2);
  for (const json& one : users) {
    if (one["id"] != user.id) continue;
    CHECK(one["token"] == "********-****-****-****-********" + by_admin.body["data"]["token"].get<std::string>().substr(32));
  }
}

TEST_CASE("connects: a budget per tenant, 429 with Retry-After beyond") {
  Users at;
  const std::string other = at.add_tenant("bolt");
  at.add_device(at.admin, "a");
  const std::string device = at.add_device(other, "b");
  const std::size_t allowed = limits::kConnectsPerMinuteBase + limits::kConnectsPerMinutePerDevice;
  for (std::size_t i = 0; i < allowed; ++i) REQUIRE_FALSE(at.ask(at.admin, "POST", i % 2 ? "/connect" : "/paircode", "{}"));
  const auto refused = at.call(at.admin, "GET", "/qr");
  CHECK(refused.status == 429);
  CHECK(refused.body["error_code"] == "RATE_LIMITED");
  CHECK(refused.header("Retry-After") == "1");
  CHECK_FALSE(at.ask(at.admin, "GET", "/status"));              // nothing else is held up,
  CHECK(at.reached(other, "/connect", "POST", "{}") == device);  // nor anybody else
  at.now.mono.ms += 1000;
  CHECK_FALSE(at.ask(at.admin, "POST", "/connect", "{}"));
}

TEST_CASE("the budget refills evenly and grows with the devices, within bounds") {
  const auto granted = [](std::uint32_t devices, std::int64_t seconds) {
    ConnectBudgets budgets;
    std::size_t out = 0;
    for (std::int64_t s = 0; s <= seconds; ++s) {
      while (budgets.spend("t", devices, {s * 1000}) == 0) ++out;
    }
    return out;
  };
  CHECK(granted(0, 0) == limits::kConnectsPerMinuteBase);
  CHECK(granted(0, 60) == 2 * limits::kConnectsPerMinuteBase);
  CHECK(granted(10, 0) == limits::kConnectsPerMinuteBase + 10 * limits::kConnectsPerMinutePerDevice);
  CHECK(granted(10'000, 0) == limits::kConnectsPerMinuteMax);
  ConnectBudgets many;
  for (int i = 0; i < 30'000; ++i) CHECK(many.spend("t" + std::to_string(i), 0, {i * 100}) == 0);
}
