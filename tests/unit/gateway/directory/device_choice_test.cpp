#include "gateway/directory/device_choice.h"

#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::DirectoryFixture;
using wa::test::json;

TEST_CASE("top members of a JSON text") {
  using Found = std::vector<std::optional<std::string>>;
  struct Row { const char* json; Found found; };
  const Row rows[] = {
      {R"({"device_id":"a"})", {"a"}},
      {R"({ "x" : [1,{"device_id":"no"}] , "device_id" : "a" })", {"a"}},
      {R"({"x":"\"device_id\":","device_id":"a"})", {"a"}},
      {R"({"x":"{","y":"\\\\","device_id":"a"})", {"a"}},
      {R"({"x":"device_id"})", {}},
      {R"({"device_id":5})", {std::nullopt}},
      {R"({"device_id":null})", {std::nullopt}},
      {R"({"device_id":["a"]})", {std::nullopt}},
      {R"({"device_id":"a","device_id":"b","device_id":"c"})", {"a", "b"}},
      {R"([{"device_id":"a"}])", {}},
      {R"({"device_id)", {}},
      {R"({"device_id":"a)", {std::nullopt}},
      {R"({"device_id":)", {std::nullopt}},
      {"}}}{\"device_id\":\"a\"}", {"a"}},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    CHECK(top_members(row.json, "device_id") == row.found);
  }
}

namespace {

// What a request with these selectors meets: the id of the device it reached, or the status and code.
std::string goes_to(DirectoryFixture& at, const std::string& token, const std::string& method,
                    const std::string& target, const std::string& body, const std::string& header) {
  ApiRequest request{at.next++, method, target, "Bearer " + token, "application/json", body};
  request.device_id = header;
  const auto answer = at.feed(std::move(request));
  if (answer) return std::to_string(answer->status) + ' ' + answer->body.value("error_code", "");
  REQUIRE(at.effect<ToDevice>());
  return at.effect<ToDevice>()->device_id;
}

}  // namespace

TEST_CASE("a device is named in the query, the body or a header, for every route alike") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  const std::string first = at.add_device(token, "one"), second = at.add_device(token, "two");
  const std::string unknown = "11111111-1111-4111-8111-111111111111";
  const auto in_body = [](const std::string& id) {
    return json{{"number", "5511999999999"}, {"device_id", id}}.dump();
  };
  struct Row { const char* name; std::string query, body, header, expected; };
  const Row rows[] = {
      {"query", "?device_id=" + second, "{}", "", second},
      {"body", "", in_body(second), "", second},
      {"header", "", "{}", second, second},
      {"all alike", "?device_id=" + first, in_body(first), first, first},
      {"query and body differ", "?device_id=" + first, in_body(second), "", "400 VALIDATION_ERROR"},
      {"query and header differ", "?device_id=" + first, "{}", second, "400 VALIDATION_ERROR"},
      {"body and header differ", "", in_body(second), first, "400 VALIDATION_ERROR"},
      {"twice in the query", "?device_id=" + first + "&device_id=" + first, "{}", "", "400 VALIDATION_ERROR"},
      {"twice in the body", "", R"({"device_id":")" + first + R"(","device_id":")" + first + R"("})", "",
       "400 VALIDATION_ERROR"},
      {"twice in headers", "", "{}", first + ", " + first, "400 VALIDATION_ERROR"},
      {"a number", "", R"({"device_id":1})", "", "400 VALIDATION_ERROR"},
      {"null", "", R"({"device_id":null})", "", "400 VALIDATION_ERROR"},
      {"deeper", "", R"({"quoted":{"device_id":")" + first + R"("}})", "", "400 DEVICE_AMBIGUOUS"},
      {"none", "", "{}", "", "400 DEVICE_AMBIGUOUS"},
      {"unknown in the query", "?device_id=" + unknown, "{}", "", "404 DEVICE_NOT_FOUND"},
      {"unknown in the body", "", in_body(unknown), "", "404 DEVICE_NOT_FOUND"},
      {"unknown in the header", "", "{}", unknown, "404 DEVICE_NOT_FOUND"},
  };
  struct Route { const char *method, *path; };
  for (const Route& route : {Route{"POST", "/send/text"}, Route{"POST", "/chats/5511999999999/archive"},
                             Route{"POST", "/paircode"}, Route{"PUT", "/calls/settings"}, Route{"POST", "/webhook"},
                             Route{"DELETE", "/messages/delete"}}) {
    for (const Row& row : rows) {
      INFO(route.path << ": " << row.name);
      CHECK(goes_to(at, token, route.method, route.path + row.query, row.body, row.header) == row.expected);
    }
  }
  // A long body, too: it is not built here.
  const std::string text = json{{"text", std::string(60'000, 'x')}, {"device_id", second}}.dump();
  CHECK(goes_to(at, token, "POST", "/send/text", text, "") == second);
}

TEST_CASE("several devices and none named: the answer names them; with one left it is that one") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  const std::string first = at.add_device(token, "one"), second = at.add_device(token, "two");
  const auto answer = at.call(token, "GET", "/chats");
  CHECK(answer.status == 400);
  CHECK(answer.body["device_ids"] == json{first, second});
  CHECK(answer.body["error"].get<std::string>().find(second) != std::string::npos);
  CHECK(at.reached(token, "/devices/" + first, "DELETE") == first);
  CHECK(at.reached(token, "/chats") == second);
}

TEST_CASE("HEAD is answered as GET") {
  DirectoryFixture at;
  const std::string token = at.add_tenant("acme");
  at.add_device(token, "one");
  CHECK(at.call(token, "HEAD", "/devices").status == 200);
  at.reached(token, "/status", "HEAD");
  CHECK(at.effect<ToDevice>()->request.method == "GET");
  CHECK(at.call(token, "HEAD", "/send/text").status == 405);
}
