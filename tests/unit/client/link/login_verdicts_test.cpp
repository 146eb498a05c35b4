#include "client/rows/lid_map.h"
#include "payload.pb.h"
#include "unit/client/client_rig.h"

namespace login_test {

using namespace wa;
using client::LinkState;
using test::ClientRig;

namespace {

wire::Node failure(int reason) { return std::move(wire::Node("failure").attr("reason", static_cast<std::uint64_t>(reason)).attr("location", "x")); }

wire::Node stream_error(int code, std::string_view conflict = {}) {
  wire::Node node("stream:error");
  if (code) node.attr("code", static_cast<std::uint64_t>(code));
  if (!conflict.empty()) node.child(std::move(wire::Node("conflict").attr("type", conflict)));
  return node;
}

enum class After { now, soon, long_wait, once, until, never, asked, erased };

struct Case {
  const char* name;
  int code;
  const char* conflict;
  After after;
};

// What every refusal must lead to (01 section 5), seen from outside: when the next Connect comes, and what is left.
void check_after(ClientRig& rig, After after, const char* name) {
  INFO(name);
  const int before = rig.connects;
  const auto status = rig.client->status();
  switch (after) {
    case After::now: FAIL("judged by the caller"); break;
    case After::soon:
      CHECK(status.link == LinkState::waiting);
      CHECK(status.wanted);
      rig.advance(1'200);
      CHECK(rig.connects == before + 1);
      break;
    case After::long_wait:
      rig.advance(5'000);
      CHECK(rig.connects == before);
      rig.advance(30'000);
      CHECK(rig.connects == before + 1);
      break;
    case After::once:
      rig.advance(59'000);
      CHECK(rig.connects == before);
      rig.advance(2'000);
      CHECK(rig.connects == before + 1);
      rig.say(failure(777));
      rig.advance(3'600'000);
      CHECK(rig.connects == before + 1);
      CHECK(rig.client->status().stop_reason != std::string());
      break;
    case After::until:
      CHECK(rig.event<client::TemporaryBan>()->code == 101);
      rig.advance(599'000);
      CHECK(rig.connects == before);
      rig.reopen();            // the wait survives a restart
      rig.advance(500);
      CHECK(rig.connects == before);
      rig.advance(1'000);
      CHECK(rig.connects == before + 1);
      break;
    case After::never:
      CHECK(status.link == LinkState::idle);
      CHECK(status.stop_reason != std::string());
      CHECK(status.paired);
      CHECK_FALSE(rig.client->deadline());
      CHECK(rig.stored().wanted);
      rig.advance(3'600'000);
      CHECK(rig.connects == before);
      rig.reopen();            // a restart, perhaps with what was missing, tries once
      rig.advance(1'000);
      CHECK(rig.connects == before + 1);
      break;
    case After::asked:
      CHECK(status.link == LinkState::idle);
      CHECK(status.stop_reason == std::string("replaced"));
      CHECK(status.paired);
      CHECK_FALSE(rig.stored().wanted);
      rig.reopen();
      CHECK_FALSE(rig.client->deadline());
      rig.tick();
      CHECK(rig.connects == before);
      rig.start();
      CHECK(rig.connects == before + 1);
      break;
    case After::erased:
      CHECK(rig.count<client::LoggedOut>() == 1);
      CHECK_FALSE(rig.client->status().paired);
      CHECK(rig.stored().registration_id == 0);
      CHECK(rig.disk.get({store::Table::device, "creds.former"}));
      CHECK_FALSE(rig.client->deadline());
      break;
  }
}

}  // namespace

TEST_CASE("each failure has its reaction") {
  const Case cases[] = {
      {"generic", 400, "", After::never},       {"logged out", 401, "", After::erased},
      {"ban", 402, "", After::until},           {"main device gone", 403, "", After::erased},
      {"too old", 405, "", After::never},       {"banned", 406, "", After::erased},
      {"user agent", 409, "", After::never},    {"not multi-device", 411, "", After::never},
      {"messenger", 414, "", After::never},     {"client unknown", 418, "", After::never},
      {"server trouble", 500, "", After::soon}, {"experimental", 501, "", After::never},
      {"restarting", 503, "", After::soon},     {"unknown", 777, "", After::once},
  };
  for (const Case& row : cases) {
    ClientRig rig(true);
    rig.start();
    wire::Node node = failure(row.code);
    if (row.code == 402) node.attr("code", std::uint64_t{101}).attr("expire", std::uint64_t{600});
    rig.say(node);
    CHECK(rig.disconnects == 1);
    if (row.code == 405) CHECK(rig.event<client::ConnectFailure>()->version == "2.3000.1045649367");
    check_after(rig, row.after, row.name);
  }
}

TEST_CASE("a registration that is refused logs nobody out") {
  ClientRig rig(false);
  rig.start();
  rig.say(failure(401));
  CHECK(rig.count<client::LoggedOut>() == 0);
  CHECK(rig.event<client::ConnectFailure>()->code == 401);
  CHECK(rig.client->status().link == LinkState::idle);
}

TEST_CASE("each stream error has its reaction") {
  const Case cases[] = {
      {"restart required", 515, "", After::now},          {"forced logout", 516, "", After::erased},
      {"removed", 401, "device_removed", After::erased},  {"replaced", 0, "replaced", After::asked},
      {"replaced with a code", 409, "replaced", After::asked},
      {"other conflict", 0, "odd", After::soon},          {"service restart", 503, "", After::soon},
      {"rate limit", 429, "", After::long_wait},          {"no code", 0, "", After::soon},
      {"unknown code", 600, "", After::soon},
  };
  for (const Case& row : cases) {
    ClientRig rig(true);
    rig.go_online();
    const int before = rig.connects;
    rig.say(stream_error(row.code, row.conflict));
    CHECK(rig.count<client::Disconnected>() == 1);
    CHECK((rig.count<client::StreamReplaced>() == 1) == (std::string(row.conflict) == "replaced"));
    if (row.after == After::now) {
      CHECK(rig.connects == before + 1);
      rig.success();
      CHECK(rig.client->status().link == LinkState::online);
      continue;
    }
    check_after(rig, row.after, row.name);
  }
}

TEST_CASE("an acknowledgement the service missed is sent after the next login") {
  ClientRig rig(true);
  rig.go_online();
  rig.say(wire::Node("stream:error").child(std::move(wire::Node("ack").attr("id", "M1").attr("class", "message"))));
  rig.advance(2'000);
  rig.success();
  const wire::Node* ack = rig.last("ack");
  REQUIRE(ack);
  CHECK(ack->text_attr("id") == "M1");
  CHECK(ack->text_attr("class") == "message");
}

TEST_CASE("online only after the session was activated") {
  ClientRig rig(true);
  rig.start();
  rig.say(wire::Node("success").attr("t", std::uint64_t{1'750'000'000}).attr("lid", "90000000000001:7@lid"));
  CHECK(rig.client->status().link == LinkState::connecting);
  CHECK(rig.count<client::LoggedIn>() == 0);
  CHECK(rig.stored().login_counter == 1);
  rig.answer("passive");
  CHECK(rig.client->status().link == LinkState::online);
  CHECK(rig.count<client::LoggedIn>() == 1);
  CHECK(rig.event<client::LinkChanged>()->state == LinkState::online);
}

TEST_CASE("a stable connection starts a new series of waits, an unstable one does not") {
  ClientRig rig(true);
  rig.go_online();
  std::int64_t longest = 0;
  for (int i = 0; i < 6; ++i) {
    rig.closed();
    longest = *rig.client->status().retry_at - rig.now.mono;
    rig.advance(longest);
    rig.success();
  }
  CHECK(longest > 6'000);
  rig.advance(31'000);
  rig.closed();
  CHECK(*rig.client->status().retry_at - rig.now.mono <= 1'100);
}

TEST_CASE("stop ends it and is remembered; start begins again") {
  ClientRig rig(true);
  rig.go_online();
  CHECK(rig.stored().wanted);
  REQUIRE(rig.execute(client::Stop{}).ok());
  CHECK(rig.client->status().link == LinkState::idle);
  CHECK(rig.event<client::Disconnected>()->reason == std::string("stopped"));
  rig.reopen();
  CHECK_FALSE(rig.client->deadline());
  rig.go_online();
  rig.reopen();                 // a restart of the process
  REQUIRE(rig.client->deadline());
  rig.tick();
  CHECK(rig.link_up());
}

TEST_CASE("logout tells the service, erases the keys and keeps a copy") {
  ClientRig rig(true);
  CHECK(rig.execute(client::Logout{9}).error().code == Errc::not_ready);
  rig.go_online();
  REQUIRE(rig.execute(client::Logout{9}).ok());
  const wire::Node* query = rig.last_query("md");
  REQUIRE(query);
  CHECK(query->child_named("remove-companion-device")->text_attr("jid") == "5511999999999:7@s.whatsapp.net");
  SECTION("confirmed") { rig.answer("md"); }
  SECTION("no answer") { rig.advance(5'000); }
  SECTION("the service closes at once") { rig.closed(); }
  REQUIRE(rig.count<client::LoggedOut>() == 1);
  CHECK(rig.event<client::LoggedOut>()->command == 9);
  CHECK_FALSE(rig.client->status().paired);
  CHECK(rig.stored().registration_id == 0);
  const Bytes former = *rig.disk.get({store::Table::device, "creds.former"});
  rig.start();                  // new keys, never the old ones
  CHECK(rig.stored().registration_id != 0);
  CHECK(*rig.disk.get({store::Table::device, "creds"}) != former);
}

TEST_CASE("a new own LID takes the place of the one that was known") {
  ClientRig rig(true);
  const wire::Jid pn = rig.stored().pn.user_jid();
  const wire::Jid former{"90000000000001", wire::Server::lid}, now{"90000000000005", wire::Server::lid};
  rig.go_online();
  rig.input([&](client::Turn& turn) { client::learn_lid(turn.txn, pn, former); });
  rig.closed();
  rig.advance(2'000);
  const wire::Jid with_device{now.user, now.server, 7};
  rig.say(wire::Node("success").attr("t", std::uint64_t{1'750'000'000}).attr("lid", with_device));
  store::Txn txn(rig.disk);
  CHECK(rig.stored().lid.user == now.user);
  CHECK(client::lid_of(txn, pn) == now);
  CHECK(client::pn_of(txn, now) == pn);
  CHECK_FALSE(client::pn_of(txn, former));
}

}  // namespace login_test
