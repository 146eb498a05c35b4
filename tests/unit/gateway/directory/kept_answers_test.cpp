#include "gateway/directory/kept_answers.h"

#include "base/limits.h"
#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::Answered;
using wa::test::DirectoryFixture;
using wa::test::json;
using wa::test::kMaster;

namespace {

Answered ask_keyed(DirectoryFixture& at, const std::string& token, const std::string& method, const std::string& target,
               const json& body, const std::string& key) {
  ApiRequest request{at.next++, method, target, "Bearer " + token, "application/json", body.dump()};
  request.idempotency_key = key;
  const auto answer = at.feed(std::move(request));
  REQUIRE(answer);
  return *answer;
}

}  // namespace

TEST_CASE("the directory answers a key once, also after a restart") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme"), other = at.add_tenant("other");
  const json user{{"email", "u@example.com"}, {"password", "correct horse"}, {"role", "user"}};
  const json tenant{{"tenant_name", "t3"}, {"email", "o@example.com"}, {"password", "correct horse"},
                    {"role", "admin"}};
  struct Row { const char *target; json body; std::string token; };
  for (const Row& row : {Row{"/devices", {{"name", "one"}}, token}, Row{"/users", user, token},
                         Row{"/register", tenant, kMaster}}) {
    INFO(row.target);
    const std::string key = row.target;
    const auto first = ask_keyed(at, row.token, "POST", row.target, row.body, key);
    REQUIRE(first.status == 201);
    at.open();
    const auto again = ask_keyed(at, row.token, "POST", row.target, row.body, key);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("Idempotency-Replayed") == "true");
    const std::string users = again.body.value("user", json::object()).value("token", "");
    const std::string secret = again.body.value("token", users);
    for (const auto& [key, value] : at.disk.rows()) {
      if (!secret.empty()) CHECK(to_string(value).find(secret) == std::string::npos);
    }
    CHECK(ask_keyed(at, row.token, "POST", row.target, row.body, key + "2").header("Idempotency-Replayed").empty());
  }
}

TEST_CASE("a key of the directory: another body, another caller, a day later, a refusal") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme"), other = at.add_tenant("other");
  const json one{{"name", "one"}};
  REQUIRE(ask_keyed(at, token, "POST", "/devices", one, "k").status == 201);
  const auto differs = ask_keyed(at, token, "POST", "/devices", {{"name", "two"}}, "k");
  CHECK(differs.status == 422);
  CHECK(differs.body["error_code"] == "IDEMPOTENCY_MISMATCH");
  CHECK(ask_keyed(at, other, "POST", "/devices", one, "k").header("Idempotency-Replayed").empty());
  CHECK(ask_keyed(at, token, "POST", "/devices", json::object(), "r").status == 400);
  CHECK(ask_keyed(at, token, "POST", "/devices", one, "r").status == 201);  // a refusal is not kept
  CHECK(ask_keyed(at, token, "POST", "/devices", one, "a b").status == 400);
  at.now.wall.ms += limits::kRequestKeyKeptMs + 1;
  CHECK(ask_keyed(at, token, "POST", "/devices", one, "k").header("Idempotency-Replayed").empty());
  CHECK(at.call(token, "GET", "/user/devices").body["data"]["count"] == 3);
  for (int i = 0; i < 40; ++i) ask_keyed(at, token, "PUT", "/users/none", json::object(), "k" + std::to_string(i));
  std::size_t rows = 0;
  for (const auto& [key, value] : at.disk.rows()) rows += key.table == store::Table::requests ? 1 : 0;
  CHECK(rows == 2);
}
