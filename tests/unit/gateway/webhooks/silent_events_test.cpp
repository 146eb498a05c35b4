#include "gateway/webhooks/silent_events.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/gateway/directory/directory_fixture.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;
using wa::test::json;

// A name that the code tells stands in it in quotes: one that is silent stands nowhere else, and one that stands
// nowhere is.
TEST_CASE("the events that do not occur are those that nothing in the code tells") {
  std::string code;
  const std::string folder = std::string(WA_SOURCE_DIR) + "/core/gateway";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || name == "event_names.h" || name == "silent_events.h") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    code += text.str();
  }
  for (const std::string_view name : kEventNames) {
    INFO(name);
    CHECK((code.find('"' + std::string(name) + '"') == std::string::npos) == is_silent(name));
  }
}

TEST_CASE("who asks for an event that does not occur is told so") {
  test::DirectoryFixture directory;
  const json events = directory.call(directory.add_tenant("acme"), "GET", "/webhook/events").body;
  CHECK(events["events"].size() == kPublishedEvents);
  CHECK(events["not_produced"] == json(kSilentEvents));
  CHECK(events["produced"].size() == std::size(kEventNames) - std::size(kSilentEvents));
  test::GatewayFixture at;
  const auto answer = at.call("POST", "/webhook", R"({"webhook_url":"https://example.com/",
                                                      "enabled_events":["call.offer","group.joined"]})");
  CHECK(answer.status == 200);
  CHECK(answer.body["warnings"] == json{"group.joined does not occur yet: see GET /webhook/events"});
}
