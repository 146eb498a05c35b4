#include "gateway/webhooks/filter.h"

#include "client/rows/lid_map.h"
#include "store/memory_store.h"
#include "unit/gateway/gateway_fixture.h"

using namespace wa;
using namespace wa::gateway;

namespace {

constexpr const char *kDirect = "5511888888888@s.whatsapp.net", *kHidden = "222333444@lid",
                     *kGroup = "120363000000000001@g.us", *kStatus = "status@broadcast",
                     *kNews = "120363000000000002@newsletter";
constexpr EventName kGot = event_named("message.received"), kWrote = event_named("message.sent");

bool passes(const WebhookFilter& filter, EventName event, std::string_view lane, std::string_view data = "{}") {
  store::MemoryStore disk;
  store::Txn txn(disk);
  client::learn_lid(txn, test::jid(kDirect), test::jid(kHidden));
  return filter.passes(event, lane, data, txn);
}

}  // namespace

TEST_CASE("a filter by the kind of chat; what is of no chat passes") {
  const char* lanes[] = {kDirect, kGroup, kStatus, kNews};
  for (std::size_t kind = 0; kind < std::size(lanes); ++kind) {
    WebhookFilter filter;
    filter.kinds = static_cast<std::uint8_t>(1u << kind);
    for (std::size_t lane = 0; lane < std::size(lanes); ++lane)
      CHECK(passes(filter, kGot, lanes[lane]) == (lane == kind));
    CHECK(passes(filter, event_named("device.connected"), ""));
    CHECK(passes(filter, kGot, kHidden) == (kind == 0));
  }
  CHECK(passes({}, kGot, kGroup));
}

TEST_CASE("a filter by chats: in either form of a person; what is excluded never passes") {
  WebhookFilter filter;
  filter.include = {kDirect};
  CHECK(passes(filter, kGot, kDirect));
  CHECK(passes(filter, kGot, kHidden));
  CHECK_FALSE(passes(filter, kGot, "5511777777777@s.whatsapp.net"));
  CHECK_FALSE(passes(filter, kGot, kGroup));
  filter.include = {kHidden, kGroup};
  CHECK(passes(filter, kGot, kDirect));
  CHECK(passes(filter, kGot, kGroup));
  filter.exclude = {kGroup};
  CHECK_FALSE(passes(filter, kGot, kGroup));
  filter.include.clear();
  CHECK(passes(filter, kGot, kNews));
  CHECK_FALSE(passes(filter, kGot, kGroup));
  CHECK(passes(filter, event_named("device.connected"), ""));
}

TEST_CASE("a filter by who wrote: events of messages only; a text cannot pretend") {
  WebhookFilter own, others;
  own.from_me = true;
  others.from_me = false;
  CHECK_FALSE(passes(own, kGot, kDirect));
  CHECK(passes(others, kGot, kDirect));
  CHECK(passes(own, kWrote, kDirect));
  CHECK_FALSE(passes(others, kWrote, kDirect));
  CHECK(passes(own, event_named("mention.sent"), kGroup));
  CHECK_FALSE(passes(others, event_named("mention.sent"), kGroup));
  for (const WebhookFilter& filter : {own, others}) {
    CHECK(passes(filter, event_named("call.offer"), kDirect));
    CHECK(passes(filter, event_named("device.connected"), ""));
  }
  const EventName other = event_named("message.undecryptable");
  CHECK(passes(own, other, kDirect, R"({"is_from_me":true})"));
  CHECK_FALSE(passes(others, other, kDirect, R"({"is_from_me":true})"));
  CHECK_FALSE(passes(own, other, kDirect, R"({"is_from_me":false})"));
  CHECK(passes(others, other, kDirect, R"({"content":"\"is_from_me\":true","is_from_me":false})"));
}
