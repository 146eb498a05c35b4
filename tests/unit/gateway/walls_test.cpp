// The worst bodies of every route: what a machine does with them is bounded, counted in what it takes from the heap. The
// directory is everybody's, so its bound is small.
#include <catch2/catch.hpp>

#include "gateway/http/json.h"
#include "gateway/routes.h"
#include "support/allocations.h"
#include "unit/gateway/directory/directory_fixture.h"

using namespace wa;
using namespace wa::gateway;
using namespace wa::test;

namespace {

constexpr std::uint64_t kDirectoryBytesMax = 256u << 10;
constexpr std::uint64_t kDeviceBytesMax = 20u << 20;  // a body of 1 MiB may be copied, and told back in part

struct Body { const char* name; std::string text; };

std::string many(const char* open, std::size_t count, const std::function<std::string(std::size_t)>& one, const char* close) {
  std::string out = open;
  for (std::size_t i = 0; i < count && out.size() + 64 < limits::kBodyBytesMax; ++i) {
    if (i > 0) out += ',';
    out += one(i);
  }
  return out + close;
}

std::string member_named(std::size_t i) { return "\"k" + std::to_string(i) + "\":0"; }

std::vector<Body> floods() {
  const auto full = [](std::size_t) { return many("{", kJsonMembersMax, member_named, "}"); };
  return {
      {"an object of 100,000 members", many("{", 100'000, member_named, "}")},
      {"one name 200,000 times", many("{", 200'000, [](std::size_t) { return "\"a\":0"; }, "}")},
      {"500,000 zeros", many("{\"a\":[", 500'000, [](std::size_t) { return "0"; }, "]}")},
      {"300,000 empty objects", many("{\"a\":[", 300'000, [](std::size_t) { return "{}"; }, "]}")},
      {"objects full of members", many("{\"a\":[", 100'000, full, "]}")},
      {"deeper than anything", std::string(500'000, '[')},
  };
}

// What is within every limit of the parser, in each field that the endpoints know.
std::vector<Body> fillings() {
  const std::size_t half = kJsonValuesMax / 2 - 2;
  std::vector<Body> out{
      {"one long text", "{\"text\":\"" + std::string(1'000'000, 'a') + "\"}"},
      {"one text of escapes", "{\"text\":\"" + [] { std::string t; for (int i = 0; i < 170'000; ++i) t += "\\u0001"; return t; }() + "\"}"},
      {"one number of a million digits", "{\"limit\":" + std::string(1'000'000, '9') + "}"},
  };
  for (const char* field : {"allow", "jids", "numbers", "contacts", "options", "scopes", "enabled_events", "events", "message_ids"}) {
    const std::string open = "{\"number\":\"120363000000000000@g.us\",\"text\":\"x\",\"" + std::string(field) + "\":[";
    out.push_back({field, many(open.c_str(), 1000, [](std::size_t) { return "\"x\""; }, "]}")});
    out.push_back({field, many(open.c_str(), half, [](std::size_t i) { return std::to_string(i); }, "]}")});
    out.push_back({field, many(open.c_str(), half, [](std::size_t) { return "{}"; }, "]}")});
  }
  const auto person = [](std::size_t i) {
    return "{\"jid\":\"" + std::to_string(5511900000000 + i) + "\",\"position\":[0,0]}";
  };
  const std::string open = "{\"number\":\"120363000000000000@g.us\",\"text\":\"" + std::string(4096, 'x') +
                           "\",\"mentions\":{\"specificUsers\":[";
  out.push_back({"everybody mentioned", many(open.c_str(), limits::kGroupMembersMax, person, "]}}")});
  return out;
}

std::string target_of(const Endpoint& route) {
  std::string target = route.pattern;
  for (std::size_t at; (at = target.find('{')) != std::string::npos;) {
    target.replace(at, target.find('}') - at + 1, "5511999999999");
  }
  return target;
}

template <class Work>
std::uint64_t bytes_of(Work work) {
  const std::uint64_t before = allocations().bytes;
  work();
  return allocations().bytes - before;
}

}  // namespace

TEST_CASE("the worst bodies of every route cost the directory little") {
  DirectoryFixture f;
  const std::string admin = f.add_tenant("acme");
  f.add_device(admin, "one");
  std::vector<Body> bodies = floods();
  for (Body& body : fillings()) bodies.push_back(std::move(body));
  for (const Endpoint& route : routes()) {
    for (const Body& body : bodies) {
      INFO(route.method << " " << route.pattern << ": " << body.name);
      const std::string& token = route.access == Access::master ? std::string(kMaster) : admin;
      ApiRequest request{f.next++, route.method, target_of(route), "Bearer " + token, "application/json", body.text};
      DirectoryStep step;
      const std::uint64_t bytes = bytes_of([&] { step = f.directory->handle(std::move(request), f.now); });
      CHECK(bytes <= kDirectoryBytesMax);
      if (route.body != BodyRule::none && route.directory) {
        const auto* reply = step.effects.empty() ? nullptr : std::get_if<Reply>(&step.effects.front());
        REQUIRE(reply);
        CHECK(reply->status / 100 == 4);
      }
    }
  }
}

TEST_CASE("who may not ask is told so before the body is looked at") {
  DirectoryFixture f;
  const std::string admin = f.add_tenant("acme");
  const json asked{{"email", "u@example.com"}, {"password", "correct horse"}, {"role", "user"}};
  const std::string user = f.call(admin, "POST", "/users", asked.dump()).body["user"]["token"];
  for (const Endpoint& route : routes()) {
    const bool refused = route.access == Access::master || route.least != Role::user;
    if (!refused || route.body == BodyRule::none) continue;
    INFO(route.method << " " << route.pattern);
    CHECK(f.call(user, route.method, target_of(route), "{").status == 403);
    CHECK(f.call("nobody", route.method, target_of(route), "{").status == 401);
  }
}

TEST_CASE("the worst bodies of every route cost a device a bounded amount, and get one short answer") {
  GatewayFixture f;
  const std::pair<bool, std::vector<Body>> kinds[] = {{true, floods()}, {false, fillings()}};
  for (const Endpoint& route : routes()) {
    if (!route.start || route.body == BodyRule::none || route.directory) continue;
    for (const auto& [flood, bodies] : kinds) {
      for (const Body& body : bodies) {
        INFO(route.method << " " << route.pattern << ": " << body.name);
        const RequestId id = f.next_request++;
        ApiRequest request{id, route.method, target_of(route), "", "application/json", body.text};
        Step step;
        const std::uint64_t bytes = bytes_of([&] { step = f.machine->handle(std::move(request), f.now); });
        CHECK(bytes <= kDeviceBytesMax);
        f.disk.apply(step.writes);
        for (const Effect& effect : step.effects) {
          const auto* reply = std::get_if<Reply>(&effect);
          if (!reply || reply->request != id) continue;
          CHECK(reply->body.size() <= 64u << 10);
          if (flood) CHECK((reply->status == 400 || reply->status == 413));
        }
      }
    }
    f.reopen();
  }
}
