#include "gateway/routes.h"

#include <catch2/catch.hpp>
#include <set>

using namespace wa::gateway;

namespace {
RouteMatch find(const char* method, const char* target) { return find_route(method, *parse_target(target)); }
}  // namespace

TEST_CASE("every route is either answered or names its family") {
  std::set<std::string> seen;
  for (const Endpoint& route : routes()) {
    const std::string name = std::string(route.method) + " " + route.pattern;
    INFO(name);
    CHECK(seen.insert(name).second);
    CHECK((route.directory || route.start) == (std::string(route.family).empty()));
    CHECK(route.pattern[0] == '/');
  }
}

TEST_CASE("every route is found by its own pattern") {  // none is hidden by one before it
  for (const Endpoint& route : routes()) {
    std::string target = route.pattern;
    for (std::size_t at; (at = target.find('{')) != std::string::npos;) {
      target.replace(at, target.find('}') - at + 1, "5511999999999@s.whatsapp.net");
    }
    INFO(route.method << " " << target);
    const RouteMatch match = find_route(route.method, *parse_target(target));
    CHECK(match.endpoint == &route);
  }
}

TEST_CASE("paths, parameters and methods") {
  CHECK(find("POST", "/chats/1%40s.whatsapp.net/archive").params == std::vector<std::string>{"1@s.whatsapp.net"});
  CHECK(find("POST", "/chats/a/archive/").endpoint == nullptr);
  CHECK(find("POST", "/chats//archive").endpoint == nullptr);
  CHECK(find("GET", "/nothing").endpoint == nullptr);
  CHECK(find("GET", "/nothing").allow.empty());
  CHECK(find("GET", "/").endpoint == nullptr);
  CHECK(find("PATCH", "/webhook").allow == "POST, GET, DELETE");
  CHECK(find("GET", "/calls/reject").allow == "POST");
  CHECK(find("post", "/calls/reject").endpoint == nullptr);  // methods are case-sensitive
  CHECK(find("GET", "/chats/x/pin").allow == "POST, DELETE");
}
