// The published description against the router: what is described is routed, what is routed is described, and both say the
// same of bodies, tokens and what is not offered.
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "gateway/routes.h"

using namespace wa;
using gateway::BodyRule;
using nlohmann::json;

namespace {

json description() {
  std::ifstream file(std::string(WA_SOURCE_DIR) + "/host-native/site/openapi.json");
  return json::parse(file);
}

// "GET /labels/{}": names of parameters are free.
std::string key(std::string method, const std::string& pattern) {
  for (char& c : method) c = static_cast<char>(std::toupper(c));
  std::string out = method + " ";
  bool inside = false;
  for (const char c : pattern) {
    if (c == '}') inside = false;
    if (!inside) out += c;
    if (c == '{') inside = true;
  }
  return out;
}

std::map<std::string, json> described() {
  std::map<std::string, json> out;
  const json all = description();
  for (const auto& [path, methods] : all["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) out[key(method, path)] = operation;
  }
  return out;
}

}  // namespace

TEST_CASE("every route is described, and nothing else is") {
  const auto operations = described();
  std::map<std::string, const gateway::Endpoint*> routed;
  for (const gateway::Endpoint& route : gateway::routes()) routed[key(route.method, route.pattern)] = &route;
  for (const auto& [name, route] : routed) {
    INFO(name);
    CHECK(operations.count(name) == 1);
  }
  for (const auto& [name, operation] : operations) {
    INFO(name);
    CHECK(routed.count(name) == 1);
  }
}

TEST_CASE("the description says of each route what the router does") {
  const auto operations = described();
  for (const gateway::Endpoint& route : gateway::routes()) {
    const std::string name = key(route.method, route.pattern);
    INFO(name);
    const auto found = operations.find(name);
    if (found == operations.end()) continue;  // the other test tells
    const json& operation = found->second;
    CHECK(operation.value("x-family", std::string()) == route.family);
    if (*route.family != '\0') continue;
    const bool master = operation.contains("security") && operation["security"][0].contains("master");
    CHECK(master == (route.access == gateway::Access::master));
    const bool has_body = operation.contains("requestBody");
    CHECK(has_body == (route.body != BodyRule::none));
    if (has_body) CHECK(operation["requestBody"]["required"] == (route.body == BodyRule::required));
  }
}

TEST_CASE("operation ids are unique, references lead somewhere, examples are there") {
  const json all = description();
  std::map<std::string, int> ids;
  for (const auto& [name, operation] : described()) {
    INFO(name);
    CHECK(++ids[operation["operationId"]] == 1);
    for (const auto& [code, answer] : operation["responses"].items()) {
      if (!answer.contains("$ref")) {
        if (answer["content"].contains("application/octet-stream")) continue;   // a file
        CHECK(answer["content"]["application/json"].contains("example"));
        continue;
      }
      const std::string text = answer["$ref"];
      CHECK(all.contains(json::json_pointer(text.substr(1))));
    }
  }
}
